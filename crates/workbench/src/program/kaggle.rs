//! The command `kaggle`.

use std::fmt::Write;

use evaluation::{Classifier, Tunable, hold_back, predictions};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    Error,
    arguments::Kaggle,
    error::Outcome,
    files::{Destination, keep_apart},
    learning::{Evaluate, check_size, learn},
    output::Output,
    preamble::Preamble,
    settings::{self, Chosen},
    text::grouped,
};

/// Learn from Kaggle's labelled digits, and label the others.
pub fn kaggle<C: Classifier>(arguments: &Kaggle, chosen: &Chosen) -> Result<Outcome, Error> {
    let Kaggle { train, test, submission, validation_fraction, randomness, verbosity } = arguments;
    let submission = Destination::new("--submission", submission)?;
    keep_apart([&submission], [("--train", train.as_path()), ("--test", test.as_path())])?;
    let output = Output::new(verbosity.color.color, verbosity.quiet, true);
    let hyperparameters = settings::apply_overrides(C::Hyperparameters::mnist(), chosen)?;

    let (mut examples, images) = datasets::kaggle(train, test)?;
    let mut data = format!("kaggle: {} examples to learn from", grouped(examples.len()));
    let mut held_back = None;
    if let Some(fraction) = validation_fraction {
        let division = hold_back(examples.len(), *fraction)
            .map_err(|error| Error::flag("--validation-fraction", error.to_string()))?;
        data = format!(
            "kaggle: {} examples to learn from, {} held back to be tested with",
            grouped(division.train.len()),
            grouped(division.validation.len())
        );
        held_back = Some(examples.select(&division.validation));
        examples = examples.select(&division.train);
    }
    check_size(&examples, &hyperparameters)?;
    let mut rng = ChaCha8Rng::seed_from_u64(randomness.seed);
    let mut network = C::new(&examples, &hyperparameters, &mut rng);
    output.say(Preamble {
        step: C::STEP,
        data,
        weights: &network.weights(),
        hyperparameters: &settings::values(&hyperparameters),
        seed: randomness.seed.to_string(),
    })?;
    output.say(
        "Kaggle's 42,000 + 28,000 digits are the 70,000 of MNIST, divided anew. So only the former are learnt from: a\n\
         network that was trained on MNIST has seen the answers.\n",
    )?;

    let evaluate = Evaluate { test: held_back.as_ref(), train: false };
    let history = learn(&mut network, &examples, &hyperparameters, &mut rng, evaluate, &output)?;
    let answers = predictions(network.predict(&images).view());
    submission.write(&table(&answers))?;
    output.say(format!("\nwrote {} answers to {}", grouped(answers.len()), submission.path.display()))?;
    output.end().map(|()| history.outcome())
}

/// The `answers` as Kaggle wants them: images are numbered from 1.
fn table(answers: &[usize]) -> String {
    let mut table = "ImageId,Label\n".to_owned();
    for (image, label) in answers.iter().enumerate() {
        // Writing to a string does not fail.
        let _ = writeln!(table, "{},{label}", image + 1);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_numbered_from_one() {
        assert_eq!(table(&[7, 0, 3]), "ImageId,Label\n1,7\n2,0\n3,3\n");
    }
}
