//! How much of the spread is the deal of the examples' doing, and how much that of the random weights.

use evaluation::mean_and_deviation;
use init_shuffle::{Hyperparameters, Network};

use crate::{Bench, Cell, Column, Error, Findings, Summary, train, tried};

/// So many deals of the digits, each learnt by as many networks.
const SEEDS: u64 = 10;
/// Test sets of the digits and of MNIST.
const TESTS: [(usize, &str); 2] = [(450, "binomial-450"), (10_000, "binomial-10000")];

/// The deviation of the accuracy of `init-shuffle` on the digits, as the deal, the weights, or both differ.
pub fn splits(bench: &Bench) -> Result<Findings, Error> {
    let subjects: Vec<(u64, u64)> = (1..=SEEDS).flat_map(|deal| (1..=SEEDS).map(move |seed| (deal, seed))).collect();
    let accuracies = bench.all(&subjects, |&(deal, seed)| {
        let digits = datasets::digits(deal);
        let mut network = train::<Network>(&digits.train, &Hyperparameters::default(), seed, &mut ());
        Ok(tried(&mut network, &digits.test).accuracy())
    })?;
    let deals: Vec<&[f64]> = accuracies.chunks(SEEDS as usize).collect();
    let weights: Vec<Vec<f64>> =
        (0..SEEDS as usize).map(|seed| deals.iter().map(|deal| deal[seed]).collect()).collect();
    let deviation = |accuracies: &[f64]| mean_and_deviation(accuracies).1;
    // The root of the mean variance.
    let common = |groups: &[f64]| {
        (groups.iter().map(|deviation| deviation * deviation).sum::<f64>() / groups.len() as f64).sqrt()
    };
    let same_deal: Vec<f64> = deals.iter().map(|deal| deviation(deal)).collect();
    let same_weights: Vec<f64> = weights.iter().map(|weights| deviation(weights)).collect();
    let mean = Summary::of(&accuracies).mean;

    let mut findings = Findings::new(
        "init-shuffle on the digits: ten deals into training and test set, each learnt from ten beginnings",
        [Column::percent("accuracy", "mean accuracy", 1), Column::percent("deviation", "standard deviation", 2)],
    );
    let mut row = |key: &str, label: &str, deviation: f64| {
        findings.row(key, label, [("accuracy", Cell::from(mean)), ("deviation", deviation.into())]);
    };
    row("both", "other deals and other weights", deviation(&accuracies));
    row("same-deal", "the same deal, other weights", common(&same_deal));
    row("same-weights", "the same weights, other deals", common(&same_weights));
    for (examples, key) in TESTS {
        let label = format!("chance alone, with {examples} test examples");
        row(key, &label, (mean * (1.0 - mean) / examples as f64).sqrt());
    }
    Ok(findings)
}
