//! The history of a training, on a terminal and elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::{
    Error, interrupt,
    output::Output,
    text::{concise, percent},
};

/// How many examples pass between two looks at the progress bar. It draws itself 20 times a second at most, but even to
/// ask the time after each example would be felt.
const STRIDE: usize = 64;

/// The style of a bar, by its `template`.
pub fn bar_style(template: &str) -> ProgressStyle {
    // A template that is wrong would show at once.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━━╌")
}

/// Leave the bar as it is once Ctrl-C was pressed: the terminal has written `^C` below it, and the cursor is no longer
/// where it could be drawn anew.
pub fn freeze_if_interrupted(bar: &ProgressBar) {
    if interrupt::pressed() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
}

/// What was measured of an iteration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Iteration {
    /// Its number, from 1.
    pub iteration: usize,
    /// The mean error over the training set, each example's as it was before the network learnt from it.
    pub error: f64,
    /// The fraction of the training set that was recognised after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub train_accuracy: Option<f64>,
    /// The fraction of the test set that was recognised after it, if there is a test set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_accuracy: Option<f64>,
    /// How long it took to learn, measurements not included.
    pub seconds: f64,
}

/// Shows the history of a training: as a bar on a terminal, elsewhere as lines.
#[derive(Debug)]
pub struct Progress<'a> {
    output: &'a Output,
    bar: Option<ProgressBar>,
    iterations: usize,
    examples: usize,
}

impl<'a> Progress<'a> {
    /// For a training of so many `iterations` over so many `examples`.
    pub fn new(output: &'a Output, iterations: usize, examples: usize) -> Self {
        let bar = output.takes_a_bar().then(|| {
            let bar = ProgressBar::new((iterations * examples) as u64).with_prefix(format!("1/{iterations}"));
            bar.set_style(bar_style("iteration {prefix} {bar:30.green/dim} {msg}{eta} left"));
            bar
        });
        Self { output, bar, iterations, examples }
    }

    /// So many examples of the current iteration have been learnt from.
    pub fn examples(&self, finished_iterations: usize, examples: usize) {
        if let Some(bar) = &self.bar
            && examples.is_multiple_of(STRIDE)
        {
            bar.set_position((finished_iterations * self.examples + examples) as u64);
        }
    }

    /// An iteration is over.
    pub fn iteration(&self, iteration: &Iteration) -> Result<(), Error> {
        let mut measured = format!("error {}", concise(iteration.error));
        for (name, accuracy) in [("train", iteration.train_accuracy), ("test", iteration.test_accuracy)] {
            if let Some(accuracy) = accuracy {
                measured += &format!("  {name} accuracy {}", percent(accuracy));
            }
        }
        let (number, all) = (iteration.iteration, self.iterations);
        match &self.bar {
            Some(bar) => {
                freeze_if_interrupted(bar);
                bar.set_position((number * self.examples) as u64);
                bar.set_prefix(format!("{}/{all}", all.min(number + 1)));
                bar.set_message(measured + "  ");
                Ok(())
            }
            None => {
                let width = all.to_string().len();
                self.output.say(format!("iteration {number:>width$}/{all}  {measured}  {:.2} s", iteration.seconds))
            }
        }
    }

    /// The training is over. What the bar shows last remains.
    pub fn finish(&self) -> Result<(), Error> {
        let Some(bar) = &self.bar else { return Ok(()) };
        freeze_if_interrupted(bar);
        bar.set_style(bar_style("iteration {prefix} {bar:30.green/dim} {msg}"));
        bar.abandon();
        // The bar has not ended its line.
        self.output.say("")
    }
}
