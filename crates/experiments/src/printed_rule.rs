//! How much of what the printed rule does is the learning rate's doing.

use vectorized::{Hyperparameters, Network};

use crate::{Bench, Column, Error, Findings, train, tried};

const SEEDS: u64 = 10;
/// The tutorial's is the second.
const RATES: [f64; 5] = [0.0, 0.0002, 0.002, 0.02, 0.2];
const HIDDEN: [(usize, &str); 2] = [(50, "hidden-50"), (100, "hidden-100")];

/// Digits that `vectorized` recognises, which adds the previous change with a factor of 1, at several rates.
pub fn printed_rule(bench: &Bench) -> Result<Findings, Error> {
    let subjects: Vec<(Hyperparameters, u64)> = RATES
        .into_iter()
        .flat_map(|learning_rate| HIDDEN.map(|(hidden, _)| (learning_rate, hidden)))
        .map(|(learning_rate, hidden)| Hyperparameters { hidden, learning_rate, ..Default::default() })
        .flat_map(|hyperparameters| (1..=SEEDS).map(move |seed| (hyperparameters.clone(), seed)))
        .collect();
    let accuracies = bench.all(&subjects, |(hyperparameters, seed)| {
        let digits = datasets::digits(*seed);
        let mut network = train::<Network>(&digits.train, hyperparameters, *seed, &mut ());
        Ok(tried(&mut network, &digits.test).accuracy())
    })?;
    let column = |(hidden, key): (usize, &str)| Column::percent(key, &format!("{hidden} hidden units"), 1);
    let mut findings =
        Findings::new("vectorized on the digits, factor 1: the learning rate hardly matters", HIDDEN.map(column));
    for (rate, accuracies) in RATES.into_iter().zip(accuracies.chunks(HIDDEN.len() * SEEDS as usize)) {
        let cells = HIDDEN.iter().zip(accuracies.chunks(SEEDS as usize)).map(|(&(_, key), cell)| (key, cell.into()));
        findings.row(format!("rate-{rate}"), format!("learning rate {rate}"), cells);
    }
    Ok(findings)
}
