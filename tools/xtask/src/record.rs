//! What is known of a step on a data set, and where from: one file of JSON for each.

use std::{collections::BTreeMap, path::Path};

use datasets::Dataset;
use evaluation::Value;
use records::{Summary, significant};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::{
    error::{Error, read},
    finding::Fault,
    fingerprint::fingerprint,
    layout::save,
    machine::Environment,
    steps::{Settings, Task},
    training::Trained,
};

/// The results of a step on a data set.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Record {
    #[serde(flatten)]
    pub subject: Subject,
    pub examples: Examples,
    /// What the latest of the runs was made with.
    pub environment: Environment,
    /// The fraction of the test set that the networks recognise.
    pub test_accuracy: Summary,
    /// How long an iteration takes to learn, measurements not included: the median of the runs. Indicative only, as
    /// other trainings run at the same time.
    pub indicative_seconds_per_iteration: f64,
    /// One for each seed, in their order.
    pub runs: Vec<Run>,
}

/// What a record is about. A record that says something else than the code is stale.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Subject {
    pub step: String,
    pub dataset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// What does the same with seed 1.
    pub command: String,
    pub hyperparameters: BTreeMap<String, Number>,
    /// That of the code.
    pub fingerprint: String,
}

/// How many examples there are.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Examples {
    pub train: usize,
    pub test: usize,
}

/// One training.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Run {
    /// What all random numbers start from; it deals the digits into training and test set too.
    pub seed: u64,
    /// The fraction of the test set that is recognised in the end.
    pub test_accuracy: f64,
    /// How long it took to learn, measurements not included.
    pub seconds: f64,
    /// The mean error over the training set, for each iteration.
    pub errors: Vec<f64>,
    /// The fraction of the test set that is recognised, after each iteration.
    pub test_accuracies: Vec<f64>,
    /// How often each answer was given in the end, a row for each true class.
    pub confusion: Vec<Vec<usize>>,
}

impl Subject {
    /// What a record of `task` has to be about.
    pub fn of(root: &Path, task: &Task) -> Result<Self, Error> {
        let settings = task.settings().map_err(|source| Error::Variant { task: task.to_string(), source })?;
        Ok(Self {
            step: task.step.name.to_owned(),
            dataset: task.data.name().to_owned(),
            variant: task.variant.map(|variant| variant.name.to_owned()),
            command: task.command(),
            hyperparameters: numbers(settings),
            fingerprint: fingerprint(root, task.step, task.data)?,
        })
    }
}

impl Record {
    /// A record without runs.
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

    /// The record of `task`, if there is one.
    pub fn load(root: &Path, task: &Task) -> Result<Option<Self>, Error> {
        let path = root.join(task.path());
        if !path.exists() {
            return Ok(None);
        }
        serde_json::from_str(&read(&path)?).map(Some).map_err(|error| Error::content(&task.path(), error))
    }

    /// Write it to its file, whole or not at all.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        save(self, path)
    }

    /// Add a run on `dataset` that was made with `environment`.
    pub fn add(&mut self, run: Run, dataset: &Dataset, environment: &Environment) {
        self.examples = Examples { train: dataset.train.len(), test: dataset.test.len() };
        self.runs.push(run);
        self.runs.sort_by_key(|run| run.seed);
        self.environment = environment.clone();
        self.test_accuracy = summary(&self.runs);
        self.indicative_seconds_per_iteration = seconds_per_iteration(&self.runs);
    }

    /// Those of the `seeds` that it has no run of.
    pub fn missing(&self, seeds: &[u64]) -> Vec<u64> {
        seeds.iter().copied().filter(|seed| self.runs.iter().all(|run| run.seed != *seed)).collect()
    }

    /// Whether runs can be added to it until it is about `subject`, with one run for each of the `seeds`.
    pub fn can_go_on(&self, subject: &Subject, seeds: &[u64]) -> bool {
        let no_seed_twice_or_besides = self.runs.len() + self.missing(seeds).len() == seeds.len();
        self.subject == *subject && no_seed_twice_or_besides && self.test_accuracy == summary(&self.runs)
    }

    /// What is wrong with it, if it has to be about `subject`, with one run for each of the `seeds`.
    pub fn fault(&self, subject: &Subject, seeds: &[u64]) -> Option<Fault> {
        let mut runs: Vec<u64> = self.runs.iter().map(|run| run.seed).collect();
        runs.sort();
        let name = |subject: &Subject| (subject.step.clone(), subject.dataset.clone(), subject.variant.clone());
        if name(&self.subject) != name(subject) {
            Some(Fault::spoilt("step", "the record is about something else than its name says"))
        } else if self.test_accuracy != summary(&self.runs) {
            Some(Fault::spoilt("test_accuracy", "the accuracy is not that of the runs"))
        } else if self.subject.hyperparameters != subject.hyperparameters {
            Some(Fault::stale("hyperparameters", "the hyperparameters are no longer those of the code"))
        } else if self.subject.fingerprint != subject.fingerprint {
            Some(Fault::stale("fingerprint", "the record is older than the code that it describes"))
        } else if self.subject != *subject {
            Some(Fault::stale("command", "the command is no longer that of the code"))
        } else if runs != seeds {
            Some(Fault::stale("runs", "the record does not have one run for each seed"))
        } else {
            None
        }
    }
}

/// The test accuracy over the `runs`, from the counts, which are exact.
fn summary(runs: &[Run]) -> Summary {
    let accuracies: Vec<f64> = runs.iter().map(Run::exact_accuracy).collect();
    Summary::listed(&accuracies, |accuracy| rounded(accuracy, 6))
}

impl Run {
    /// What is kept of a training.
    pub fn new(seed: u64, trained: &Trained) -> Self {
        Self {
            seed,
            test_accuracy: rounded(trained.confusion.accuracy(), 6),
            seconds: significant(trained.seconds, 4),
            errors: trained.errors.iter().map(|error| significant(*error, 4)).collect(),
            test_accuracies: trained.test_accuracies.iter().map(|accuracy| rounded(*accuracy, 4)).collect(),
            confusion: trained.confusion.counts.rows().into_iter().map(|row| row.to_vec()).collect(),
        }
    }

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

/// The values as JSON has them: a count as an integer, which no factor ever equals.
fn numbers(settings: Settings) -> BTreeMap<String, Number> {
    let number = |value| match value {
        Value::Count(count) => Some(count.into()),
        Value::Factor(factor) => Number::from_f64(factor),
    };
    settings.into_iter().filter_map(|(name, value)| Some((name.to_owned(), number(value)?))).collect()
}

fn rounded(number: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (number * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::tasks;

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

    /// A record of the first task, and what it has to be about.
    fn record(seeds: &[u64]) -> (Record, Subject) {
        let subject = Subject::of(&crate::root(), &tasks()[0]).unwrap();
        let mut record = Record::new(subject.clone());
        for &seed in seeds {
            record.add(run(seed, 5 + seed as usize % 5), &datasets::digits(1), &Environment::default());
        }
        (record, subject)
    }

    const ALL: [u64; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

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
    fn a_complete_record_has_no_fault_whatever_the_order_of_its_runs() {
        let (record, subject) = record(&[3, 1, 2, 10, 9, 8, 7, 6, 5, 4]);
        assert_eq!(record.fault(&subject, &ALL), None);
    }

    #[test]
    fn a_record_that_is_stale_or_spoilt_has_a_fault() {
        let (complete, subject) = record(&ALL);
        let fault = |change: fn(&mut Record)| {
            let mut record = complete.clone();
            change(&mut record);
            record.fault(&subject, &ALL).map(|fault| (fault.field, fault.is_stale)).unwrap()
        };
        let hidden = |record: &mut Record| *record.subject.hyperparameters.get_mut("hidden").unwrap() = 99.into();
        assert_eq!(fault(hidden), ("hyperparameters", true));
        assert_eq!(fault(|record| record.subject.fingerprint.replace_range(..1, "?")), ("fingerprint", true));
        assert_eq!(fault(|record| record.subject.command.clear()), ("command", true));
        let run_less = |record: &mut Record| {
            record.runs.pop();
            record.test_accuracy = summary(&record.runs);
        };
        assert_eq!(fault(run_less), ("runs", true));
        assert_eq!(fault(|record| record.subject.dataset = "mnist".to_owned()), ("step", false));
        assert_eq!(fault(|record| record.test_accuracy.mean += 0.001), ("test_accuracy", false));
        let both = |record: &mut Record| {
            record.subject.fingerprint.clear();
            record.test_accuracy.mean += 0.001;
        };
        assert_eq!(fault(both), ("test_accuracy", false));
    }

    #[test]
    fn runs_are_added_only_to_what_is_sound() {
        let (sound, subject) = record(&[2, 5]);
        let can_go_on = |change: fn(&mut Record)| {
            let mut record = sound.clone();
            change(&mut record);
            record.can_go_on(&subject, &ALL)
        };
        assert!(can_go_on(|_| ()));
        assert!(!can_go_on(|record| record.subject.fingerprint.clear()));
        assert!(!can_go_on(|record| record.test_accuracy.mean += 0.001));
        for seed in [2, 11] {
            assert!(!record(&[2, 5, seed]).0.can_go_on(&subject, &ALL), "{seed}");
        }
    }

    #[test]
    fn missing_seeds_are_known() {
        assert_eq!(record(&[2, 5]).0.missing(&ALL), [1, 3, 4, 6, 7, 8, 9, 10]);
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let (record, _) = record(&ALL);
        record.save(&folder.path().join(tasks()[0].path())).unwrap();
        assert_eq!(Record::load(folder.path(), &tasks()[0]).unwrap(), Some(record));
        assert_eq!(Record::load(folder.path(), &tasks()[1]).unwrap(), None);
    }

    #[test]
    fn a_fraction_is_rounded_to_its_places() {
        assert_eq!(rounded(437.0 / 450.0, 4), 0.9711);
    }
}
