//! The reason why the tutorial's network never answers with some of the digits.

use std::iter::zip;

use datasets::{Examples, Row};
use evaluation::{Classifier, accuracy, median, predictions};
use ndarray::Array1;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use vectorized::{Hyperparameters, Network, dsigmoid, sigmoid};

use crate::{Bench, Cell, Chart, Column, Error, Findings};

const SEEDS: u64 = 20;
const HIDDEN: [usize; 6] = [10, 20, 30, 50, 100, 200];
/// An output above this says yes.
const YES: f64 = 0.5;
/// The seed of the network whose outputs are drawn, this many examples apart, for some iterations: those of the first
/// digits.
const DRAWN: u64 = 3;
const APART: usize = 300;
const ITERATIONS: usize = 30;
const DIGITS_DRAWN: usize = 4;

/// Measurements of a network.
struct Probe {
    /// The mean of the squared length of the hidden layer's activations, before it has learned.
    length: f64,
    /// The deepest fall of an output unit's total input for an example, by learning from it in the first iteration.
    fall: f64,
    accuracy: f64,
    /// The digits to which its output says yes for no image of the test set.
    silent: usize,
    /// For each of them, the mean slope of its output unit over the training images that show it.
    slopes: Vec<f64>,
}

/// Measures the tutorial's network with more and more hidden units, and draws how an output falls silent.
pub fn silent_digits(bench: &Bench) -> Result<Findings, Error> {
    let probes = bench.over_seeds(&HIDDEN, SEEDS, |&hidden, seed| Ok(probe(bench, hidden, seed)))?;
    let mut findings = Findings::new(
        "vectorized on the digits, with more and more hidden units",
        [
            Column::number("length", "squared length of the hidden activations", 1),
            Column::number("fall", "deepest fall of an output's total input", 1),
            Column::percent("accuracy", "test accuracy", 1),
            Column::number("silent", "outputs that never pass one half, of 10", 1),
            Column::text("slope", "slope of their outputs, where it matters"),
        ],
    );
    for (hidden, probes) in zip(HIDDEN, probes) {
        let over = |number: fn(&Probe) -> f64| Cell::from(probes.iter().map(number).collect::<Vec<_>>().as_slice());
        let slopes: Vec<f64> = probes.iter().flat_map(|probe| probe.slopes.iter().copied()).collect();
        let slope = if slopes.is_empty() { "–".to_owned() } else { format!("{:.0e}", median(&slopes)) };
        let cells = [
            ("length", over(|probe| probe.length)),
            ("fall", over(|probe| probe.fall)),
            ("accuracy", over(|probe| probe.accuracy)),
            ("silent", over(|probe| probe.silent as f64)),
            ("slope", Cell::Text(slope)),
        ];
        findings.row(format!("hidden-{hidden}"), format!("{hidden} hidden units"), cells);
    }
    findings.charts.push(drawn(bench));
    Ok(findings)
}

fn probe(bench: &Bench, hidden: usize, seed: u64) -> Probe {
    let digits = bench.digits(seed);
    let examples = &digits.train;
    let hyperparameters = Hyperparameters { hidden, ..Default::default() };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = Network::new(examples, &hyperparameters, &mut rng);
    let mut length = 0.0;
    for input in examples.inputs.rows() {
        network.feed_forward(input);
        length += network.hidden.dot(&network.hidden) / examples.len() as f64;
    }
    let (mut fall, mut before) = (0.0_f64, None);
    for (example, input) in examples.inputs.rows().enumerate() {
        let totals = totals_of(&mut network, input);
        network.back_propagate(examples.targets.row(example), &hyperparameters);
        // By now the change that the example before has asked for is made. What is it to the same image?
        if let Some(before) = before.replace((input, totals)) {
            let (input, before): (Row, Array1<f64>) = before;
            let after = totals_of(&mut network, input);
            fall = (before - after).iter().copied().fold(fall, f64::max);
        }
    }
    let iterations = bench.iterations(hyperparameters.iterations) - 1;
    let rest = Hyperparameters { iterations, ..hyperparameters };
    let _ = network.train(examples, &rest, &mut rng, &mut ());
    let outputs = network.predict(&digits.test.inputs);
    let says_yes = |digit: &usize| outputs.column(*digit).iter().any(|output| *output > YES);
    let silent: Vec<usize> = (0..examples.classes()).filter(|digit| !says_yes(digit)).collect();
    let slopes = silent.iter().map(|&digit| {
        let slopes: Vec<f64> = own(&mut network, examples, digit).map(|total| dsigmoid(sigmoid(total))).collect();
        slopes.iter().sum::<f64>() / slopes.len() as f64
    });
    Probe {
        length,
        fall,
        accuracy: accuracy(&predictions(outputs.view()), &digits.test.labels),
        silent: silent.len(),
        slopes: slopes.collect(),
    }
}

/// Returns the total inputs of the output units for one image, of shape (outputs).
fn totals_of(network: &mut Network, input: Row) -> Array1<f64> {
    network.feed_forward(input);
    network.hidden.dot(&network.output_weights)
}

/// Returns the total inputs of the output unit of `digit` for the images that show it.
fn own(network: &mut Network, examples: &Examples, digit: usize) -> impl Iterator<Item = f64> {
    let images = zip(examples.inputs.rows(), &examples.labels).filter(move |(_, label)| **label == digit);
    images.map(move |(input, _)| totals_of(network, input)[digit])
}

/// Draws the outputs of one network while it learns, each over the images that should turn it on.
fn drawn(bench: &Bench) -> Chart {
    let digits = bench.digits(DRAWN);
    let examples = &digits.train;
    let mut rng = ChaCha8Rng::seed_from_u64(DRAWN);
    let hyperparameters = Hyperparameters::default();
    let mut network = Network::new(examples, &hyperparameters, &mut rng);
    let mut curves = vec![Vec::new(); examples.classes()];
    let mut seen = 0;
    for _ in 0..bench.iterations(ITERATIONS) {
        for example in 0..examples.len() {
            if seen % APART == 0 {
                for (digit, curve) in curves.iter_mut().enumerate() {
                    let totals: Vec<f64> = own(&mut network, examples, digit).collect();
                    curve.push((seen as f64, totals.iter().sum::<f64>() / totals.len() as f64));
                }
            }
            network.feed_forward(examples.inputs.row(example));
            network.back_propagate(examples.targets.row(example), &hyperparameters);
            seen += 1;
        }
    }
    let mut chart = Chart::new(
        "The total inputs of some outputs, each over the images that show its digit",
        "examples",
        "mean total input",
    );
    for (digit, curve) in curves.into_iter().enumerate().take(DIGITS_DRAWN) {
        chart.curve(format!("digit {digit}"), curve);
    }
    chart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_inputs_are_those_that_the_sigmoid_is_taken_of() {
        let examples = Bench::trial().digits(1).train;
        let mut network = Network::new(&examples, &Hyperparameters::default(), &mut ChaCha8Rng::seed_from_u64(1));
        let totals = totals_of(&mut network, examples.inputs.row(0));
        for (output, total) in zip(&network.output, totals) {
            assert!((output - sigmoid(total)).abs() < 1e-12, "{output} of {total}");
        }
        let of_digit = examples.labels.iter().filter(|label| **label == 4).count();
        assert_eq!(own(&mut network, &examples, 4).count(), of_digit);
    }
}
