//! The command `evaluate`.

use evaluation::{Classifier, Confusion, predictions};

use crate::{
    Error,
    arguments::Evaluate,
    error::Outcome,
    output::Output,
    preamble::sizes,
    train::{Checkpoint, report, show_mistakes},
};

/// Test a network that was saved, without training it.
pub fn evaluate<C: Classifier>(arguments: &Evaluate) -> Result<Outcome, Error> {
    let Evaluate { model: path, data, randomness, verbosity } = arguments;
    let output = Output::new(verbosity.color.color, verbosity.quiet, false);
    let checkpoint = Checkpoint::load(C::STEP, path)?;
    let data = data.divided_as(&checkpoint.model, path, &output)?;
    let (dataset, division) = data.load(randomness.seed, &output)?;
    checkpoint.check_fit(&dataset, &division, &output)?;
    output.say(sizes(&dataset))?;
    let mut network = C::from_weights(checkpoint.model.weights);
    let outputs = network.predict(&dataset.test.inputs);
    let answers = predictions(outputs.view());
    let confusion = Confusion::new(&dataset.test.labels, &answers, dataset.classes.len());
    report(&output, "", &confusion, &dataset.classes)?;
    show_mistakes(&output, &dataset, outputs.view(), &answers)?;
    Ok(Outcome::Complete)
}
