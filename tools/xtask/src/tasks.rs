//! What there is one record of: each step on each data set, and the variants.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use records::{STEPS, Step};
use serde_json::Number;

use crate::{declared::hyperparameters, error::Error};

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

/// Names of hyperparameters, and their values as the command line has them.
pub type Overrides = &'static [(&'static str, &'static str)];

/// Returns the folder of the sources of `step`, from that of the workspace.
pub fn sources(step: &Step) -> PathBuf {
    ["crates", step.name, "src"].iter().collect()
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
    /// The step.
    pub step: &'static Step,
    /// What it learns from.
    pub data: DataSet,
    /// What is other than usual.
    pub variant: Option<&'static Variant>,
}

impl Task {
    /// Its hyperparameters, in the workspace at `root`: those of the step for the data, and what the variant changes.
    ///
    /// # Errors
    ///
    /// If the source of the step cannot be understood, or the variant cannot be.
    pub fn hyperparameters(&self, root: &Path) -> Result<BTreeMap<String, Number>, Error> {
        hyperparameters(root, self.step.name, self.data, self.overrides())
    }

    /// The seeds of its runs: as many as are worth the time.
    pub fn seeds(&self) -> Vec<u64> {
        match self.data {
            DataSet::Digits => (1..=10).collect(),
            DataSet::Mnist => (1..=3).collect(),
        }
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

    /// What the variant changes.
    pub fn overrides(&self) -> Overrides {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_has_settings_and_a_file_of_its_own() {
        let tasks = tasks();
        let mut paths: Vec<PathBuf> = tasks.iter().map(Task::path).collect();
        assert_eq!(paths.len(), 2 * STEPS.len() + VARIANTS.len());
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), tasks.len());
        for task in tasks {
            assert!(task.hyperparameters(&crate::root()).is_ok(), "{task}");
        }
    }

    #[test]
    fn a_variant_changes_what_it_says_and_nothing_else() {
        let tasks = tasks();
        let of = |path: &str| tasks.iter().find(|task| task.path() == Path::new(path)).unwrap();
        let (usual, other) =
            (of("book/results/mnist/regularized.json"), of("book/results/mnist/regularized-hidden-300.json"));
        let [old, new] = [usual, other].map(|task| task.hyperparameters(&crate::root()).unwrap());
        let changed: Vec<_> = new.into_iter().filter(|(name, value)| old[name] != *value).collect();
        assert_eq!(changed, [("hidden".to_owned(), 300.into()), ("iterations".to_owned(), 20.into())]);
        assert_eq!(usual.command(), "cargo run -p regularized -- --dataset mnist");
        assert_eq!(other.command(), "cargo run -p regularized -- --dataset mnist --hidden 300 --iterations 20");
    }
}
