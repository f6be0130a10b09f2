//! What the tests of all steps share: the list of the steps, and how to make any of them learn.

pub mod program;
#[doc(hidden)]
pub use records;

use std::ops::ControlFlow;

use datasets::{Examples, Scaling};
use evaluation::{Classifier, Observer, Tunable, Weights};
use ndarray::{Array1, Array2};
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// Makes a test for each step out of the generic function `$test::<Network>()`. Without a list of steps: for all of
/// them, in the order of the series. An attribute before it, such as `#[ignore = "why"]`, is given to each of the
/// tests.
#[macro_export]
macro_rules! every_step {
    ($(#$attribute:tt)? $test:ident) => {
        $crate::records::every_step!([$crate::every_step] $(#$attribute)? $test:);
    };
    ($(#$attribute:tt)? $test:ident: $($step:ident),+) => {
        $crate::every_step!($(#$attribute)? $test: $($step)+);
    };
    ($test:ident: $($step:ident)+) => {
        $crate::every_step!(#[cfg(test)] $test: $($step)+);
    };
    (#$attribute:tt $test:ident: $($step:ident)+) => {
        mod $test {
            $(
                #[test]
                #$attribute
                fn $step() {
                    super::$test::<$step::Network>();
                }
            )+
        }
    };
}

/// Returns the settings for the digits, except for those that are named in `settings`. A name that this step does not
/// have is passed over, so that one list does for all steps.
///
/// # Panics
///
/// If a name is that of no hyperparameter of any step.
pub fn settings<N: Classifier>(settings: &[(&str, f64)]) -> N::Hyperparameters {
    let mut hyperparameters = N::Hyperparameters::digits();
    for (name, value) in settings {
        // The last step has all that the others have.
        assert!(hyperparameters_of::<distortions::Network>().any(|known| known == *name), "no step has {name:?}");
        if hyperparameters_of::<N>().any(|known| known == *name) {
            hyperparameters.set(name, &value.to_string()).expect("a value that the hyperparameter can have");
        }
    }
    hyperparameters
}

/// Returns the names of the hyperparameters that a step has.
pub fn hyperparameters_of<N: Classifier>() -> impl Iterator<Item = &'static str> {
    N::Hyperparameters::ALL.iter().map(|hyperparameter| hyperparameter.name)
}

/// Lets `network` learn once from each example in `order`, whether or not it would shuffle them: it is shown one at a
/// time. Returns the error on the last one, before the network learned from it.
pub fn learn_in_order<N: Classifier>(
    network: &mut N,
    examples: &Examples,
    order: impl IntoIterator<Item = usize>,
    hyperparameters: &N::Hyperparameters,
) -> f64 {
    let mut hyperparameters = hyperparameters.clone();
    hyperparameters.set("iterations", "1").expect("every step has iterations");
    let mut last = LastError(f64::NAN);
    for example in order {
        let _ = network.train(&examples.select(&[example]), &hyperparameters, &mut generator(0), &mut last);
    }
    last.0
}

/// Returns true if the networks of a step compute in single precision: then a third is not a third any more.
pub fn is_single<N: Classifier>() -> bool {
    let third = Array2::from_elem((1, 1), 1.0 / 3.0);
    let scaling = Scaling { offset: Array1::zeros(0), factor: Array1::zeros(0) };
    let weights = Weights { scaling, input_weights: third.clone(), output_weights: third };
    N::from_weights(weights.clone()).weights() != weights
}

/// Returns a generator of random numbers.
pub fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Keeps the error of the last iteration.
struct LastError(f64);

impl<N> Observer<N> for LastError {
    fn iteration(&mut self, _network: &mut N, error: f64) -> ControlFlow<()> {
        self.0 = error;
        ControlFlow::Continue(())
    }
}
