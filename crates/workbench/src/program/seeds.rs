//! Networks that are alike but for the seed: how far the accuracy of one is luck.

use std::{collections::BTreeMap, fmt, num::NonZero, ops::RangeInclusive, thread};

use console::style;
use datasets::Dataset;
use evaluation::{Classifier, Confusion, Value, in_parallel, mean_and_deviation, predictions};
use indicatif::ProgressBar;
use ndarray::Array2;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde::Serialize;

use crate::{
    Error,
    arguments::Train,
    error::Outcome,
    files::{Destination, Destinations, keep_apart},
    interrupt,
    learning::{Evaluate, check_size, learn},
    output::Output,
    plot,
    preamble::{Preamble, sizes},
    progress::{bar_style, freeze_if_interrupted},
    report::{Report, Reports, Test, to_json},
    settings::{self, Chosen},
    text::percent,
};

/// The mean and the spread of an accuracy over seeds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    mean: f64,
    /// The sample standard deviation; NaN, and null in JSON, for one seed.
    deviation: f64,
    min: f64,
    max: f64,
    seeds: usize,
}

impl Spread {
    fn of(accuracies: &[f64]) -> Self {
        let (mean, deviation) = mean_and_deviation(accuracies);
        let (min, max) = plot::least_and_greatest(accuracies);
        Self { mean, deviation, min, max, seeds: accuracies.len() }
    }
}

/// `98.21 % ± 0.47 (97.11 to 98.89)`.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mean, deviation, min, max, .. } = *self;
        let [mean, deviation, min, max] = [mean, deviation, min, max].map(|part| 100.0 * part);
        write!(f, "{mean:.2} % ± {deviation:.2} ({min:.2} to {max:.2})")
    }
}

/// A network that was trained and tested.
struct Trained<'a> {
    report: Report<'a>,
    accuracy: f64,
    /// The outputs for the test set, of shape (examples, classes).
    outputs: Array2<f64>,
}

/// Train a network with each of the seeds, each as it is trained alone, and report the mean and the spread.
pub fn train_each<C: Classifier>(arguments: &Train, chosen: &Chosen) -> Result<Outcome, Error> {
    let Train { data, files, verbosity, train_accuracy, .. } = arguments;
    let seeds = arguments.seeds()?;
    for (flag, file) in [("--save", &files.save), ("--load", &files.load)] {
        if file.is_some() {
            return Err(Error::flag(
                flag,
                "a file holds one network, and --seeds trains several; leave one of them out",
            ));
        }
    }
    let destinations = Destinations::new(files)?;
    let output = Output::new(verbosity.color.color, verbosity.quiet, destinations.all().next().is_some());
    keep_apart(destinations.all(), data.files())?;

    let choose = || settings::apply_overrides(data.settings::<C::Hyperparameters>(), chosen);
    let hyperparameters = choose()?;
    let values = settings::values(&hyperparameters);
    let first = data.load(*seeds.start(), &output)?;
    check_size(&first.train, &hyperparameters)?;
    let mut rng = ChaCha8Rng::seed_from_u64(*seeds.start());
    output.say(Preamble {
        step: C::STEP,
        data: sizes(&first),
        weights: &C::new(&first.train, &hyperparameters, &mut rng).weights(),
        hyperparameters: &values,
        seed: format!("{} to {}", seeds.start(), seeds.end()),
    })?;

    let evaluate = |dataset: &Dataset, seed| train_one::<C>(dataset, &choose()?, &values, seed, *train_accuracy);
    let work = |seed| {
        let trained = match data.seed_divides() {
            true => data.load(seed, &Output::silent()).and_then(|dataset| evaluate(&dataset, seed)),
            false => evaluate(&first, seed),
        };
        (seed, trained)
    };
    let mut table = Table::new(&output, seeds.clone());
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    // Ctrl-C leaves the other seeds undone, and so does an error, which ends the trainings that have begun as well.
    in_parallel(threads, seeds.take_while(|_| !interrupt::pressed()), work, |(seed, trained)| {
        trained.and_then(|trained| table.enter(seed, trained)).inspect_err(|_| interrupt::press())
    })?;
    let (trained, all) = table.finish();

    let accuracies: Vec<f64> = trained.iter().map(|trained| trained.accuracy).collect();
    let complete = accuracies.len();
    if complete < all {
        output.say(format!("Ctrl-C ended the trainings; {complete} of {all} are complete."))?;
    }
    if complete == 0 {
        return Ok(Outcome::Interrupted);
    }
    let spread = Spread::of(&accuracies);
    let label = style(format!("test accuracy {spread}")).green().bold();
    let told = output.say(format!("\n{label} over {complete} seeds: mean ± deviation (least to most)"));
    // Networks vote on the examples that all were tested with.
    let vote = (!data.seed_divides()).then(|| {
        let sum = trained.iter().fold(Array2::zeros(trained[0].outputs.dim()), |sum, trained| sum + &trained.outputs);
        Confusion::new(&first.test.labels, &predictions(sum.view()), first.classes.len())
    });
    let told = told.and(match &vote {
        Some(vote) => output.say(format!(
            "{} by the vote of all of them: the class with the largest mean output answers",
            style(format!("test accuracy {}", percent(vote.accuracy()))).green().bold()
        )),
        None => output.say("no vote of all of them: each seed deals a test set of its own"),
    });

    // What was learnt is not lost because it cannot be told.
    let reports = Reports {
        test_accuracy: spread,
        vote: vote.map(|confusion| Test::new(&confusion, &first.classes)),
        trainings: trained.into_iter().map(|trained| trained.report).collect(),
    };
    let written = |file: &Destination| output.say(format!("wrote {}", file.path.display()));
    let report = destinations.report.as_ref().map(|file| file.write(&to_json(&reports)).and_then(|()| written(file)));
    let plot = destinations.plot.as_ref().map(|file| {
        let iterations: Vec<_> = reports.trainings.iter().map(Report::iterations).collect();
        let title = format!("{} on {}, {complete} seeds", C::STEP, first.name);
        plot::history(&file.path, &title, &iterations).map_err(Error::from).and_then(|()| written(file))
    });
    [Some(told), report, plot].into_iter().flatten().collect::<Result<(), Error>>()?;
    Ok(if complete < all { Outcome::Interrupted } else { Outcome::Complete })
}

/// Trains a network with this seed, and tests it; nothing if Ctrl-C ended the training.
fn train_one<'a, C: Classifier>(
    dataset: &Dataset,
    hyperparameters: &C::Hyperparameters,
    values: &'a [(&'static str, Value)],
    seed: u64,
    train: bool,
) -> Result<Option<Trained<'a>>, Error> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = C::new(&dataset.train, hyperparameters, &mut rng);
    let evaluate = Evaluate { test: Some(&dataset.test), train };
    let history = learn(&mut network, &dataset.train, hyperparameters, &mut rng, evaluate, &Output::silent())?;
    if history.interrupted {
        return Ok(None);
    }
    let outputs = network.predict(&dataset.test.inputs);
    let confusion = Confusion::new(&dataset.test.labels, &predictions(outputs.view()), dataset.classes.len());
    let report = Report::new(C::STEP, dataset, seed, values, &history, &confusion);
    Ok(Some(Trained { report, accuracy: confusion.accuracy(), outputs }))
}

/// The networks that are trained, told in the order of the seeds.
struct Table<'a, 'b> {
    output: &'a Output,
    seeds: RangeInclusive<u64>,
    trained: BTreeMap<u64, Trained<'b>>,
    bar: Option<ProgressBar>,
    /// How many have been told.
    told: usize,
}

impl<'a, 'b> Table<'a, 'b> {
    fn new(output: &'a Output, seeds: RangeInclusive<u64>) -> Self {
        let bar = output.takes_a_bar().then(|| {
            ProgressBar::new(seeds.clone().count() as u64)
                .with_style(bar_style("network {pos}/{len} {bar:30.green/dim} {eta} left"))
        });
        Self { output, seeds, trained: BTreeMap::new(), bar, told: 0 }
    }

    /// Note a network, and tell of those that come next.
    fn enter(&mut self, seed: u64, trained: Option<Trained<'b>>) -> Result<(), Error> {
        let Some(trained) = trained else { return Ok(()) };
        self.trained.insert(seed, trained);
        if let Some(bar) = &self.bar {
            freeze_if_interrupted(bar);
            bar.inc(1);
        }
        while let Some(seed) = self.seeds.clone().nth(self.told)
            && let Some(trained) = self.trained.get(&seed)
        {
            let line = format!("seed {seed}  test accuracy {}", percent(trained.accuracy));
            match &self.bar {
                Some(bar) => bar.suspend(|| self.output.say(line)),
                None => self.output.say(line),
            }?;
            self.told += 1;
        }
        Ok(())
    }

    /// Returns the networks in the order of the seeds, and how many there were to be.
    fn finish(self) -> (Vec<Trained<'b>>, usize) {
        if let Some(bar) = &self.bar {
            freeze_if_interrupted(bar);
            bar.finish_and_clear();
        }
        (self.trained.into_values().collect(), self.seeds.count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_a_line() {
        let spread = Spread::of(&[0.9, 0.92, 0.94]);
        assert_eq!(spread.to_string(), "92.00 % ± 2.00 (90.00 to 94.00)");
        assert_eq!((spread.min, spread.max, spread.seeds), (0.9, 0.94, 3));
    }
}
