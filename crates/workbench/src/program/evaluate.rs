//! The command `evaluate`.

use console::style;
use datasets::Examples;
use evaluation::{Classifier, Confusion, predictions};

use crate::{
    Error,
    arguments::{Evaluate, Randomness},
    checkpoint::{Checkpoint, Examined},
    data::Source,
    error::Outcome,
    files::{Destination, keep_apart},
    output::Output,
    preamble::write_entry,
    report::{Test, to_json},
    text::{grouped, percent},
    train::tell,
};

/// Measure a network that was saved.
pub fn evaluate<C: Classifier>(arguments: &Evaluate) -> Result<Outcome, Error> {
    let Evaluate { model: path, data, randomness: Randomness { seed }, report, verbosity } = arguments;
    let report = report.as_deref().map(|path| Destination::new("--report", path)).transpose()?;
    keep_apart(&report, data.files().chain([("--model", path.as_path())]))?;
    let output = Output::new(verbosity.color.color, verbosity.quiet, report.is_some());
    let checkpoint = Checkpoint::load(C::STEP, path)?;
    let Examined { dataset, notes, known, .. } = checkpoint.examine(data, *seed, &output)?;
    // Of data that the network has not learnt from, all is a test.
    let all = !known && data.dataset != Source::Mnist;
    let parts = if all { vec![&dataset.train, &dataset.test] } else { vec![&dataset.test] };
    let examples: usize = parts.iter().map(|part| part.len()).sum();
    let which = if all { "all" } else { "the test set" };
    let mut introduction = String::new();
    for (name, entry) in [
        ("step", C::STEP.to_owned()),
        ("model", path.display().to_string()),
        ("data", format!("{}: {} examples, {which}", dataset.name, grouped(examples))),
    ] {
        // Writing to a string does not fail.
        let _ = write_entry(&mut introduction, name, entry);
    }
    output.say(introduction)?;
    for note in notes {
        output.say(format!("note: {note}"))?;
    }

    let mut network = C::from_weights(checkpoint.model.weights);
    let mut measure = |part: &Examples| {
        let answers = predictions(network.predict(&part.inputs).view());
        Confusion::new(&part.labels, &answers, dataset.classes.len()).counts
    };
    let counts = parts.into_iter().map(&mut measure).reduce(|one, other| one + other);
    let confusion = Confusion { counts: counts.expect("a part or two") };
    let (right, accuracy) = (confusion.counts.diag().sum(), percent(confusion.accuracy()));
    let accuracy = style(format!("test accuracy {accuracy}")).green().bold();
    output.say(format!("{accuracy} ({} of {})\n", grouped(right), grouped(examples)))?;
    tell(&output, &confusion, &dataset.classes)?;
    if let Some(file) = report {
        file.write(&to_json(&Test::new(&confusion, &dataset.classes)))?;
        output.say(format!("wrote {}", file.path.display()))?;
    }
    Ok(Outcome::Complete)
}
