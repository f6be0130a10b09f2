//! The parts that the deal of the examples and the random weights have in the spread of results.

use evaluation::{evaluate, mean_and_deviation};
use init_shuffle::{Hyperparameters, Network};

use crate::{Bench, Cell, Column, Error, Findings, Summary};

/// The number of deals of the digits, each learned by as many networks.
const SEEDS: u64 = 10;
/// Test sets of the digits and of MNIST.
const TESTS: [(usize, &str, &str); 2] = [(450, "binomial-450", "450"), (10_000, "binomial-10000", "10,000")];

/// Measures the deviation of the accuracy of `init-shuffle` on the digits, as the deal, the weights, or both differ.
pub fn splits(bench: &Bench) -> Result<Findings, Error> {
    let deals = bench.over_seeds(&Vec::from_iter(1..=SEEDS), SEEDS, |&deal, seed| {
        let digits = bench.digits(deal);
        let mut network = bench.train::<Network>(&digits.train, &Hyperparameters::default(), seed, &mut ());
        Ok(evaluate(&mut network, &digits.test).accuracy())
    })?;
    let accuracies = deals.concat();
    let weights: Vec<Vec<f64>> =
        (0..deals[0].len()).map(|seed| deals.iter().map(|deal| deal[seed]).collect()).collect();
    let mean = Summary::of(&accuracies).mean;

    let mut findings = Findings::new(
        "init-shuffle on the digits: ten deals into training and test set, each learnt from ten beginnings",
        [Column::percent("accuracy", "mean accuracy", 1), Column::percent("deviation", "standard deviation", 2)],
    );
    let mut row = |key: &str, label: &str, deviation: f64| {
        findings.row(key, label, [("accuracy", Cell::from(mean)), ("deviation", deviation.into())]);
    };
    row("both", "other deals and other weights", pooled_deviation(&[accuracies]));
    row("same-deal", "the same deal, other weights", pooled_deviation(&deals));
    row("same-weights", "the same weights, other deals", pooled_deviation(&weights));
    for (examples, key, name) in TESTS {
        let label = format!("chance alone, with {name} test examples");
        row(key, &label, (mean * (1.0 - mean) / examples as f64).sqrt());
    }
    Ok(findings)
}

/// Returns the deviation within groups of equal size: the root of their mean variance.
fn pooled_deviation(groups: &[Vec<f64>]) -> f64 {
    let variances = groups.iter().map(|group| mean_and_deviation(group).1.powi(2));
    (variances.sum::<f64>() / groups.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_within_a_group_counts() {
        // Variances of 2 and 0, whatever lies between the groups.
        let groups = [vec![1.0, 3.0], vec![100.0, 100.0]];
        assert_eq!(pooled_deviation(&groups), 1.0);
        assert_eq!(pooled_deviation(&groups[..1]), 2.0_f64.sqrt());
    }
}
