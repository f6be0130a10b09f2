//! A training as JSON, for programs to read.

use datasets::Dataset;
use evaluation::{ClassReport, Confusion, Value};
use serde::{Serialize, Serializer};

use crate::{learning::History, progress::Iteration, seeds::Spread};

/// The history and the result of a training.
#[derive(Clone, Debug, Serialize)]
pub struct Report<'a> {
    step: &'static str,
    dataset: String,
    seed: u64,
    #[serde(serialize_with = "as_map")]
    hyperparameters: &'a [(&'static str, Value)],
    examples: Examples,
    iterations: Vec<Iteration>,
    test: Test,
    /// How long it took to learn, measurements not included.
    seconds: f64,
    /// Whether Ctrl-C ended the training.
    interrupted: bool,
}

/// The histories and the results of trainings that are alike but for the seed.
#[derive(Debug, Serialize)]
pub struct Reports<'a> {
    /// Over the seeds.
    pub test_accuracy: Spread,
    /// What they answer together, if all were tested with the same examples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vote: Option<Test>,
    /// Each of them, in the order of the seeds.
    pub trainings: Vec<Report<'a>>,
}

/// How many examples there are.
#[derive(Clone, Debug, Serialize)]
struct Examples {
    train: usize,
    test: usize,
}

/// How good the answers on the test set are.
#[derive(Clone, Debug, Serialize)]
pub struct Test {
    accuracy: f64,
    /// How often each answer was given, a row for each true class.
    confusion: Vec<Vec<usize>>,
    classes: Vec<Class>,
}

/// How well a class was recognised.
#[derive(Clone, Debug, Serialize)]
struct Class {
    label: String,
    precision: f64,
    recall: f64,
    f1: f64,
    support: usize,
}

impl<'a> Report<'a> {
    /// The report on a training of `step` on `dataset`, which took a `history` and ended with `confusion` on the test
    /// set.
    pub fn new(
        step: &'static str,
        dataset: &Dataset,
        seed: u64,
        hyperparameters: &'a [(&'static str, Value)],
        history: &History,
        confusion: &Confusion,
    ) -> Self {
        Self {
            step,
            dataset: dataset.name.clone(),
            seed,
            hyperparameters,
            examples: Examples { train: dataset.train.len(), test: dataset.test.len() },
            iterations: history.iterations.clone(),
            test: Test::new(confusion, &dataset.classes),
            seconds: history.seconds,
            interrupted: history.interrupted,
        }
    }

    /// What was measured after each iteration.
    pub fn iterations(&self) -> &[Iteration] {
        &self.iterations
    }
}

impl Test {
    /// How good answers with this `confusion` of the `classes` are.
    pub fn new(confusion: &Confusion, classes: &[String]) -> Self {
        let report = confusion.report();
        let class = |(label, class): (&String, &ClassReport)| Class {
            label: label.clone(),
            precision: class.precision,
            recall: class.recall,
            f1: class.f1,
            support: class.support,
        };
        Self {
            accuracy: report.accuracy,
            confusion: confusion.counts.rows().into_iter().map(|row| row.to_vec()).collect(),
            classes: classes.iter().zip(&report.classes).map(class).collect(),
        }
    }
}

/// A report as it is written to a file.
pub fn to_json(report: &impl Serialize) -> String {
    // Fails only for maps with keys that are no text, and there are none.
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
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
        let json = to_json(&report);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), expected);
        // In the order in which they are declared, too.
        assert!(json.find("hidden").unwrap() < json.find("learning_rate").unwrap());
    }
}
