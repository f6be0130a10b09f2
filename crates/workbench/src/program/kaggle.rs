//! The command `kaggle`.

use std::fmt::Write as _;

use datasets::Dataset;
use evaluation::{Classifier, Confusion, Tunable, hold_back, predictions};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    Error,
    arguments::Kaggle,
    checkpoint::Checkpoint,
    error::Outcome,
    files::{Destination, Destinations, keep_apart},
    learning::{Evaluate, check_size, learn},
    model::{Model, Origin},
    output::Output,
    preamble::Preamble,
    report::Report,
    settings::{self, Chosen},
    text::grouped,
    train::{model_of, write},
};

/// Learn from Kaggle's labelled digits, and label the others.
pub fn kaggle<C: Classifier>(arguments: &Kaggle, chosen: &Chosen) -> Result<Outcome, Error> {
    let Kaggle { train, test, submission, files, validation_fraction, randomness, verbosity } = arguments;
    let submission = Destination::new("--submission", submission)?;
    if files.report.is_some() && validation_fraction.is_none() {
        return Err(Error::flag("--report", "without --validation-fraction there is no accuracy to report"));
    }
    let destinations = Destinations::new(files)?;
    let inputs = [("--train", train.as_path()), ("--test", test.as_path())];
    keep_apart(destinations.all().chain([&submission]), inputs)?;
    let others = destinations.all().chain([&submission]).filter(|destination| destination.flag != "--save");
    keep_apart(others, files.load.as_deref().map(|path| ("--load", path)))?;
    let checkpoint = files.load.as_deref().map(|path| Checkpoint::load(C::STEP, path)).transpose()?;
    let output = Output::new(verbosity.color.color, verbosity.quiet, true);
    let mut hyperparameters = settings::apply_overrides(C::Hyperparameters::mnist(), chosen)?;

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
    let mut rng = ChaCha8Rng::seed_from_u64(randomness.seed);
    let dataset = Dataset {
        name: "kaggle".to_owned(),
        classes: (0..examples.classes()).map(|digit| digit.to_string()).collect(),
        test: held_back.unwrap_or_else(|| examples.select(&[])),
        train: examples,
    };
    let examples = &dataset.train;
    let held_back = Some(&dataset.test).filter(|test| !test.is_empty());
    let origin = Origin {
        split_seed: None,
        test_fraction: *validation_fraction,
        label: None,
        columns: None,
        fingerprint: Origin::fingerprint(examples),
    };
    let mut network = match checkpoint {
        Some(checkpoint) => {
            checkpoint.check_fit(&dataset)?;
            let known = checkpoint.model.origin.as_ref().map(|origin| origin.fingerprint);
            let own = checkpoint.model.dataset == dataset.name && held_back.is_none();
            if !own && known != Some(origin.fingerprint) {
                return Err(Error::flag(
                    "--load",
                    "the network has learnt from other examples than --train and --validation-fraction give it, and \
                     may have seen the answers; load one that `kaggle` saved with the same fraction",
                ));
            }
            checkpoint.adopt_size(&mut hyperparameters, chosen)?;
            C::from_weights(checkpoint.model.weights)
        }
        None => {
            check_size(examples, &hyperparameters)?;
            C::new(examples, &hyperparameters, &mut rng)
        }
    };
    let values = settings::values(&hyperparameters);
    output.say(Preamble {
        step: C::STEP,
        data,
        weights: &network.weights(),
        hyperparameters: &values,
        seed: randomness.seed.to_string(),
    })?;
    output.say(
        "Kaggle's 42,000 + 28,000 digits are the 70,000 of MNIST, divided anew. So only the former are learnt from: a\n\
         network that was trained on MNIST has seen the answers.\n",
    )?;

    let evaluate = Evaluate { test: held_back, train: false };
    let history = learn(&mut network, examples, &hyperparameters, &mut rng, evaluate, &output)?;
    let answers = predictions(network.predict(&images).view());
    let told = submission.write(&table(&answers)).and_then(|()| {
        output.say(format!("\nwrote {} answers to {}", grouped(answers.len()), submission.path.display()))
    });
    let found = predictions(network.predict(&dataset.test.inputs).view());
    let confusion = Confusion::new(&dataset.test.labels, &found, dataset.classes.len());
    let report = Report::new(C::STEP, &dataset, randomness.seed, &values, &history, &confusion);
    let model = Model { origin: Some(origin), ..model_of(&network, &dataset, &values, randomness.seed) };
    write(&destinations, &model, &report, &history, &output)?;
    told?;
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
