//! Whether a gradient that is applied again, an example later, is no more than a higher learning rate.

use init_shuffle::{Hyperparameters, Network};

use crate::{Bench, Cell, Column, Error, Findings, train, tried};

const SEEDS: u64 = 10;
/// The factors on the previous change.
const FACTORS: [f64; 7] = [0.0, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0];

/// Digits that `init-shuffle` recognises with the rule as it is printed, and with the same sum of rate and factor as
/// the rate alone.
pub fn effective_rate(bench: &Bench) -> Result<Findings, Error> {
    let usual = Hyperparameters::default();
    let rate = usual.learning_rate;
    let printed = |factor| Hyperparameters { momentum: factor, ..usual.clone() };
    let plain = |factor| Hyperparameters { learning_rate: rate + factor, momentum: 0.0, ..usual.clone() };
    let subjects: Vec<(Hyperparameters, u64)> = FACTORS
        .into_iter()
        .flat_map(|factor| [printed(factor), plain(factor)])
        .flat_map(|hyperparameters| (1..=SEEDS).map(move |seed| (hyperparameters.clone(), seed)))
        .collect();
    let accuracies = bench.all(&subjects, |(hyperparameters, seed)| {
        let digits = datasets::digits(*seed);
        let mut network = train::<Network>(&digits.train, hyperparameters, *seed, &mut ());
        Ok(tried(&mut network, &digits.test).accuracy())
    })?;
    let mut findings = Findings::new(
        "init-shuffle on the digits: the printed rule, and plain steps at the sum of its rate and its factor",
        [
            Column::number("rate", "sum of rate and factor", 2),
            Column::percent("printed", "rate and factor", 1),
            Column::percent("plain", "the sum as the rate", 1),
        ],
    );
    for (factor, accuracies) in FACTORS.into_iter().zip(accuracies.chunks(2 * SEEDS as usize)) {
        let (printed, plain) = accuracies.split_at(SEEDS as usize);
        let cells = [("rate", Cell::from(rate + factor)), ("printed", printed.into()), ("plain", plain.into())];
        findings.row(format!("factor-{factor}"), format!("factor {factor}"), cells);
    }
    Ok(findings)
}
