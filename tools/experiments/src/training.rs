use datasets::Examples;
use evaluation::{Classifier, Observer};
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// Returns a network that has learned from `examples` by `seed`, as the command line does it, under the eyes of
/// `observer`.
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

/// Returns two parts of `examples`: those to learn from, and the last sixth for validation. Of MNIST, these are 10,000.
pub fn validation(examples: &Examples) -> [Examples; 2] {
    let fold = evaluation::hold_back(examples.len(), 1.0 / 6.0).expect("a dozen examples or more");
    [fold.train, fold.validation].map(|part| examples.select(&part))
}
