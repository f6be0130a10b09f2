//! A training under observation: measured, shown, and stopped when there is a reason.

use std::{ops::ControlFlow, time::Instant};

use datasets::Examples;
use evaluation::{Classifier, Observer, Tunable, Value, Weights, evaluate};
use rand::rngs::ChaCha8Rng;

use crate::{
    Error,
    error::Outcome,
    interrupt,
    output::Output,
    progress::{Iteration, Progress},
    settings::{self, flag_name},
    text::grouped,
};

/// The most that weights and their gradients may take, in bytes. Well below what makes the machine itself give up.
const MOST_BYTES: usize = 4 << 30;

/// What is measured after each iteration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evaluate<'a> {
    /// The accuracy on these examples, that the network does not learn from.
    pub test: Option<&'a Examples>,
    /// The accuracy on those that it does learn from.
    pub train: bool,
}

/// How a training went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The iterations that were finished.
    pub iterations: Vec<Iteration>,
    /// How long it took to learn, measurements not included.
    pub seconds: f64,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
}

impl History {
    /// How a command ends that had this training to do.
    pub fn outcome(&self) -> Outcome {
        if self.interrupted { Outcome::Interrupted } else { Outcome::Complete }
    }
}

/// Train `network` on `examples`, show the progress, and measure.
///
/// # Errors
///
/// If the training diverges, or the output takes no more.
pub fn learn<C: Classifier>(
    network: &mut C,
    examples: &Examples,
    hyperparameters: &C::Hyperparameters,
    rng: &mut ChaCha8Rng,
    evaluate: Evaluate,
    output: &Output,
) -> Result<History, Error> {
    let iterations = settings::count(hyperparameters, "iterations").unwrap_or(1);
    let mut watcher = Watcher {
        examples,
        evaluate,
        progress: Progress::new(output, iterations, examples.len()),
        advice: advice(&settings::values(hyperparameters)),
        history: History::default(),
        learnt: 0,
        began: Instant::now(),
        failure: None,
    };
    interrupt::listen();
    let flow = network.train(examples, hyperparameters, rng, &mut watcher);
    watcher.progress.finish()?;
    if let Some(failure) = watcher.failure {
        return Err(failure);
    }
    let mut history = watcher.history;
    if flow.is_break() {
        history.interrupted = true;
        history.seconds += watcher.began.elapsed().as_secs_f64();
        // The last measurement lies a part of an iteration back.
        if !finite(&network.weights()) {
            return Err(Error::Diverged { iteration: history.iterations.len() + 1, advice: watcher.advice });
        }
    }
    Ok(history)
}

/// Watches a network learn: measures it, shows the progress, and stops it when there is a reason.
struct Watcher<'a> {
    examples: &'a Examples,
    evaluate: Evaluate<'a>,
    progress: Progress<'a>,
    /// What to do if the training diverges.
    advice: String,
    history: History,
    /// Examples that were learnt from in the current iteration.
    learnt: usize,
    /// When the current iteration began.
    began: Instant,
    /// Why the training was stopped, if it was not Ctrl-C.
    failure: Option<Error>,
}

impl<C: Classifier> Observer<C> for Watcher<'_> {
    fn example(&mut self, _network: &mut C, _example: usize) -> ControlFlow<()> {
        if interrupt::pressed() {
            return ControlFlow::Break(());
        }
        self.learnt += 1;
        self.progress.examples(self.history.iterations.len(), self.learnt);
        ControlFlow::Continue(())
    }

    fn iteration(&mut self, network: &mut C, error: f64) -> ControlFlow<()> {
        let seconds = self.began.elapsed().as_secs_f64();
        let number = self.history.iterations.len() + 1;
        if !error.is_finite() || !finite(&network.weights()) {
            self.failure = Some(Error::Diverged { iteration: number, advice: self.advice.clone() });
            return ControlFlow::Break(());
        }
        let train = self.evaluate.train.then_some(self.examples);
        let mut measure = |examples| evaluate(network, examples).accuracy();
        let iteration = Iteration {
            iteration: number,
            error,
            train_accuracy: train.map(&mut measure),
            test_accuracy: self.evaluate.test.map(&mut measure),
            seconds,
        };
        let shown = self.progress.iteration(&iteration);
        self.history.iterations.push(iteration);
        self.history.seconds += seconds;
        self.learnt = 0;
        self.began = Instant::now();
        match shown {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failure = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}

fn finite(weights: &Weights) -> bool {
    weights.input_weights.iter().chain(&weights.output_weights).all(|weight| weight.is_finite())
}

/// What to do about a training with these hyperparameters that diverged.
fn advice(values: &[(&str, Value)]) -> String {
    let of = |name| values.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let smaller = |name| match of(name)? {
        Value::Factor(0.0) => None,
        value => Some(format!("a --{} smaller than {value}", flag_name(name))),
    };
    let remedies: Vec<String> = ["momentum", "learning_rate"].into_iter().filter_map(smaller).collect();
    if remedies.is_empty() { "try other hyperparameters".to_owned() } else { format!("try {}", remedies.join(", or ")) }
}

/// Make sure that a network of this many hidden units for `examples` fits in memory.
///
/// # Errors
///
/// If its weights and their gradients are too many.
pub fn check_size<K: Tunable>(examples: &Examples, hyperparameters: &K) -> Result<(), Error> {
    let hidden = settings::count(hyperparameters, "hidden").unwrap_or(0);
    let weights = hidden.saturating_mul(examples.inputs.ncols() + 1 + examples.classes());
    if weights.saturating_mul(2 * size_of::<f64>()) > MOST_BYTES {
        let (hidden, weights) = (grouped(hidden), grouped(weights));
        let problem = format!("{hidden} units make {weights} weights, too many for memory; choose fewer");
        return Err(Error::flag("--hidden", problem));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use datasets::{Features, Inputs, Scaling};
    use evaluation::hyperparameters;
    use ndarray::{Array1, Array2};
    use rand::SeedableRng;

    use super::*;

    hyperparameters! {
        /// What a step has, but for the default values.
        pub struct Hyperparameters {
            /// Units in the hidden layer.
            hidden: usize { digits: 1, mnist: 1 },
            /// Passes over the training set.
            iterations: usize { digits: 3, mnist: 3 },
            /// What the weight is multiplied with for each example.
            learning_rate: f64 { digits: 0.5, mnist: 0.5 },
            /// Only a number.
            momentum: f64 { digits: 0.0, mnist: 0.0 },
        }
    }

    /// A network of a single weight, which is 1 at first and is multiplied for each example. It answers 0 as long as it
    /// is large, then 1. Its error is the square of the weight, but an infinite weight does not show in it, as with
    /// sigmoids.
    struct Single(f64);

    impl Classifier for Single {
        const STEP: &'static str = "single";
        type Hyperparameters = Hyperparameters;

        fn new(_: &Examples, _: &Hyperparameters, _: &mut ChaCha8Rng) -> Self {
            Self(1.0)
        }

        fn train(
            &mut self,
            examples: &Examples,
            hyperparameters: &Hyperparameters,
            _: &mut ChaCha8Rng,
            observer: &mut impl Observer<Self>,
        ) -> ControlFlow<()> {
            for _ in 0..hyperparameters.iterations {
                for example in 0..examples.len() {
                    self.0 *= hyperparameters.learning_rate;
                    observer.example(self, example)?;
                }
                observer.iteration(self, if self.0.is_finite() { self.0 * self.0 } else { 1.0 })?;
            }
            ControlFlow::Continue(())
        }

        fn predict(&mut self, inputs: &Inputs) -> Array2<f64> {
            let answer = usize::from(self.0 < 0.3);
            Array2::from_shape_fn((inputs.nrows(), 2), |(_, class)| if class == answer { 1.0 } else { 0.0 })
        }

        fn weights(&self) -> Weights {
            Weights {
                scaling: Scaling { offset: Array1::zeros(1), factor: Array1::ones(1) },
                input_weights: Array2::from_elem((2, 1), self.0),
                output_weights: Array2::ones((1, 2)),
            }
        }

        fn from_weights(weights: Weights) -> Self {
            Self(weights.input_weights[(0, 0)])
        }
    }

    /// Train on two examples, of the classes 0 and 0, and test with one of the class 1.
    fn train(hyperparameters: Hyperparameters, train_accuracy: bool) -> Result<History, Error> {
        let examples =
            |labels: Vec<usize>| Examples::new(Array2::<f64>::zeros((labels.len(), 1)), labels, 2, Features::Columns);
        let (train, test) = (examples(vec![0, 0]), examples(vec![1]));
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut network = Single::new(&train, &hyperparameters, &mut rng);
        let evaluate = Evaluate { test: Some(&test), train: train_accuracy };
        learn(&mut network, &train, &hyperparameters, &mut rng, evaluate, &Output::silent())
    }

    #[test]
    fn each_iteration_is_measured_after_it() {
        let history = train(Hyperparameters { learning_rate: 0.75, ..Hyperparameters::default() }, true).unwrap();
        let measured = history.iterations.iter().map(|it| (it.iteration, it.train_accuracy, it.test_accuracy));
        // The weight is 0.56, 0.32, 0.18.
        let expected = [(1, Some(1.0), Some(0.0)), (2, Some(1.0), Some(0.0)), (3, Some(0.0), Some(1.0))];
        assert_eq!(measured.collect::<Vec<_>>(), expected);
        assert_eq!(history.iterations[0].error, 0.75_f64.powi(4));
        assert!(!history.interrupted);
        let seconds: f64 = history.iterations.iter().map(|iteration| iteration.seconds).sum();
        assert!(history.seconds > 0.0 && (history.seconds - seconds).abs() < 1e-9);
    }

    #[test]
    fn the_training_set_is_measured_on_demand() {
        let history = train(Hyperparameters::default(), false).unwrap();
        assert!(history.iterations.iter().all(|iteration| iteration.train_accuracy.is_none()));
    }

    #[test]
    fn a_training_that_diverges_says_when_and_what_to_do() {
        let diverge = |learning_rate, momentum| {
            train(Hyperparameters { learning_rate, momentum, ..Hyperparameters::default() }, false)
                .unwrap_err()
                .to_string()
        };
        // 1e40, 1e80, ..., and the square of 1e160 is infinite.
        assert_eq!(
            diverge(1e40, 0.0),
            "the training diverged: the error or a weight is no longer finite in iteration 2; try a --learning-rate \
             smaller than 1e40"
        );
        // The weight itself is infinite after two examples.
        assert_eq!(
            diverge(1e200, 0.9),
            "the training diverged: the error or a weight is no longer finite in iteration 1; try a --momentum smaller \
             than 0.9, or a --learning-rate smaller than 1e200"
        );
    }

    #[test]
    fn a_network_that_does_not_fit_in_memory_is_refused() {
        let examples = Examples::new(Array2::<f64>::zeros((1, 784)), vec![0], 10, Features::Columns);
        let sized = |hidden| Hyperparameters { hidden, ..Hyperparameters::default() };
        assert!(check_size(&examples, &sized(300_000)).is_ok());
        let error = check_size(&examples, &sized(1_000_000)).unwrap_err().to_string();
        assert_eq!(error, "--hidden: 1,000,000 units make 795,000,000 weights, too many for memory; choose fewer");
    }
}
