//! The odds that three networks get the same number of images right.

use std::f64::consts::PI;

use evaluation::{Tunable, evaluate, mean_and_deviation};
use tanh_softmax::{Hyperparameters, Network};

use crate::{Bench, Cell, Column, Error, Findings};

/// The record has the first three.
const SEEDS: u64 = 8;

/// Measures the spread of `tanh-softmax` on MNIST, and computes the probability that three of its results are the same.
pub fn coincidence(bench: &Bench) -> Result<Findings, Error> {
    let mnist = bench.mnist()?;
    let accuracies = bench.over_seeds(&[()], SEEDS, |(), seed| {
        let mut network = bench.train::<Network>(&mnist.train, &Hyperparameters::mnist(), seed, &mut ());
        Ok(evaluate(&mut network, &mnist.test).accuracy())
    })?;
    let accuracies = accuracies.concat();
    let deviation = mean_and_deviation(&accuracies).1 * mnist.test.len() as f64;
    let mut findings = Findings::new(
        "tanh-softmax on MNIST, eight seeds",
        [
            Column::percent("accuracy", "test accuracy", 2),
            Column::percent("least", "least", 2),
            Column::percent("most", "most", 2),
            Column::number("deviation", "standard deviation, in images", 1),
            Column::number("odds", "triples to one that agrees to the image", 0),
        ],
    );
    let end = |better: fn(f64, f64) -> f64| accuracies.iter().copied().reduce(better).unwrap_or_default();
    let cells = [
        ("accuracy", Cell::from(accuracies.as_slice())),
        ("least", end(f64::min).into()),
        ("most", end(f64::max).into()),
        ("deviation", deviation.into()),
        ("odds", odds(deviation).into()),
    ];
    findings.row("tanh-softmax", "tanh-softmax", cells);
    Ok(findings)
}

/// Returns the number of triples of whole numbers, from a normal distribution of this `deviation`, to one triple of
/// equal numbers: the inverse of the sum of the cubes of all probabilities.
fn odds(deviation: f64) -> f64 {
    2.0 * PI * 3_f64.sqrt() * deviation * deviation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_odds_are_those_of_the_cubes() {
        let deviation = 5.0;
        let density = |x: f64| (-0.5 * (x / deviation).powi(2)).exp() / (deviation * (2.0 * PI).sqrt());
        let cubes: f64 = (-100..=100).map(|x| density(f64::from(x)).powi(3)).sum();
        assert!((odds(deviation) * cubes - 1.0).abs() < 1e-9, "{}", odds(deviation) * cubes);
    }
}
