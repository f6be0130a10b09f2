use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::{Summary, places, significant};

/// The results of a step on a data set: one file of JSON.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Record {
    /// Its subject.
    #[serde(flatten)]
    pub subject: Subject,
    /// The numbers of examples in the data set.
    pub examples: Examples,
    /// The environment of the latest of the runs.
    pub environment: Environment,
    /// The fraction of the test set that the networks recognise.
    pub test_accuracy: Summary,
    /// The time that an iteration takes to learn, measurements not included: the median of the runs. Indicative only,
    /// as other trainings run at the same time.
    pub indicative_seconds_per_iteration: f64,
    /// One for each seed, in their order.
    pub runs: Vec<Run>,
}

/// The subject of a record. A record with another subject than the code has is stale.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Subject {
    /// The name of the step.
    pub step: String,
    /// The name of the data set.
    pub dataset: String,
    /// The name of the settings, if they are not the step's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The command that does the same with seed 1.
    pub command: String,
    /// The values of all settings.
    pub hyperparameters: BTreeMap<String, Number>,
    /// That of the code.
    pub fingerprint: String,
}

/// The numbers of examples.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Examples {
    /// Those to learn from.
    pub train: usize,
    /// Those to be tested with.
    pub test: usize,
}

/// One training.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Run {
    /// The seed of all random numbers; it deals the digits into training and test set too.
    pub seed: u64,
    /// The fraction of the test set that is recognised in the end.
    pub test_accuracy: f64,
    /// The time for learning, measurements not included.
    pub seconds: f64,
    /// The mean error over the training set, for each iteration.
    pub errors: Vec<f64>,
    /// The fraction of the test set that is recognised, after each iteration.
    pub test_accuracies: Vec<f64>,
    /// The number of times that each class was predicted in the end, a row for each true class.
    pub confusion: Vec<Vec<usize>>,
}

/// The environment that a result was made in.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Environment {
    /// The time, in UTC.
    pub date: String,
    /// The commit, and whether the code has changed since.
    pub commit: String,
    /// The version of the steps.
    pub version: String,
    /// The versions of the libraries.
    pub libraries: BTreeMap<String, String>,
    /// The compiler.
    pub rustc: String,
    /// The processor.
    pub cpu: String,
    /// The number of its cores that were at hand.
    pub cores: usize,
    /// The number of trainings side by side: they share memory and caches, so that each takes longer than alone.
    pub threads: usize,
}

impl Record {
    /// Returns a record without runs.
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            examples: Examples::default(),
            environment: Environment::default(),
            test_accuracy: summary(&[]),
            indicative_seconds_per_iteration: 0.0,
            runs: Vec::new(),
        }
    }

    /// Adds a run with this many `examples` that was made in `environment`.
    pub fn add(&mut self, run: Run, examples: Examples, environment: &Environment) {
        self.examples = examples;
        self.runs.push(run);
        self.runs.sort_by_key(|run| run.seed);
        self.environment = environment.clone();
        self.test_accuracy = summary(&self.runs);
        self.indicative_seconds_per_iteration = seconds_per_iteration(&self.runs);
    }

    /// Returns those of the `seeds` that it has no run of.
    pub fn missing(&self, seeds: &[u64]) -> Vec<u64> {
        seeds.iter().copied().filter(|seed| self.runs.iter().all(|run| run.seed != *seed)).collect()
    }

    /// Returns true if runs can be added to it until it is about `subject`, with one run for each of the `seeds`.
    pub fn can_go_on(&self, subject: &Subject, seeds: &[u64]) -> bool {
        let no_seed_twice_or_besides = self.runs.len() + self.missing(seeds).len() == seeds.len();
        self.subject == *subject && no_seed_twice_or_besides && self.is_sound()
    }

    /// Returns true if the summary is that of the runs.
    pub fn is_sound(&self) -> bool {
        self.test_accuracy == summary(&self.runs)
    }

    /// Returns a fraction of the test set in per cent.
    pub fn percent(&self, fraction: f64) -> String {
        format!("{:.*} %", places(&self.subject.dataset), 100.0 * fraction)
    }

    /// Returns the mean and the deviation of the accuracy in per cent.
    pub fn accuracy(&self) -> String {
        format!("{} %", self.test_accuracy.mean_and_deviation(places(&self.subject.dataset), 100.0))
    }

    /// Returns the mean, the deviation and, of the digits, the range of the accuracy.
    pub fn spread(&self) -> String {
        self.test_accuracy.spread(&self.subject.dataset)
    }
}

/// The test accuracy over the `runs`, from the counts, which are exact.
fn summary(runs: &[Run]) -> Summary {
    let accuracies: Vec<f64> = runs.iter().map(Run::exact_accuracy).collect();
    Summary::listed(&accuracies, |accuracy| rounded(accuracy, 6))
}

impl Run {
    fn exact_accuracy(&self) -> f64 {
        let right: usize = self.confusion.iter().enumerate().filter_map(|(class, row)| row.get(class)).sum();
        let all: usize = self.confusion.iter().flatten().sum();
        right as f64 / all as f64
    }
}

fn seconds_per_iteration(runs: &[Run]) -> f64 {
    let mut seconds: Vec<f64> = runs.iter().map(|run| run.seconds / run.errors.len() as f64).collect();
    seconds.sort_by(f64::total_cmp);
    let middle = |index: usize| seconds.get(index).copied().unwrap_or_default();
    significant((middle(runs.len().saturating_sub(1) / 2) + middle(runs.len() / 2)) / 2.0, 4)
}

/// `number` to this many decimal places.
pub fn rounded(number: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (number * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seed: u64, right: usize) -> Run {
        Run {
            seed,
            test_accuracy: right as f64 / 10.0,
            seconds: seed as f64,
            errors: vec![0.5, 0.25],
            test_accuracies: vec![0.5, right as f64 / 10.0],
            confusion: vec![vec![right, 10 - right], vec![0, 0]],
        }
    }

    #[test]
    fn a_summary_is_of_the_final_accuracies() {
        let three = summary(&[run(1, 5), run(2, 6), run(3, 10)]);
        // Squared distances from 0.7: 0.04, 0.01 and 0.09; half of their sum is 0.07.
        assert_eq!(three, Summary { mean: 0.7, deviation: Some(0.264575), min: 0.5, max: 1.0, seeds: None });
        assert_eq!(summary(&[run(1, 5)]).deviation, None);
    }

    #[test]
    fn the_median_is_of_the_seconds_for_each_iteration() {
        assert_eq!(seconds_per_iteration(&[run(9, 5), run(1, 5), run(2, 5)]), 1.0);
        assert_eq!(seconds_per_iteration(&[run(9, 5), run(1, 5)]), 2.5);
    }

    #[test]
    fn a_fraction_is_rounded_to_its_places() {
        assert_eq!(rounded(437.0 / 450.0, 4), 0.9711);
    }
}
