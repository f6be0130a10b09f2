use std::path::Path;

use datasets::{Dataset, Examples, Features};
use evaluation::{Classifier, Confusion, Knobs, Weights, answers, worst_mistakes};
use ndarray::{Array2, ArrayView2};
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
const SHOWN_MISTAKES: usize = 6;

/// Train a network, and report how good it is.
pub fn train<C: Classifier>(arguments: &Train, chosen: &Chosen) -> Result<Ending, Error> {
    let Train { data, chance, files, manner, train_accuracy } = arguments;
    let destinations = Destinations::new(files)?;
    keep_apart(destinations.all(), data.file().into_iter().chain(loaded(files)))?;
    let output = Output::new(manner.paint.color, manner.quiet, destinations.all().next().is_some());

    let dataset = data.load(chance.seed)?;
    let mut rng = ChaCha8Rng::seed_from_u64(chance.seed);
    let mut hyperparameters = settings::settle(data.settings::<C::Hyperparameters>(), chosen)?;
    let mut network = match &files.load {
        Some(path) => {
            let weights = load::<C>(path, &dataset)?;
            hyperparameters = adopt_size(hyperparameters, chosen, &weights)?;
            C::from_weights(weights)
        }
        None => {
            check_size(&dataset.train, &hyperparameters)?;
            C::new(&dataset.train, &hyperparameters, &mut rng)
        }
    };
    let values = settings::values(&hyperparameters);
    introduce::<C>(&output, &dataset.name, &dataset.train, Some(&dataset.test), &network.weights(), &values, chance.seed)?;

    let measured = Measured { test: Some(&dataset.test), train: *train_accuracy };
    let course = learn(&mut network, &dataset.train, &hyperparameters, &mut rng, measured, &output)?;

    let outputs = network.predict(dataset.test.inputs.view());
    let answers = answers(outputs.view());
    let confusion = Confusion::new(&dataset.test.labels, &answers, dataset.classes.len());
    summarise(&output, &course, &confusion, &dataset)?;
    show_mistakes(&output, &dataset, outputs.view(), &answers)?;

    let report = Report::new(C::STEP, &dataset, chance.seed, &values, &course, &confusion);
    destinations.write::<C>(&network, &dataset, &report, &course, &output)?;
    Ok(course.ending())
}
