//! The table that the tutorial prints, and a way to get such a table.

use std::iter::zip;

use evaluation::{Classifier, accuracy, predictions};
use vectorized::{Hyperparameters, Network};

use crate::{Bench, Cell, Column, Error, Findings};

/// Precision, recall and support of each digit, as the tutorial prints them.
const PRINTED: [(f64, f64, f64); 10] = [
    (0.98, 0.96, 49.0),
    (0.92, 0.97, 36.0),
    (1.00, 1.00, 43.0),
    (0.95, 0.88, 41.0),
    (0.98, 1.00, 47.0),
    (0.96, 1.00, 46.0),
    (1.00, 1.00, 47.0),
    (0.98, 0.96, 46.0),
    (0.93, 0.80, 49.0),
    (1.00, 0.91, 46.0),
];
const SEEDS: u64 = 20;
const HIDDEN: usize = 50;
/// An output above this says yes.
const YES: f64 = 0.5;

/// The means of a report, each class counted by its support.
struct Report {
    precision: f64,
    recall: f64,
    /// The number of times that a digit was named.
    named: f64,
}

impl Report {
    /// Returns the report of classes with this precision, recall and support.
    fn of(classes: &[(f64, f64, f64)]) -> Self {
        let support: f64 = classes.iter().map(|(.., support)| support).sum();
        let mean = |value: fn(&(f64, f64, f64)) -> f64| {
            classes.iter().map(|class| value(class) * class.2).sum::<f64>() / support
        };
        // Of the digits that were named, the precision is right, and so many are: the recall, of the support.
        let named = classes.iter().filter(|(precision, ..)| *precision > 0.0).map(|(p, r, support)| r * support / p);
        Self { precision: mean(|class| class.0), recall: mean(|class| class.1), named: named.sum() }
    }
}

/// Puts the tutorial's report beside that of `vectorized` when each output says yes or no for itself.
pub fn tutorial_report(bench: &Bench) -> Result<Findings, Error> {
    let found = bench.over_seeds(&[()], SEEDS, |(), seed| {
        let digits = bench.digits(seed);
        let hyperparameters = Hyperparameters { hidden: HIDDEN, ..Default::default() };
        let outputs =
            bench.train::<Network>(&digits.train, &hyperparameters, seed, &mut ()).predict(&digits.test.inputs);
        let accuracy = accuracy(&predictions(outputs.view()), &digits.test.labels);
        let classes: Vec<(f64, f64, f64)> = zip(outputs.columns(), digits.test.targets.columns())
            .map(|(outputs, targets)| {
                let named = outputs.iter().filter(|output| **output > YES).count() as f64;
                let right = zip(outputs, targets).filter(|(output, target)| **output > YES && **target > 0.0);
                let (right, support) = (right.count() as f64, targets.sum());
                (if named > 0.0 { right / named } else { 0.0 }, right / support, support)
            })
            .collect();
        let none = outputs.rows().into_iter().filter(|row| row.iter().all(|output| *output <= YES)).count();
        Ok((Report::of(&classes), accuracy, none as f64))
    })?;
    let mut findings = Findings::new(
        "Reports on 450 digits: the one that is printed, and 20 seeds of vectorized with 50 hidden units, each output \
         a yes above one half",
        [
            Column::percent("precision", "precision", 1),
            Column::percent("recall", "recall", 1),
            Column::number("named", "digits named", 0),
            Column::number("none", "images without an answer", 0),
            Column::percent("accuracy", "accuracy of the largest output", 1),
        ],
    );
    let printed = Report::of(&PRINTED);
    let cells = [
        ("precision", Cell::from(printed.precision)),
        ("recall", printed.recall.into()),
        ("named", printed.named.round().into()),
    ];
    findings.row("printed", "the tutorial's", cells);
    type One = (Report, f64, f64);
    let over = |number: fn(&One) -> f64| Cell::from(found.iter().flatten().map(number).collect::<Vec<_>>().as_slice());
    let cells = [
        ("precision", over(|(report, ..)| report.precision)),
        ("recall", over(|(report, ..)| report.recall)),
        ("named", over(|(report, ..)| report.named)),
        ("none", over(|(.., none)| *none)),
        ("accuracy", over(|(_, accuracy, _)| *accuracy)),
    ];
    findings.row("vectorized", "vectorized", cells);
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_counts_classes_by_their_support() {
        let Report { precision, recall, named } = Report::of(&[(1.0, 0.5, 30.0), (0.5, 1.0, 10.0)]);
        assert_eq!((precision, recall, named), (0.875, 0.625, 15.0 + 20.0));
    }
}
