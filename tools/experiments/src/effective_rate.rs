//! A gradient that is applied again, an example later, beside a higher learning rate.

use std::iter::zip;

use evaluation::evaluate;
use init_shuffle::{Hyperparameters, Network};

use crate::{Bench, Cell, Column, Error, Findings};

const SEEDS: u64 = 10;
/// Factors of the previous change.
const FACTORS: [f64; 7] = [0.0, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0];

/// Measures the accuracy of `init-shuffle` on the digits with the rule as it is printed, and with the same sum of rate
/// and factor as the rate alone.
pub fn effective_rate(bench: &Bench) -> Result<Findings, Error> {
    let usual = Hyperparameters::default();
    let rate = usual.learning_rate;
    let printed = |factor| Hyperparameters { momentum: factor, ..usual.clone() };
    let plain = |factor| Hyperparameters { learning_rate: rate + factor, momentum: 0.0, ..usual.clone() };
    let cases = FACTORS.map(|factor| [printed(factor), plain(factor)]);
    let accuracies = bench.over_seeds(cases.as_flattened(), SEEDS, |hyperparameters, seed| {
        let digits = bench.digits(seed);
        let mut network = bench.train::<Network>(&digits.train, hyperparameters, seed, &mut ());
        Ok(evaluate(&mut network, &digits.test).accuracy())
    })?;
    let mut findings = Findings::new(
        "init-shuffle on the digits: the printed rule, and plain steps at the sum of its rate and its factor",
        [
            Column::number("rate", "sum of rate and factor", 2),
            Column::percent("printed", "rate and factor", 1),
            Column::percent("plain", "the sum as the rate", 1),
        ],
    );
    for (factor, [printed, plain]) in zip(FACTORS, accuracies.as_chunks::<2>().0) {
        let [printed, plain] = [printed, plain].map(|accuracies| accuracies.as_slice().into());
        let cells = [("rate", Cell::from(rate + factor)), ("printed", printed), ("plain", plain)];
        findings.row(format!("factor-{factor}"), format!("factor {factor}"), cells);
    }
    Ok(findings)
}
