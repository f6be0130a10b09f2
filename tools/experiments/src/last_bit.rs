//! The worth of the last bit of exp: the tutorial's network with the exponential functions of several systems.

use std::iter::zip;

use datasets::{Dataset, Examples};
use evaluation::{Weights, accuracy, predictions, standard_normal};
use naive_loops::Hyperparameters;
use ndarray::{Array1, Array2, ArrayView1, azip};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use vectorized::{dsigmoid, weighted_sums};

use crate::{Bench, Cell, Column, Error, Findings};

const SEEDS: u64 = 10;

/// A key, a label, and an exponential function.
type Case = (&'static str, &'static str, fn(f64) -> f64);

const CASES: [Case; 4] = [
    ("libm", "exp of the crate libm, as the steps", libm::exp),
    ("system", "exp of this system", f64::exp),
    ("up", "libm's, the last bit one up", |x| libm::exp(x).next_up()),
    ("down", "libm's, the last bit one down", |x| libm::exp(x).next_down()),
];

/// Measures the accuracy of `naive-loops` on the digits with an exponential function that differs in its last bit.
pub fn last_bit(bench: &Bench) -> Result<Findings, Error> {
    let trained = bench.over_seeds(&CASES, SEEDS, |(.., exp), seed| {
        let digits = bench.digits(seed);
        let usual = Hyperparameters::default();
        let hyperparameters = Hyperparameters { iterations: bench.iterations(usual.iterations), ..usual };
        let network = Network::trained(exp, &digits.train, &hyperparameters, seed);
        Ok(network.measured(exp, &digits))
    })?;
    let mut findings = Findings::new(
        "naive-loops on the digits, by the same seeds and with exponential functions that differ in the last bit",
        [
            Column::percent("accuracy", "test accuracy", 1),
            Column::number("same", "seeds with the same weights as the first row", 0),
            Column::percent("mean", "mean change of a seed's accuracy", 1),
            Column::percent("most", "largest change of a seed's accuracy", 1),
        ],
    );
    for ((key, label, _), networks) in zip(CASES, &trained) {
        let accuracies = Vec::from_iter(networks.iter().map(|(accuracy, _)| *accuracy));
        let changes = zip(&trained[0], networks).map(|(one, other)| (one.0 - other.0).abs());
        let same = zip(&trained[0], networks).filter(|(one, other)| one.1 == other.1).count();
        let cells = [
            ("accuracy", Cell::from(accuracies.as_slice())),
            ("same", same.into()),
            ("mean", (changes.clone().sum::<f64>() / networks.len() as f64).into()),
            ("most", changes.fold(0.0, f64::max).into()),
        ];
        findings.row(key, label, cells);
    }
    Ok(findings)
}

/// The network of `naive-loops`, with a choice of exp. It sums by rows, as `vectorized`, which gives the same bits.
struct Network {
    weights: Weights,
    /// Activations of the three layers.
    input: Array1<f64>,
    hidden: Array1<f64>,
    output: Array1<f64>,
    /// The last changes of the weights of both layers.
    changes: [Array2<f64>; 2],
}

impl Network {
    fn trained(
        exp: impl Fn(f64) -> f64,
        examples: &Examples,
        &Hyperparameters { hidden, iterations, learning_rate }: &Hyperparameters,
        seed: u64,
    ) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (inputs, outputs) = (examples.inputs.ncols() + 1, examples.classes());
        let mut random_weights = |shape| Array2::from_shape_simple_fn(shape, || standard_normal(&mut rng));
        let mut network = Self {
            weights: Weights {
                scaling: datasets::Scaling::zero_to_one(examples),
                input_weights: random_weights((inputs, hidden)),
                output_weights: random_weights((hidden, outputs)),
            },
            input: Array1::ones(inputs),
            hidden: Array1::zeros(hidden),
            output: Array1::zeros(outputs),
            changes: [Array2::zeros((inputs, hidden)), Array2::zeros((hidden, outputs))],
        };
        for _ in 0..iterations {
            for (inputs, targets) in zip(examples.inputs.rows(), examples.targets.rows()) {
                network.feed_forward(&exp, inputs);
                network.back_propagate(targets, learning_rate);
            }
        }
        network
    }

    fn feed_forward(&mut self, exp: impl Fn(f64) -> f64, inputs: datasets::Row) {
        let sigmoid = |z: f64| 1.0 / (1.0 + exp(-z));
        self.weights.scaling.apply(inputs, self.input.view_mut());
        weighted_sums(&self.input, &self.weights.input_weights, &mut self.hidden);
        self.hidden.mapv_inplace(sigmoid);
        weighted_sums(&self.hidden, &self.weights.output_weights, &mut self.output);
        self.output.mapv_inplace(sigmoid);
    }

    fn back_propagate(&mut self, targets: ArrayView1<f64>, learning_rate: f64) {
        let Self { weights: Weights { input_weights, output_weights, .. }, .. } = self;
        let output_deltas = Array1::from_iter(
            zip(&self.output, targets).map(|(&output, &target)| (output - target) * dsigmoid(output)),
        );
        let hidden_deltas = Array1::from_iter(zip(output_weights.rows(), &self.hidden).map(|(weights, &hidden)| {
            let sum: f64 = zip(&output_deltas, weights).map(|(delta, weight)| delta * weight).sum();
            sum * dsigmoid(hidden)
        }));
        let [input_changes, output_changes] = &mut self.changes;
        update(output_weights, output_changes, &self.hidden, &output_deltas, learning_rate);
        update(input_weights, input_changes, &self.input, &hidden_deltas, learning_rate);
    }

    /// Returns the accuracy on the test set, and the weights.
    fn measured(mut self, exp: impl Fn(f64) -> f64, digits: &Dataset) -> (f64, Weights) {
        let mut outputs = Array2::zeros(digits.test.targets.dim());
        for (mut output, inputs) in zip(outputs.rows_mut(), digits.test.inputs.rows()) {
            self.feed_forward(&exp, inputs);
            output.assign(&self.output);
        }
        (accuracy(&predictions(outputs.view()), &digits.test.labels), self.weights)
    }
}

/// Moves weights by the printed rule.
fn update(
    weights: &mut Array2<f64>,
    changes: &mut Array2<f64>,
    activations: &Array1<f64>,
    deltas: &Array1<f64>,
    learning_rate: f64,
) {
    azip!((weights in weights.rows_mut(), changes in changes.rows_mut(), &activation in activations) {
        azip!((weight in weights, last_change in changes, &delta in deltas) {
            let change = activation * delta;
            *weight -= learning_rate * change + *last_change;
            *last_change = change;
        });
    });
}

#[cfg(test)]
mod tests {
    use evaluation::{Classifier, evaluate};

    use super::*;

    #[test]
    fn with_the_exp_of_libm_it_is_naive_loops() {
        let digits = datasets::digits(3);
        let hyperparameters = Hyperparameters { hidden: 30, iterations: 3, ..Default::default() };
        let mut step = crate::train::<naive_loops::Network>(&digits.train, &hyperparameters, 3, &mut ());
        let network = Network::trained(libm::exp, &digits.train, &hyperparameters, 3);
        let (accuracy, weights) = network.measured(libm::exp, &digits);
        assert_eq!(weights, step.weights());
        assert_eq!(accuracy, evaluate(&mut step, &digits.test).accuracy());
    }

    #[test]
    fn a_last_bit_is_another_network() {
        let digits = datasets::digits(1);
        let hyperparameters = Hyperparameters { hidden: 30, iterations: 1, ..Default::default() };
        let trained = |exp: fn(f64) -> f64| Network::trained(exp, &digits.train, &hyperparameters, 1).weights;
        let [(.., exact), _, (.., up), (.., down)] = CASES;
        assert_ne!(trained(up), trained(exact));
        assert_ne!(trained(down), trained(exact));
    }
}
