//! The worth of a bias for the outputs, which the tutorial's network has not.

use datasets::Dataset;
use evaluation::{Classifier, Tunable, Weights, evaluate};
use init_shuffle::{Hyperparameters, Network};
use ndarray::{Array1, Array2, Axis, concatenate};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{Bench, Cell, Column, Error, Findings, paired::Comparison};

const DIGITS_SEEDS: u64 = 20;
const MNIST_SEEDS: u64 = 3;
/// A total input at which tanh is exactly 1, and its slope exactly 0.
const ON: f64 = 1e3;

/// Compares `init-shuffle` on both data sets with itself and a bias for each output, by the same seeds.
pub fn output_bias(bench: &Bench) -> Result<Findings, Error> {
    let digits = bench.over_seeds(&[false, true], DIGITS_SEEDS, |&bias, seed| {
        Ok(accuracy(bench, &bench.digits(seed), &Hyperparameters::digits(), bias, seed))
    })?;
    let dataset = bench.mnist()?;
    let mnist = bench.over_seeds(&[false, true], MNIST_SEEDS, |&bias, seed| {
        Ok(accuracy(bench, &dataset, &Hyperparameters::mnist(), bias, seed))
    })?;
    let mut findings = Findings::new(
        "init-shuffle without and with a bias for each output",
        [
            Column::percent("without", "test accuracy without", 2),
            Column::percent("with", "with", 2),
            Column::percent("difference", "mean difference", 2),
            Column::percent("error", "its standard error", 2),
        ],
    );
    for (key, label, found) in [("digits", "digits", digits), ("mnist", "MNIST", mnist)] {
        let Comparison { difference, paired, .. } = Comparison::of(&found[0], &found[1]);
        let [without, with] = [&found[0], &found[1]].map(|accuracies| Cell::from(accuracies.as_slice()));
        let cells = [("without", without), ("with", with), ("difference", difference.into()), ("error", paired.into())];
        findings.row(key, label, cells);
    }
    Ok(findings)
}

fn accuracy(bench: &Bench, dataset: &Dataset, settings: &Hyperparameters, bias: bool, seed: u64) -> f64 {
    let hyperparameters = Hyperparameters { iterations: bench.iterations(settings.iterations), ..settings.clone() };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = Network::new(&dataset.train, &hyperparameters, &mut rng);
    if bias {
        network = Network::from_weights(with_bias(network.weights()));
    }
    let _ = network.train(&dataset.train, &hyperparameters, &mut rng, &mut ());
    evaluate(&mut network, &dataset.test).accuracy()
}

/// Returns the weights with one hidden unit more, which is always 1 and does not learn: its weights to the outputs are
/// their biases. They begin at 0.
fn with_bias(weights: Weights) -> Weights {
    let mut column = Array1::zeros(weights.input_weights.nrows());
    column[weights.input_weights.nrows() - 1] = ON;
    let row = Array2::zeros((1, weights.output_weights.ncols()));
    let column = column.insert_axis(Axis(1));
    let joined =
        |axis, parts: [_; 2]| concatenate(axis, &parts).expect("shapes that fit").as_standard_layout().into_owned();
    Weights {
        input_weights: joined(Axis(1), [weights.input_weights.view(), column.view()]),
        output_weights: joined(Axis(0), [weights.output_weights.view(), row.view()]),
        ..weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_of_the_biases_is_1_and_stays_so() {
        let digits = datasets::digits(1);
        let hyperparameters = Hyperparameters { hidden: 5, iterations: 2, ..Hyperparameters::digits() };
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let before = with_bias(Network::new(&digits.train, &hyperparameters, &mut rng).weights());
        let mut network = Network::from_weights(before.clone());
        let _ = network.train(&digits.train, &hyperparameters, &mut rng, &mut ());
        let after = network.weights();
        assert_eq!(network.hidden[5], 1.0);
        assert_eq!(before.input_weights.column(5), after.input_weights.column(5));
        assert!(after.output_weights.row(5).iter().all(|bias| *bias != 0.0));
    }
}
