//! What the tests of all steps share: the list of the steps, and how to make any of them learn.

pub mod program;

use std::ops::ControlFlow;

use datasets::{Examples, Scaling};
use evaluation::{Classifier, Knobs, Observer, Value, Weights};
use ndarray::{Array1, Array2};
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// Make a test for each step out of the generic function `$test::<Network>()`. Without a list of steps: for all of
/// them, in the order of the series.
#[macro_export]
macro_rules! every_step {
    ($test:ident) => {
        $crate::every_step!(
            $test: naive_loops, vectorized, tanh_softmax, init_shuffle, regularized, momentum, minibatch, distortions
        );
    };
    ($test:ident: $($step:ident),+) => {
        mod $test {
            $(
                #[test]
                fn $step() {
                    super::$test::<$step::Network>();
                }
            )+
        }
    };
}

/// The settings for the digits, but for those that are named in `settings`. A name that the step does not have is
/// passed over, so that one list does for all steps.
pub fn settings<N: Classifier>(settings: &[(&str, f64)]) -> N::Hyperparameters {
    let mut hyperparameters = N::Hyperparameters::digits();
    for (name, value) in settings.iter().filter(|(name, _)| hyperparameters_of::<N>().any(|known| known == *name)) {
        hyperparameters.set(name, &value.to_string()).expect("a value that the hyperparameter can have");
    }
    hyperparameters
}

/// The names of the hyperparameters that a step has.
pub fn hyperparameters_of<N: Classifier>() -> impl Iterator<Item = &'static str> {
    N::Hyperparameters::ALL.iter().map(|knob| knob.name)
}

/// Let `network` learn once from each example in `order`, whether or not it would shuffle them: it is shown one at a
/// time. Gives the error of the last one, before the network learnt from it.
pub fn learn_in_order<N: Classifier>(
    network: &mut N,
    examples: &Examples,
    order: impl IntoIterator<Item = usize>,
    hyperparameters: &N::Hyperparameters,
) -> f64 {
    let mut hyperparameters = hyperparameters.clone();
    hyperparameters.set("iterations", "1").expect("every step has iterations");
    // A training on one example is in its middle, and a rate that falls to 0 at half its height.
    if let (Some(Value::Factor(rate)), Ok(())) =
        (hyperparameters.get("learning_rate"), hyperparameters.set("warm_up", "0"))
    {
        hyperparameters.set("learning_rate", &(2.0 * rate).to_string()).expect("every step has a learning rate");
    }
    let mut last = LastError(f64::NAN);
    for example in order {
        let _ = network.train(&examples.select(&[example]), &hyperparameters, &mut generator(0), &mut last);
    }
    last.0
}

/// Whether the networks of a step compute in single precision: then a third is not a third any more.
pub fn is_single<N: Classifier>() -> bool {
    let third = Array2::from_elem((1, 1), 1.0 / 3.0);
    let scaling = Scaling { offset: Array1::zeros(0), factor: Array1::zeros(0) };
    let weights = Weights { scaling, input_weights: third.clone(), output_weights: third };
    N::from_weights(weights.clone()).weights() != weights
}

/// A generator of random numbers.
pub fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Keeps the error of the last iteration.
struct LastError(f64);

impl<N> Observer<N> for LastError {
    fn example(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn iteration(&mut self, _network: &mut N, error: f64) -> ControlFlow<()> {
        self.0 = error;
        ControlFlow::Continue(())
    }
}
