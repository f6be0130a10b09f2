//! What is read of the records in `book/results`, which `cargo xtask` writes.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Number;
use series::Summary;

/// The results of a step on a data set.
#[derive(Deserialize)]
pub struct Record {
    pub dataset: String,
    pub command: String,
    pub hyperparameters: BTreeMap<String, Number>,
    pub examples: Examples,
    pub test_accuracy: Summary,
    pub indicative_seconds_per_iteration: f64,
    pub runs: Vec<Run>,
}

/// How many examples there are.
#[derive(Deserialize)]
pub struct Examples {
    pub train: usize,
    pub test: usize,
}

/// One training.
#[derive(Deserialize)]
pub struct Run {
    pub test_accuracies: Vec<f64>,
    pub confusion: Vec<Vec<usize>>,
}

impl Record {
    /// A fraction, in per cent.
    pub fn percent(&self, fraction: f64) -> String {
        format!("{:.*} %", series::places(&self.dataset), 100.0 * fraction)
    }

    /// The mean and the deviation, in per cent.
    pub fn accuracy(&self) -> String {
        format!("{} %", self.test_accuracy.mean_and_deviation(series::places(&self.dataset), 100.0))
    }

    /// The mean, the deviation and, of the digits, the range, as the README has them.
    pub fn spread(&self) -> String {
        self.test_accuracy.spread(&self.dataset)
    }
}

/// The record `name`, for example `digits/vectorized`.
pub fn load<R: DeserializeOwned>(root: &Path, name: &str) -> Result<R, String> {
    let path = format!("book/results/{name}.json");
    let repair = match name.strip_prefix("experiments/") {
        Some(experiment) => format!("`cargo xtask experiments --only {experiment}` makes it"),
        None if name == "bench" => "`cargo xtask bench` makes it".to_owned(),
        None => "`cargo xtask results` makes the records of the steps".to_owned(),
    };
    let text = fs::read(root.join(&path)).map_err(|error| format!("{path} cannot be read: {error}; {repair}"))?;
    serde_json::from_slice(&text).map_err(|error| format!("{path} cannot be understood: {error}; {repair}"))
}
