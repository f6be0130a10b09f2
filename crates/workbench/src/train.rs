use datasets::{Dataset, Examples, Features};
use evaluation::{Classifier, Confusion, Value, answers, worst_mistakes};
use ndarray::{Array2, Axis};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    Error,
    arguments::{Files, Train},
    error::Ending,
    files::{Destination, keep_apart},
    learning::{Course, Measured, check_size, learn},
    model::Model,
    output::Output,
    picture, plot,
    report::Report,
    settings::{self, Chosen, flag_name},
    text::{grouped, percent},
};

/// Mistakes that are shown as pictures.
const SHOWN_MISTAKES: usize = 5;

/// Train a network, and report how good it is.
pub fn train<C: Classifier>(arguments: &Train, chosen: &Chosen) -> Result<Ending, Error> {
    let Train { data, chance, files, manner, train_accuracy } = arguments;
    let destinations = Destinations::new(files)?;
    let read_only = data.file().into_iter().chain(loaded_but_not_saved(files));
    keep_apart(destinations.all(), read_only)?;
    let output = Output::new(manner.paint.color, manner.quiet, destinations.all().next().is_some());

    let dataset = data.load(chance.seed)?;
    let model = files.load.as_deref().map(|path| Model::load(path)).transpose()?;
    ...
}
