//! What comparing networks on the same examples is worth.

use std::iter::zip;

use datasets::Dataset;
use evaluation::{Classifier, mean_and_deviation};

use crate::{Bench, Cell, Column, Error, Findings, train, tried};

const SEEDS: u64 = 20;

/// Differences between steps on the digits, with their standard errors: of two means, and of the differences seed by
/// seed.
pub fn paired(bench: &Bench) -> Result<Findings, Error> {
    let seeds: Vec<u64> = (1..=SEEDS).collect();
    let accuracies = bench.all(&seeds, |&seed| {
        let digits = datasets::digits(seed);
        Ok([
            accuracy::<tanh_softmax::Network>(&digits, seed),
            accuracy::<init_shuffle::Network>(&digits, seed),
            accuracy::<regularized::Network>(&digits, seed),
        ])
    })?;
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
        let (old, new) = (of(old), of(new));
        let differences: Vec<f64> = zip(&new, &old).map(|(new, old)| new - old).collect();
        let (mean, deviation) = mean_and_deviation(&differences);
        let variance = |accuracies: &[f64]| mean_and_deviation(accuracies).1.powi(2);
        let root = (SEEDS as f64).sqrt();
        let count = |sign: fn(&&f64) -> bool| differences.iter().filter(sign).count();
        let better = [count(|d| **d > 0.0), count(|d| **d == 0.0), count(|d| **d < 0.0)];
        let cells = [
            ("difference", Cell::from(mean)),
            ("apart", ((variance(&old) + variance(&new)).sqrt() / root).into()),
            ("paired", (deviation / root).into()),
            ("better", Cell::Text(better.map(|count| count.to_string()).join(", "))),
        ];
        findings.row(key, label, cells);
    }
    Ok(findings)
}

fn accuracy<C: Classifier>(digits: &Dataset, seed: u64) -> f64 {
    let mut network = train::<C>(&digits.train, &C::Hyperparameters::default(), seed, &mut ());
    tried(&mut network, &digits.test).accuracy()
}
