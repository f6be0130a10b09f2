//! The steps as what trains them. What has to be done for each of them reads it here.

use std::{fmt, path::PathBuf};

use clap::ValueEnum;
use datasets::Dataset;
use evaluation::{Classifier, InvalidValue, Tunable, Value};

use crate::training::{Trained, train};

/// A step of the series.
#[derive(Debug)]
pub struct Step {
    /// Its name, which is that of its crate and its folder.
    pub name: &'static str,
    settings: fn(DataSet, Overrides) -> Result<Settings, InvalidValue>,
    train: Train,
}

macro_rules! steps {
    ($($step:ident)+) => {
        [$(Step::new::<$step::Network>()),+]
    };
}

/// All steps, in the order in which they are read.
pub static STEPS: [Step; records::STEPS.len()] = records::every_step!([steps]);

/// What is trained besides every step with its own settings.
const VARIANTS: [Variant; 9] = [
    variant("regularized", "hidden-300", &[("hidden", "300"), ("iterations", "20")]),
    variant("momentum", "hidden-300", &[("hidden", "300"), ("iterations", "20")]),
    variant("minibatch", "hidden-300", &[("hidden", "300")]),
    variant("minibatch", "hidden-300-fast", FAST),
    variant("parallel", "hidden-300", &[("hidden", "300")]),
    variant("parallel", "hidden-800", &[("hidden", "800")]),
    variant("parallel", "hidden-300-fast", FAST),
    variant("distortions", "affine", &[("alpha", "0"), ("iterations", "20")]),
    variant("distortions", "hidden-1600", &[("hidden", "1600"), ("iterations", "120")]),
];

/// Training that takes a second or two.
const FAST: Overrides = &[("hidden", "300"), ("iterations", "3"), ("learning_rate", "0.1"), ("rate_decay", "1")];

/// A step with some other settings.
#[derive(Debug)]
pub struct Variant {
    step: &'static str,
    data: DataSet,
    /// What its record is called, after the name of the step.
    pub name: &'static str,
    overrides: Overrides,
}

/// A step with other settings on MNIST.
const fn variant(step: &'static str, name: &'static str, overrides: Overrides) -> Variant {
    Variant { step, data: DataSet::Mnist, name, overrides }
}

/// Names and values of hyperparameters.
pub type Settings = Vec<(&'static str, Value)>;
/// Names of hyperparameters, and their values as the command line has them.
type Overrides = &'static [(&'static str, &'static str)];

/// Trains a network on the data by a seed, and calls a function after each iteration.
type Train = fn(DataSet, Overrides, &Dataset, u64, &dyn Fn()) -> Result<Trained, TrainError>;

/// Why a training has no result.
#[derive(Debug)]
pub enum TrainError {
    /// It has settings that it cannot have.
    Settings(InvalidValue),
    /// It diverged in this iteration, from 1.
    Diverged(usize),
}

impl Step {
    const fn new<C: Classifier>() -> Self {
        Self { name: C::STEP, settings: settings::<C>, train: train_with::<C> }
    }

    /// What is known of it without its code.
    pub fn about(&self) -> &'static records::Step {
        records::step(self.name).expect("a step of the list").0
    }

    /// The folder of its sources, from that of the workspace.
    pub fn sources(&self) -> PathBuf {
        ["crates", self.name, "src"].iter().collect()
    }
}

/// What is learnt from.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub enum DataSet {
    /// The digits that come with the program; the seed deals the test set too.
    Digits,
    /// MNIST, which has a test set of its own.
    Mnist,
}

impl DataSet {
    /// What it is called in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Mnist => "mnist",
        }
    }
}

/// What there is one record of: a step that learns from a data set.
#[derive(Clone, Copy, Debug)]
pub struct Task {
    pub step: &'static Step,
    pub data: DataSet,
    /// What is other than usual.
    pub variant: Option<&'static Variant>,
}

impl Task {
    /// Its settings: those of the step for the data set, and what the variant changes.
    pub fn settings(&self) -> Result<Settings, InvalidValue> {
        (self.step.settings)(self.data, self.overrides())
    }

    /// The seeds of its runs: as many as are worth the time.
    pub fn seeds(&self) -> Vec<u64> {
        match self.data {
            DataSet::Digits => (1..=10).collect(),
            DataSet::Mnist => (1..=3).collect(),
        }
    }

    /// Train a network by `seed`, and call `tick` after each iteration.
    pub fn train(&self, dataset: &Dataset, seed: u64, tick: &dyn Fn()) -> Result<Trained, TrainError> {
        (self.step.train)(self.data, self.overrides(), dataset, seed, tick)
    }

    /// The command that does the same with seed 1.
    pub fn command(&self) -> String {
        let dataset = if self.data == DataSet::Digits { "" } else { "--dataset mnist" };
        let arguments = format!("{dataset} {}", self.changes());
        let separator = if arguments == " " { "" } else { " -- " };
        format!("cargo run -p {}{separator}{}", self.step.name, arguments.trim())
    }

    /// What the variant changes, as the command line has it.
    pub fn changes(&self) -> String {
        let change = |(name, value): &(&str, &str)| format!("--{} {value}", name.replace('_', "-"));
        self.overrides().iter().map(change).collect::<Vec<_>>().join(" ")
    }

    /// The file of its record, from the folder of the workspace.
    pub fn path(&self) -> PathBuf {
        let variant = self.variant.map(|variant| format!("-{}", variant.name)).unwrap_or_default();
        ["book", "results", self.data.name(), &format!("{}{variant}.json", self.step.name)].iter().collect()
    }

    fn overrides(&self) -> Overrides {
        self.variant.map_or(&[], |variant| variant.overrides)
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.step.name)?;
        if let Some(variant) = self.variant {
            write!(f, " ({})", variant.name)?;
        }
        write!(f, " on {}", self.data.name())
    }
}

/// All tasks: every step on every data set, and the variants after their steps.
pub fn tasks() -> Vec<Task> {
    let mut tasks = Vec::new();
    for data in [DataSet::Digits, DataSet::Mnist] {
        for step in &STEPS {
            tasks.push(Task { step, data, variant: None });
            let variants = VARIANTS.iter().filter(|variant| variant.step == step.name && variant.data == data);
            tasks.extend(variants.map(|variant| Task { step, data, variant: Some(variant) }));
        }
    }
    tasks
}

fn hyperparameters<C: Classifier>(data: DataSet, overrides: Overrides) -> Result<C::Hyperparameters, InvalidValue> {
    let mut hyperparameters = match data {
        DataSet::Digits => C::Hyperparameters::digits(),
        DataSet::Mnist => C::Hyperparameters::mnist(),
    };
    for (name, value) in overrides {
        hyperparameters.set(name, value)?;
    }
    Ok(hyperparameters)
}

fn settings<C: Classifier>(data: DataSet, overrides: Overrides) -> Result<Settings, InvalidValue> {
    let hyperparameters = hyperparameters::<C>(data, overrides)?;
    Ok(C::Hyperparameters::ALL
        .iter()
        .filter_map(|hyperparameter| Some((hyperparameter.name, hyperparameters.get(hyperparameter.name)?)))
        .collect())
}

fn train_with<C: Classifier>(
    data: DataSet,
    overrides: Overrides,
    dataset: &Dataset,
    seed: u64,
    tick: &dyn Fn(),
) -> Result<Trained, TrainError> {
    let hyperparameters = hyperparameters::<C>(data, overrides).map_err(TrainError::Settings)?;
    train::<C>(dataset, &hyperparameters, seed, tick).map_err(TrainError::Diverged)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_step_has_the_name_of_its_crate() {
        assert_eq!(STEPS.each_ref().map(|step| step.name), records::STEPS.each_ref().map(|step| step.name));
    }

    #[test]
    fn every_task_has_settings_and_a_file_of_its_own() {
        let tasks = tasks();
        let mut paths: Vec<PathBuf> = tasks.iter().map(Task::path).collect();
        assert_eq!(paths.len(), 2 * STEPS.len() + VARIANTS.len());
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), tasks.len());
        for task in tasks {
            assert!(task.settings().is_ok(), "{task}");
        }
    }

    #[test]
    fn a_variant_changes_what_it_says_and_nothing_else() {
        let tasks = tasks();
        let of = |path: &str| tasks.iter().find(|task| task.path() == Path::new(path)).unwrap();
        let (usual, other) =
            (of("book/results/mnist/regularized.json"), of("book/results/mnist/regularized-hidden-300.json"));
        let changed: Settings = std::iter::zip(usual.settings().unwrap(), other.settings().unwrap())
            .filter(|(usual, other)| usual != other)
            .map(|(_, other)| other)
            .collect();
        assert_eq!(changed, [("hidden", Value::Count(300)), ("iterations", Value::Count(20))]);
        assert_eq!(usual.command(), "cargo run -p regularized -- --dataset mnist");
        assert_eq!(other.command(), "cargo run -p regularized -- --dataset mnist --hidden 300 --iterations 20");
    }
}
