use datasets::Examples;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{Classifier, Observer};

/// Returns a network that has learned from `examples` until its training ended or the `observer` stopped it. `seed`
/// decides every random number: the network is the one that the command line trains with this seed.
///
/// ```
/// use evaluation::{Tunable, evaluate, train};
/// use regularized::{Hyperparameters, Network};
///
/// let digits = datasets::digits(1);
/// let hyperparameters = Hyperparameters { iterations: 3, ..Hyperparameters::digits() };
/// let mut network: Network = train(&digits.train, &hyperparameters, 1, &mut ());
/// assert!(evaluate(&mut network, &digits.test).accuracy() > 0.9);
/// ```
pub fn train<C: Classifier>(
    examples: &Examples,
    hyperparameters: &C::Hyperparameters,
    seed: u64,
    observer: &mut impl Observer<C>,
) -> C {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = C::new(examples, hyperparameters, &mut rng);
    // Either way this is what it has learned.
    let _ = network.train(examples, hyperparameters, &mut rng, observer);
    network
}
