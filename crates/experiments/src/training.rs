use datasets::Examples;
use evaluation::{Classifier, Confusion, Observer, answers};
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// A network that has learnt from `examples` by `seed`, as the command line does it, watched by `observer`.
pub fn train<C: Classifier>(
    examples: &Examples,
    hyperparameters: &C::Hyperparameters,
    seed: u64,
    observer: &mut impl Observer<C>,
) -> C {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = C::new(examples, hyperparameters, &mut rng);
    // An observer that breaks off has seen what it wanted.
    let _ = network.train(examples, hyperparameters, &mut rng, observer);
    network
}

/// What `network` answers to `examples`.
pub fn tried<C: Classifier>(network: &mut C, examples: &Examples) -> Confusion {
    let answers = answers(network.predict(&examples.inputs).view());
    Confusion::new(&examples.labels, &answers, examples.classes())
}
