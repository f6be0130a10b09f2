//! How much it matters to each step that the learning rate is right.

use std::iter::zip;

use evaluation::{Classifier, Tunable, evaluate, folds};

use crate::{Bench, Cell, Chart, Column, Error, Findings, Series, Summary};

const SEEDS: u64 = 5;
const RATES: [f64; 8] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];

/// The name of a step, and what trains its network at a rate, by a seed, and returns its accuracy in validation.
type Step = (&'static str, fn(&Bench, f64, u64) -> f64);

/// Those that differ: `naive-loops` learns the weights of `vectorized`, and `parallel` those of `minibatch`.
const STEPS: [Step; 7] = [
    ("vectorized", accuracy::<vectorized::Network>),
    ("tanh-softmax", accuracy::<tanh_softmax::Network>),
    ("init-shuffle", accuracy::<init_shuffle::Network>),
    ("regularized", accuracy::<regularized::Network>),
    ("momentum", accuracy::<::momentum::Network>),
    ("minibatch", accuracy::<::minibatch::Network>),
    ("distortions", accuracy::<::distortions::Network>),
];

/// Trains each step on four fifths of the digits' training set at several rates, all else as the step has it.
pub fn rates(bench: &Bench) -> Result<Findings, Error> {
    let cases = STEPS.map(|step| RATES.map(|rate| (step, rate)));
    let found = bench
        .over_seeds(cases.as_flattened(), SEEDS, |((_, accuracy), rate), seed| Ok(accuracy(bench, *rate, seed)))?;
    let keys = RATES.map(|rate| format!("rate-{rate}"));
    let mut findings = Findings::new(
        "The digits at other learning rates, judged by a fifth of the training set",
        Vec::from_iter(zip(&keys, RATES).map(|(key, rate)| Column::percent(key, &rate.to_string(), 1))),
    );
    let mut chart =
        Chart::new("Errors over the learning rate", "learning rate", "errors in validation, %").logarithmic();
    for ((name, _), found) in zip(STEPS, found.chunks(RATES.len())) {
        let cells = zip(&keys, found).map(|(key, found)| (key.as_str(), Cell::from(found.as_slice())));
        findings.row(name, name, cells);
        let errors = zip(RATES, found).map(|(rate, found)| vec![rate, 100.0 * (1.0 - Summary::of(found).mean)]);
        chart.series.push(Series { label: name.to_owned(), dots: false, points: errors.collect() });
    }
    findings.charts.push(chart);
    Ok(findings)
}

fn accuracy<N: Classifier>(bench: &Bench, rate: f64, seed: u64) -> f64 {
    let examples = bench.digits(seed).train;
    let fold = folds(&examples.labels, 5, seed).expect("more than five examples").swap_remove(0);
    let mut hyperparameters = N::Hyperparameters::digits();
    hyperparameters.set("learning_rate", &rate.to_string()).expect("all steps have a learning rate");
    let mut network: N = bench.train(&examples.select(&fold.train), &hyperparameters, seed, &mut ());
    evaluate(&mut network, &examples.select(&fold.validation)).accuracy()
}
