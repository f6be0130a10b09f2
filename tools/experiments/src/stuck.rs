//! The fate of a softmax network whose steps are too long: it does not diverge, and it does not learn.

use std::{collections::BTreeSet, iter::zip};

use evaluation::{Classifier, accuracy, predictions};
use ndarray::{Array2, Axis};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use tanh_softmax::{Hyperparameters, Network};

use crate::{Bench, Cell, Column, Error, Findings};

const SEEDS: u64 = 5;
const ITERATIONS: usize = 20;
/// Beyond this, a hidden unit's slope is below 0.02: it has stopped learning.
const SATURATED: f64 = 0.99;
/// Keys of rows, labels, rates and factors.
const RULES: [(&str, &str, f64, f64); 3] = [
    ("small", "rate 0.05", 0.05, 0.0),
    ("plain", "rate 1.05", 1.05, 0.0),
    ("printed", "rate 0.05 and factor 1", 0.05, 1.0),
];

/// Measurements of a network: in its last iteration while it learns, and then on the test set.
#[derive(Default)]
struct Probe {
    /// The mean error.
    error: f64,
    /// The share of examples that it answers with the label of the example before, and with that of the one before
    /// that.
    last: f64,
    before_last: f64,
    /// The share of hidden units that are saturated.
    saturated: f64,
    /// The share of hidden units that are on the same side of zero for all examples.
    alike: f64,
    /// The mean of its largest output.
    certainty: f64,
    /// The root mean square of all its weights.
    weight: f64,
    /// The mean of the squared length of the hidden layer's activations.
    length: f64,
    accuracy: f64,
    /// The number of different digits that it answers to the test set.
    answers: f64,
}

/// Measures `tanh-softmax` on the digits with short steps, with long ones, and with long ones that come late.
pub fn stuck(bench: &Bench) -> Result<Findings, Error> {
    let probes = bench.over_seeds(&RULES, SEEDS, |&(.., learning_rate, momentum), seed| {
        Ok(probe(bench, &Hyperparameters { learning_rate, momentum, ..Default::default() }, seed))
    })?;
    let mut findings = Findings::new(
        "tanh-softmax on the digits after 20 iterations, five seeds",
        [
            Column::percent("accuracy", "test accuracy", 1),
            Column::number("answers", "different answers to the test set", 1),
            Column::number("error", "mean error while it learns", 2),
            Column::percent("certainty", "mean of the largest output", 1),
            Column::percent("saturated", "hidden units saturated", 1),
            Column::percent("alike", "hidden units with one sign for all images", 1),
            Column::number("length", "squared length of the hidden activations", 1),
            Column::number("weight", "root mean square of the weights", 2),
            Column::percent("last", "answers with the last label", 1),
            Column::percent("before-last", "answers with the label before the last", 1),
        ],
    );
    for ((key, label, ..), probes) in zip(RULES, probes) {
        let over = |number: fn(&Probe) -> f64| Cell::from(probes.iter().map(number).collect::<Vec<_>>().as_slice());
        let cells = [
            ("accuracy", over(|probe| probe.accuracy)),
            ("answers", over(|probe| probe.answers)),
            ("error", over(|probe| probe.error)),
            ("certainty", over(|probe| probe.certainty)),
            ("saturated", over(|probe| probe.saturated)),
            ("alike", over(|probe| probe.alike)),
            ("length", over(|probe| probe.length)),
            ("weight", over(|probe| probe.weight)),
            ("last", over(|probe| probe.last)),
            ("before-last", over(|probe| probe.before_last)),
        ];
        findings.row(key, label, cells);
    }
    Ok(findings)
}

fn probe(bench: &Bench, hyperparameters: &Hyperparameters, seed: u64) -> Probe {
    let digits = bench.digits(seed);
    let examples = &digits.train;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = Network::new(examples, hyperparameters, &mut rng);
    let before = Hyperparameters { iterations: bench.iterations(ITERATIONS) - 1, ..hyperparameters.clone() };
    let _ = network.train(examples, &before, &mut rng, &mut ());
    let mut probe = Probe::default();
    let mut signs = vec![0.0; network.hidden.len()];
    for example in 0..examples.len() {
        network.feed_forward(examples.inputs.row(example));
        let answer = predictions(network.output.view().insert_axis(Axis(0)))[0];
        let is = |back: usize| example.checked_sub(back).is_some_and(|past| examples.labels[past] == answer);
        probe.last += f64::from(is(1));
        probe.before_last += f64::from(is(2));
        probe.saturated += network.hidden.mapv(|hidden| f64::from(hidden.abs() > SATURATED)).mean().unwrap_or_default();
        probe.certainty += network.output[answer];
        probe.length += network.hidden.dot(&network.hidden);
        zip(&mut signs, &network.hidden).for_each(|(sum, hidden)| *sum += hidden.signum());
        probe.error += network.back_propagate(examples.targets.row(example), hyperparameters);
    }
    let count = examples.len() as f64;
    for sum in [
        &mut probe.last,
        &mut probe.before_last,
        &mut probe.saturated,
        &mut probe.certainty,
        &mut probe.length,
        &mut probe.error,
    ] {
        *sum /= count;
    }
    probe.alike = signs.iter().filter(|sum| sum.abs() == count).count() as f64 / signs.len() as f64;
    probe.weight = root_mean_square([&network.input_weights, &network.output_weights]);
    let answers = predictions(network.predict(&digits.test.inputs).view());
    probe.accuracy = accuracy(&answers, &digits.test.labels);
    probe.answers = answers.into_iter().collect::<BTreeSet<_>>().len() as f64;
    probe
}

/// Returns the root mean square of all weights.
fn root_mean_square(layers: [&Array2<f64>; 2]) -> f64 {
    let squares: f64 = layers.into_iter().flatten().map(|weight| weight * weight).sum();
    (squares / layers.map(Array2::len).iter().sum::<usize>() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn each_weight_counts_once() {
        assert_eq!(root_mean_square([&array![[1.0, -1.0, 1.0]], &array![[5.0]]]), 7.0_f64.sqrt());
    }

    #[test]
    fn a_network_that_does_not_move_is_measured_as_it_is() {
        let still = Hyperparameters { learning_rate: 0.0, momentum: 0.0, ..Default::default() };
        let bench = Bench::trial();
        let probe = probe(&bench, &still, 1);
        let digits = bench.digits(1);
        let network = Network::new(&digits.train, &still, &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(probe.weight, root_mean_square([&network.input_weights, &network.output_weights]));
        assert!(
            (0.1..1.0).contains(&probe.certainty) && (1.0..=10.0).contains(&probe.answers),
            "outputs of ten digits"
        );
        assert!((0.0..=100.0).contains(&probe.length), "a hundred units from -1 to 1: {}", probe.length);
    }
}
