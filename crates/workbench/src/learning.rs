use std::{ops::ControlFlow, time::Instant};

use datasets::Examples;
use evaluation::{Classifier, Knobs, Observer, Value, Weights, accuracy, answers};
use rand::rngs::ChaCha8Rng;

use crate::{
    Error,
    error::Ending,
    interrupt,
    output::Output,
    progress::{Iteration, Progress},
    settings::{self, flag_name},
};

/// The most that weights and their gradients may take, in bytes. Well below what makes the machine itself give up.
const MOST_BYTES: usize = 4 << 30;

/// What is measured after each iteration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured<'a> {
    /// The accuracy on these examples, that the network does not learn from.
    pub test: Option<&'a Examples>,
    /// The accuracy on those that it does learn from.
    pub train: bool,
}

/// How a training went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// The iterations that were finished.
    pub iterations: Vec<Iteration>,
    /// How long it took to learn, measurements not included.
    pub seconds: f64,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
}

impl Course {
    /// How a command ends that had this training to do.
    pub fn ending(&self) -> Ending {
        if self.interrupted { Ending::Interrupted } else { Ending::Complete }
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
    measured: Measured,
    output: &Output,
) -> Result<Course, Error> {
    let iterations = settings::count(hyperparameters, "iterations").unwrap_or(1);
    let mut watcher = Watcher {
        examples,
        measured,
        progress: Progress::new(output, iterations, examples.len()),
        advice: advice(&settings::values(hyperparameters)),
        course: Course::default(),
        learnt: 0,
        began: Instant::now(),
        failure: None,
    };
    interrupt::listen();
    let flow = network.train(examples, hyperparameters, rng, &mut watcher);
    watcher.progress.finish();
    if let Some(failure) = watcher.failure {
        return Err(failure);
    }
    let mut course = watcher.course;
    if flow.is_break() {
        course.interrupted = true;
        course.seconds += watcher.began.elapsed().as_secs_f64();
        // The last measurement lies a part of an iteration back.
        if !finite(&network.weights()) {
            return Err(Error::Diverged { iteration: course.iterations.len() + 1, advice: watcher.advice });
        }
    }
    Ok(course)
}

/// Watches a network learn: measures it, shows the progress, and stops it when there is a reason.
struct Watcher<'a> {
    examples: &'a Examples,
    measured: Measured<'a>,
    progress: Progress<'a>,
    /// What to do if the training diverges.
    advice: String,
    course: Course,
    /// Examples that were learnt from in the current iteration.
    learnt: usize,
    /// When the current iteration began.
    began: Instant,
    /// Why the training was stopped, if it was not Ctrl-C.
    failure: Option<Error>,
}

impl<C: Classifier> Observer<C> for Watcher<'_> {
    fn example(&mut self) -> ControlFlow<()> {
        self.learnt += 1;
        self.progress.examples(self.course.iterations.len(), self.learnt);
        if interrupt::pressed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn iteration(&mut self, network: &mut C, error: f64) -> ControlFlow<()> {
        let seconds = self.began.elapsed().as_secs_f64();
        let number = self.course.iterations.len() + 1;
        if !error.is_finite() || !finite(&network.weights()) {
            self.failure = Some(Error::Diverged { iteration: number, advice: self.advice.clone() });
            return ControlFlow::Break(());
        }
        let train = self.measured.train.then_some(self.examples);
        let mut measure = |examples| accuracy_of(network, examples);
        let iteration = Iteration {
            iteration: number,
            error,
            train_accuracy: train.map(&mut measure),
            test_accuracy: self.measured.test.map(&mut measure),
            seconds,
        };
        let shown = self.progress.iteration(&iteration);
        self.course.iterations.push(iteration);
        self.course.seconds += seconds;
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

/// The fraction of the `examples` that `network` recognises.
pub fn accuracy_of<C: Classifier>(network: &mut C, examples: &Examples) -> f64 {
    accuracy(&answers(network.predict(examples.inputs.view()).view()), &examples.labels)
}

fn finite(weights: &Weights) -> bool {
    weights.input_weights.iter().chain(&weights.output_weights).all(|weight| weight.is_finite())
}

/// What to do about a training with these hyperparameters that diverged.
fn advice(values: &[(&str, Value)]) -> String {
    let of = |name| values.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let smaller = |name: &str, value| format!("a --{} smaller than {value}", flag_name(name));
    match (of("momentum"), of("learning_rate")) {
        (Some(value), _) if value != Value::Factor(0.0) => format!("try {}", smaller("momentum", value)),
        (_, Some(value)) => format!("try {}", smaller("learning_rate", value)),
        _ => "try other hyperparameters".to_owned(),
    }
}

/// Make sure that a network of this many hidden units for `examples` fits in memory.
///
/// # Errors
///
/// If its weights and their gradients are too many.
pub fn check_size<K: Knobs>(examples: &Examples, hyperparameters: &K) -> Result<(), Error> {
    let hidden = settings::count(hyperparameters, "hidden").unwrap_or(0);
    let weights = hidden.saturating_mul(examples.inputs.ncols() + 1 + examples.classes());
    if weights.saturating_mul(2 * size_of::<f64>()) > MOST_BYTES {
        let problem = format!("{hidden} units make {weights} weights, which do not fit in memory; choose fewer");
        return Err(Error::flag("--hidden", problem));
    }
    Ok(())
}
