use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use console::style;
use datasets::{Dataset, Examples};
use evaluation::{Classifier, Fold, Knobs, folds, mean_and_deviation};
use indicatif::{ProgressBar, ProgressStyle};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    Error,
    arguments::Tune,
    error::Ending,
    interrupt,
    learning::{Measured, accuracy_of, check_size, learn},
    output::Output,
    settings::{self, Chosen, flag_name},
    text::{grouped, percent},
};

/// How a setting did.
#[derive(Clone, Debug, PartialEq)]
struct Score {
    /// Which of the settings.
    setting: usize,
    /// The mean of the accuracies in validation. NaN if a training diverged.
    mean: f64,
    /// Their deviation. NaN if there is one only.
    deviation: f64,
}

/// Find the best hyperparameters by cross-validation.
pub fn tune<C: Classifier>(arguments: &Tune, lists: &[(&'static str, Vec<String>)]) -> Result<Ending, Error> {
    let Tune { data, chance, quiet, paint, .. } = arguments;
    let output = Output::new(paint.color, *quiet, false);
    let settings = settings::grid(lists)?;
    let base: C::Hyperparameters = data.settings();
    // What is left of the data set is what a network learns from.
    let Dataset { name, train: examples, .. } = data.load(chance.seed)?;
    for chosen in &settings {
        check_size(&examples, &settings::settle(base.clone(), chosen)?)?;
    }
    let divisions = divide(&examples, arguments)?;

}
