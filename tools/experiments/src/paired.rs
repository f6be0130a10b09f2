//! The gain of a comparison on the same examples.

use std::iter::zip;

use datasets::Dataset;
use evaluation::{Classifier, evaluate, mean_and_deviation};

use crate::{Bench, Cell, Column, Error, Findings};

const SEEDS: u64 = 20;

/// Measures the differences between steps on the digits, with their standard errors: of two means, and of the
/// differences seed by seed.
pub fn paired(bench: &Bench) -> Result<Findings, Error> {
    let accuracies = bench.over_seeds(&[()], SEEDS, |(), seed| {
        let digits = bench.digits(seed);
        Ok([
            accuracy::<tanh_softmax::Network>(bench, &digits, seed),
            accuracy::<init_shuffle::Network>(bench, &digits, seed),
            accuracy::<regularized::Network>(bench, &digits, seed),
        ])
    })?;
    let accuracies = accuracies.concat();
    let mut findings = Findings::new(
        "From one step to the next, on the digits",
        [
            Column::percent("difference", "mean difference", 2),
            Column::percent("apart", "standard error, of two means", 2),
            Column::percent("paired", "standard error, seed by seed", 2),
            Column::text("better", "seeds where it is better, as good, worse"),
        ],
    );
    for (key, label, old, new) in
        [("init-shuffle", "tanh-softmax to init-shuffle", 0, 1), ("regularized", "init-shuffle to regularized", 1, 2)]
    {
        let of = |step: usize| accuracies.iter().map(|accuracies| accuracies[step]).collect::<Vec<_>>();
        let Comparison { difference, apart, paired, better } = Comparison::of(&of(old), &of(new));
        let cells = [
            ("difference", Cell::from(difference)),
            ("apart", apart.into()),
            ("paired", paired.into()),
            ("better", Cell::Text(better.map(|count| count.to_string()).join(", "))),
        ];
        findings.row(key, label, cells);
    }
    Ok(findings)
}

fn accuracy<C: Classifier>(bench: &Bench, digits: &Dataset, seed: u64) -> f64 {
    let mut network = bench.train::<C>(&digits.train, &C::Hyperparameters::default(), seed, &mut ());
    evaluate(&mut network, &digits.test).accuracy()
}

/// A comparison of measurements by the same seeds.
#[derive(Debug, PartialEq)]
pub struct Comparison {
    /// The mean of the new measurements less that of the old ones.
    pub difference: f64,
    /// The standard error of this difference if the measurements had nothing to do with each other.
    pub apart: f64,
    /// Its standard error by the differences of each seed.
    pub paired: f64,
    /// The numbers of seeds by which the new measurement is greater, equal and less.
    pub better: [usize; 3],
}

impl Comparison {
    /// Compares `new` measurements to `old` ones, each by the same seeds in the same order.
    pub fn of(old: &[f64], new: &[f64]) -> Self {
        let differences: Vec<f64> = zip(new, old).map(|(new, old)| new - old).collect();
        let (difference, deviation) = mean_and_deviation(&differences);
        let variance = |numbers: &[f64]| mean_and_deviation(numbers).1.powi(2);
        let root = (differences.len() as f64).sqrt();
        let count = |sign: fn(&&f64) -> bool| differences.iter().filter(sign).count();
        Self {
            difference,
            apart: (variance(old) + variance(new)).sqrt() / root,
            paired: deviation / root,
            better: [count(|d| **d > 0.0), count(|d| **d == 0.0), count(|d| **d < 0.0)],
        }
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    #[test]
    fn what_is_always_better_by_the_same_has_no_error_of_its_own() {
        let Comparison { difference, apart, paired, better } =
            Comparison::of(&[1.0, 2.0, 3.0, 4.0], &[1.5, 2.5, 3.5, 4.5]);
        assert_eq!((difference, paired, better), (0.5, 0.0, [4, 0, 0]));
        // The variance of 1, 2, 3, 4 is 5/3, and there are four.
        assert_relative_eq!(apart, (2.0 * 5.0 / 3.0 / 4.0_f64).sqrt(), epsilon = 1e-12);
    }

    #[test]
    fn each_seed_is_compared_with_itself() {
        let comparison = Comparison::of(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]);
        assert_eq!((comparison.difference, comparison.better), (0.0, [1, 1, 1]));
        assert_eq!(comparison.paired, 2.0 / 3.0_f64.sqrt(), "the deviation of 2, 0, -2 is 2");
    }
}
