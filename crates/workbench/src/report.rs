//! A training as JSON, for programs to read.

use datasets::Dataset;
use evaluation::{Confusion, Value};
use serde::{Serialize, Serializer};

use crate::{learning::History, progress::Iteration};

/// The history and the result of a training.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    step: &'a str,
    dataset: &'a str,
    seed: u64,
    #[serde(serialize_with = "as_map")]
    hyperparameters: &'a [(&'static str, Value)],
    examples: Examples,
    iterations: &'a [Iteration],
    test: Test<'a>,
    /// How long it took to learn, measurements not included.
    seconds: f64,
    /// Whether Ctrl-C ended the training.
    interrupted: bool,
}

/// How many examples there are.
#[derive(Debug, Serialize)]
struct Examples {
    train: usize,
    test: usize,
}

/// How good the network is in the end, on the test set.
#[derive(Debug, Serialize)]
struct Test<'a> {
    accuracy: f64,
    /// How often each answer was given, a row for each true class.
    confusion: Vec<Vec<usize>>,
    classes: Vec<Class<'a>>,
}

/// How well a class was recognised.
#[derive(Debug, Serialize)]
struct Class<'a> {
    label: &'a str,
    precision: f64,
    recall: f64,
    f1: f64,
    support: usize,
}

impl<'a> Report<'a> {
    /// The report on a training of `step` on `dataset`, which took a `history` and ended with `confusion` on the test
    /// set.
    pub fn new(
        step: &'a str,
        dataset: &'a Dataset,
        seed: u64,
        hyperparameters: &'a [(&'static str, Value)],
        history: &'a History,
        confusion: &Confusion,
    ) -> Self {
        let report = confusion.report();
        let class = |(label, class): (&'a String, &evaluation::ClassReport)| Class {
            label,
            precision: class.precision,
            recall: class.recall,
            f1: class.f1,
            support: class.support,
        };
        Self {
            step,
            dataset: &dataset.name,
            seed,
            hyperparameters,
            examples: Examples { train: dataset.train.len(), test: dataset.test.len() },
            iterations: &history.iterations,
            test: Test {
                accuracy: report.accuracy,
                confusion: confusion.counts.rows().into_iter().map(|row| row.to_vec()).collect(),
                classes: dataset.classes.iter().zip(&report.classes).map(class).collect(),
            },
            seconds: history.seconds,
            interrupted: history.interrupted,
        }
    }

    /// As it is written to a file.
    pub fn to_json(&self) -> String {
        // Fails only for maps with keys that are no text, and there are none.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

fn as_map<S: Serializer>(values: &&[(&'static str, Value)], serializer: S) -> Result<S::Ok, S::Error> {
    /// A count stays a whole number.
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Number {
        Count(usize),
        Factor(f64),
    }
    serializer.collect_map(values.iter().map(|(name, value)| match *value {
        Value::Count(count) => (name, Number::Count(count)),
        Value::Factor(factor) => (name, Number::Factor(factor)),
    }))
}

#[cfg(test)]
mod tests {
    use datasets::{Examples, Features};
    use ndarray::array;

    use super::*;

    #[test]
    fn a_report_has_the_shape_that_others_rely_on() {
        let examples = |labels: Vec<usize>| {
            let inputs = ndarray::Array2::<f64>::zeros((labels.len(), 3));
            Examples::new(inputs, labels, 2, Features::Columns)
        };
        let dataset = Dataset {
            name: "coins.csv".to_owned(),
            classes: vec!["heads".to_owned(), "tails".to_owned()],
            train: examples(vec![0, 1, 1, 0, 1]),
            test: examples(vec![0, 0, 1, 1]),
        };
        let iteration = |iteration, train_accuracy| Iteration {
            iteration,
            error: 0.5 / iteration as f64,
            train_accuracy,
            test_accuracy: Some(0.75),
            seconds: 0.25,
        };
        let history =
            History { iterations: vec![iteration(1, None), iteration(2, Some(0.8))], seconds: 0.5, interrupted: false };
        let confusion = Confusion { counts: array![[2, 0], [1, 1]] };
        let hyperparameters = [("hidden", Value::Count(30)), ("learning_rate", Value::Factor(1.0))];
        let report = Report::new("vectorized", &dataset, 7, &hyperparameters, &history, &confusion);

        let expected = serde_json::json!({
            "step": "vectorized",
            "dataset": "coins.csv",
            "seed": 7,
            "hyperparameters": { "hidden": 30, "learning_rate": 1.0 },
            "examples": { "train": 5, "test": 4 },
            "iterations": [
                { "iteration": 1, "error": 0.5, "test_accuracy": 0.75, "seconds": 0.25 },
                { "iteration": 2, "error": 0.25, "train_accuracy": 0.8, "test_accuracy": 0.75, "seconds": 0.25 },
            ],
            "test": {
                "accuracy": 0.75,
                "confusion": [[2, 0], [1, 1]],
                "classes": [
                    { "label": "heads", "precision": 2.0 / 3.0, "recall": 1.0, "f1": 0.8, "support": 2 },
                    { "label": "tails", "precision": 1.0, "recall": 0.5, "f1": 2.0 / 3.0, "support": 2 },
                ],
            },
            "seconds": 0.5,
            "interrupted": false,
        });
        let json = report.to_json();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), expected);
        // In the order in which they are declared, too.
        assert!(json.find("hidden").unwrap() < json.find("learning_rate").unwrap());
    }
}
