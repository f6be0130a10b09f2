//! What is read of the records in `book/results`, which `cargo xtask` writes.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Number;

/// The results of a step on a data set.
#[derive(Deserialize)]
pub struct Record {
    pub dataset: String,
    pub command: String,
    pub hyperparameters: BTreeMap<String, Number>,
    #[serde(default)]
    pub examples: Examples,
    pub test_accuracy: Summary,
    pub indicative_seconds_per_iteration: f64,
    pub runs: Vec<Run>,
}

/// How many examples there are.
#[derive(Default, Deserialize)]
pub struct Examples {
    pub train: usize,
    pub test: usize,
}

/// One number, measured over the seeds.
#[derive(Clone, Copy, Deserialize)]
pub struct Summary {
    pub mean: f64,
    pub deviation: Option<f64>,
    pub min: f64,
    pub max: f64,
}

/// One training.
#[derive(Deserialize)]
pub struct Run {
    pub test_accuracies: Vec<f64>,
    pub confusion: Vec<Vec<usize>>,
}

impl Record {
    /// The places of a percentage that its test set of 450 or 10,000 examples is worth.
    fn places(&self) -> usize {
        if self.dataset == "mnist" { 2 } else { 1 }
    }

    /// A fraction, in per cent.
    pub fn percent(&self, fraction: f64) -> String {
        format!("{:.*}", self.places(), 100.0 * fraction)
    }

    /// The mean and the deviation, in per cent.
    pub fn accuracy(&self) -> String {
        let Summary { mean, deviation, .. } = self.test_accuracy;
        let deviation = deviation.map_or("?".to_owned(), |deviation| self.percent(deviation));
        format!("{} ± {deviation} %", self.percent(mean))
    }
}

/// The record `name`, for example `digits/vectorized`.
pub fn load<R: DeserializeOwned>(root: &Path, name: &str) -> Result<R, String> {
    let path = format!("book/results/{name}.json");
    let repair = if name.starts_with("experiments/") { "cargo xtask experiments" } else { "cargo xtask results" };
    let text = fs::read(root.join(&path)).map_err(|error| format!("{path}: {error}; `{repair}` makes the records"))?;
    serde_json::from_slice(&text)
        .map_err(|error| format!("{path} cannot be understood: {error}; `{repair}` makes it anew"))
}
