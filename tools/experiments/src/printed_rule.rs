//! The part that the learning rate has in what the printed rule does.

use std::iter::zip;

use evaluation::evaluate;
use vectorized::{Hyperparameters, Network};

use crate::{Bench, Column, Error, Findings};

const SEEDS: u64 = 10;
/// The tutorial's is the second.
const RATES: [f64; 5] = [0.0, 0.0002, 0.002, 0.02, 0.2];
const HIDDEN: [(usize, &str); 2] = [(50, "hidden-50"), (100, "hidden-100")];

/// Measures the accuracy of `vectorized` on the digits, which adds the previous change with a factor of 1, at several
/// rates.
pub fn printed_rule(bench: &Bench) -> Result<Findings, Error> {
    let settings = |learning_rate, hidden| Hyperparameters { hidden, learning_rate, ..Default::default() };
    let cases = RATES.map(|learning_rate| HIDDEN.map(|(hidden, _)| settings(learning_rate, hidden)));
    let accuracies = bench.over_seeds(cases.as_flattened(), SEEDS, |hyperparameters, seed| {
        let digits = bench.digits(seed);
        let mut network = bench.train::<Network>(&digits.train, hyperparameters, seed, &mut ());
        Ok(evaluate(&mut network, &digits.test).accuracy())
    })?;
    let column = |(hidden, key): (usize, &str)| Column::percent(key, &format!("{hidden} hidden units"), 1);
    let mut findings =
        Findings::new("vectorized on the digits, factor 1: the learning rate hardly matters", HIDDEN.map(column));
    for (rate, accuracies) in zip(RATES, accuracies.chunks(HIDDEN.len())) {
        let cells = zip(HIDDEN, accuracies).map(|((_, key), accuracies)| (key, accuracies.as_slice().into()));
        findings.row(format!("rate-{rate}"), format!("learning rate {rate}"), cells);
    }
    Ok(findings)
}
