//! The share of seeds by which the tutorial's network reads as many digits as the tutorial says.

use std::collections::BTreeMap;

use evaluation::{Classifier, Confusion, evaluate};

use crate::{Bench, Cell, Chart, Column, Error, Findings};

const SEEDS: u64 = 100;
/// The accuracy that the tutorial reports.
const CLAIM: f64 = 0.97;

/// Measures by a hundred seeds, on the digits, the tutorial's first network, the same with half of its hidden units,
/// and `init-shuffle`.
pub fn lucky_seeds(bench: &Bench) -> Result<Findings, Error> {
    let printed = hundred::<vectorized::Network>(bench, &Default::default())?;
    let small = vectorized::Hyperparameters { hidden: 50, ..Default::default() };
    let small = hundred::<vectorized::Network>(bench, &small)?;
    let better = hundred::<init_shuffle::Network>(bench, &Default::default())?;

    let mut findings = Findings::new(
        "A hundred seeds on the digits",
        [
            Column::number("seeds", "seeds", 0),
            Column::percent("accuracy", "test accuracy", 1),
            Column::percent("least", "least", 1),
            Column::percent("most", "most", 1),
            Column::number("lucky", "seeds that reach 97 %", 0),
        ],
    );
    let mut groups: BTreeMap<usize, Vec<&Confusion>> = BTreeMap::new();
    for confusion in &printed {
        groups.entry(confusion.report().never_predicted.len()).or_default().push(confusion);
    }
    row(&mut findings, "printed", "vectorized", &printed.iter().collect::<Vec<_>>());
    for (silent, group) in groups {
        let label = match silent {
            0 => "… where all ten digits are answered".to_owned(),
            1 => "… where one digit never is".to_owned(),
            _ => format!("… where {silent} digits never are"),
        };
        row(&mut findings, &format!("silent-{silent}"), &label, &group);
    }
    row(&mut findings, "small", "vectorized with 50 hidden units", &small.iter().collect::<Vec<_>>());
    row(&mut findings, "better", "init-shuffle", &better.iter().collect::<Vec<_>>());

    let mut chart = Chart::new("A hundred seeds, from the worst to the best", "seeds", "test accuracy in per cent");
    for (label, confusions) in
        [("vectorized", printed), ("vectorized with 50 hidden units", small), ("init-shuffle", better)]
    {
        let mut accuracies = accuracies(&confusions.iter().collect::<Vec<_>>());
        accuracies.sort_by(f64::total_cmp);
        chart.curve(label, accuracies.into_iter().zip(1..).map(|(accuracy, rank)| (f64::from(rank), 100.0 * accuracy)));
    }
    findings.charts.push(chart);
    Ok(findings)
}

fn hundred<C: Classifier>(bench: &Bench, hyperparameters: &C::Hyperparameters) -> Result<Vec<Confusion>, Error>
where
    C::Hyperparameters: Sync,
{
    let confusions = bench.over_seeds(&[()], SEEDS, |(), seed| {
        let digits = bench.digits(seed);
        let mut network = bench.train::<C>(&digits.train, hyperparameters, seed, &mut ());
        Ok(evaluate(&mut network, &digits.test))
    })?;
    Ok(confusions.into_iter().flatten().collect())
}

fn row(findings: &mut Findings, key: &str, label: &str, confusions: &[&Confusion]) {
    let accuracies = accuracies(confusions);
    let end = |better: fn(f64, f64) -> f64| accuracies.iter().copied().reduce(better).unwrap_or_default();
    let cells = [
        ("seeds", confusions.len().into()),
        ("accuracy", Cell::from(accuracies.as_slice())),
        ("least", end(f64::min).into()),
        ("most", end(f64::max).into()),
        ("lucky", accuracies.iter().filter(|accuracy| **accuracy >= CLAIM).count().into()),
    ];
    findings.row(key, label, cells);
}

fn accuracies(confusions: &[&Confusion]) -> Vec<f64> {
    confusions.iter().map(|confusion| confusion.accuracy()).collect()
}
