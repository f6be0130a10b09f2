//! The total inputs of all units before a network has learned anything.

use datasets::Dataset;
use evaluation::{Classifier, Tunable, Weights};
use ndarray::Array1;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use tanh_softmax::weighted_sums;

use crate::{Bench, Cell, Column, Error, Findings};

const SEEDS: u64 = 3;
/// The examples that are fed forward.
const EXAMPLES: usize = 1_000;
/// A unit is saturated where its slope is less than this share of the steepest.
const FLAT: f64 = 0.1;

/// A key, a label, the weights that a step starts with, and its activation function, with its slope by its value.
type Case = (&'static str, &'static str, fn(&Dataset, u64) -> Weights, fn(f64) -> f64, fn(f64) -> f64);

/// Measures how far from zero the total inputs are, and how many hidden units are saturated, on both data sets.
pub fn start(bench: &Bench) -> Result<Findings, Error> {
    let cases: [Case; 3] = [
        ("vectorized", "vectorized", weights::<vectorized::Network>, vectorized::sigmoid, vectorized::dsigmoid),
        ("tanh-softmax", "tanh-softmax", weights::<tanh_softmax::Network>, libm::tanh, tanh_softmax::dtanh),
        ("init-shuffle", "init-shuffle", weights::<init_shuffle::Network>, libm::tanh, init_shuffle::dtanh),
    ];
    let mut findings = Findings::new(
        "Before the first example is learned",
        [
            Column::number("hidden", "deviation of the hidden units’ total inputs", 1),
            Column::percent("saturated", "hidden units that are saturated", 0),
            Column::number("output", "deviation of the outputs’ total inputs", 1),
        ],
    );
    let mnist = bench.mnist()?;
    for (set, name) in [("digits", "digits"), ("mnist", "MNIST")] {
        let found = bench.over_seeds(&cases, SEEDS, |case, seed| match set {
            "digits" => Ok(totals(case, &bench.digits(seed), seed)),
            _ => Ok(totals(case, &mnist, seed)),
        })?;
        for ((key, label, ..), found) in cases.iter().zip(found) {
            let of = |which: usize| Cell::from(found.iter().map(|each| each[which]).collect::<Vec<f64>>().as_slice());
            let cells = [("hidden", of(0)), ("saturated", of(1)), ("output", of(2))];
            findings.row(format!("{set}-{key}"), format!("{label} on {name}"), cells);
        }
    }
    Ok(findings)
}

fn weights<C: Classifier>(data: &Dataset, seed: u64) -> Weights {
    C::new(&data.train, &C::Hyperparameters::digits(), &mut ChaCha8Rng::seed_from_u64(seed)).weights()
}

/// Returns the deviation of the total inputs of hidden units from 0, the share of these that is saturated, and the
/// deviation of the total inputs of outputs.
fn totals((.., weights, activation, slope): &Case, data: &Dataset, seed: u64) -> [f64; 3] {
    let Weights { scaling, input_weights, output_weights } = weights(data, seed);
    let mut input = Array1::ones(input_weights.nrows());
    let (mut hidden, mut output) = (Array1::zeros(input_weights.ncols()), Array1::zeros(output_weights.ncols()));
    let (mut hidden_squares, mut saturated, mut output_squares) = (0.0, 0, 0.0);
    let examples = EXAMPLES.min(data.train.len());
    let steepest = slope(activation(0.0));
    for example in 0..examples {
        scaling.apply(data.train.inputs.row(example), input.view_mut());
        weighted_sums(&input, &input_weights, &mut hidden);
        hidden_squares += hidden.dot(&hidden);
        hidden.mapv_inplace(activation);
        saturated += hidden.iter().filter(|&&y| slope(y) < FLAT * steepest).count();
        weighted_sums(&hidden, &output_weights, &mut output);
        output_squares += output.dot(&output);
    }
    let [units, outputs] = [&hidden, &output].map(|layer| (examples * layer.len()) as f64);
    [(hidden_squares / units).sqrt(), saturated as f64 / units, (output_squares / outputs).sqrt()]
}
