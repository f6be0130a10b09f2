//! Hidden layers that do not learn: what is a hundred random units worth?

use std::ops::ControlFlow;

use datasets::Dataset;
use evaluation::{Classifier, Observer, Tunable, evaluate};
use ndarray::Array2;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{Bench, Cell, Column, Error, Findings};

const DIGITS_SEEDS: u64 = 10;
const MNIST_SEEDS: u64 = 3;

/// What is done to a dataset by a seed, with a hidden layer that learns (false) or is frozen (true).
type Train = fn(&Bench, &Dataset, bool, u64) -> f64;

/// Trains `tanh-softmax` and `init-shuffle` with a hidden layer that learns, and with one that stays as it began.
pub fn frozen(bench: &Bench) -> Result<Findings, Error> {
    let steps: [(&str, Train); 2] =
        [("tanh-softmax", accuracy::<tanh_softmax::Network>), ("init-shuffle", accuracy::<init_shuffle::Network>)];
    let mnist = bench.mnist()?;
    let cases = steps.map(|(_, train)| [false, true].map(|frozen| (train, frozen)));
    let on_digits = bench.over_seeds(cases.as_flattened(), DIGITS_SEEDS, |&(train, frozen), seed| {
        Ok(train(bench, &bench.digits(seed), frozen, seed))
    })?;
    let on_mnist = bench.over_seeds(cases.as_flattened(), MNIST_SEEDS, |&(train, frozen), seed| {
        Ok(train(bench, &mnist, frozen, seed))
    })?;
    let mut findings = Findings::new(
        "Networks whose hidden layer learns, and the same with a hidden layer that stays as it began",
        [Column::percent("learns", "test accuracy, it learns", 2), Column::percent("frozen", "it stays", 2)],
    );
    for (set, name, found) in [("digits", "the digits", on_digits), ("mnist", "MNIST", on_mnist)] {
        for ((step, _), found) in steps.iter().zip(found.chunks(2)) {
            let [learns, frozen] = [&found[0], &found[1]].map(|accuracies| Cell::from(accuracies.as_slice()));
            findings.row(
                format!("{set}-{step}"),
                format!("{step} on {name}"),
                [("learns", learns), ("frozen", frozen)],
            );
        }
    }
    Ok(findings)
}

/// A network whose weights into the hidden layer can be set.
trait Hidden {
    fn input_weights(&mut self) -> &mut Array2<f64>;
}

impl Hidden for tanh_softmax::Network {
    fn input_weights(&mut self) -> &mut Array2<f64> {
        &mut self.input_weights
    }
}

impl Hidden for init_shuffle::Network {
    fn input_weights(&mut self) -> &mut Array2<f64> {
        &mut self.input_weights
    }
}

/// Puts the weights into the hidden layer back after every example.
struct Frost(Array2<f64>);

impl<N: Hidden> Observer<N> for Frost {
    fn example(&mut self, network: &mut N, _: usize) -> ControlFlow<()> {
        network.input_weights().assign(&self.0);
        ControlFlow::Continue(())
    }
}

fn accuracy<N: Classifier + Hidden>(bench: &Bench, dataset: &Dataset, frozen: bool, seed: u64) -> f64 {
    let settings = if dataset.name == "mnist" { N::Hyperparameters::mnist() } else { N::Hyperparameters::digits() };
    if frozen {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut frost = Frost(N::new(&dataset.train, &settings, &mut rng).weights().input_weights);
        evaluate(&mut bench.train::<N>(&dataset.train, &settings, seed, &mut frost), &dataset.test).accuracy()
    } else {
        evaluate(&mut bench.train::<N>(&dataset.train, &settings, seed, &mut ()), &dataset.test).accuracy()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train;

    #[test]
    fn a_frozen_layer_stays_and_the_other_learns() {
        let digits = datasets::digits(1);
        let settings = init_shuffle::Hyperparameters { iterations: 1, hidden: 9, ..Default::default() };
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let before = init_shuffle::Network::new(&digits.train, &settings, &mut rng).weights();
        let mut frost = Frost(before.input_weights.clone());
        let after = train::<init_shuffle::Network>(&digits.train, &settings, 1, &mut frost).weights();
        assert_eq!(before.input_weights, after.input_weights);
        assert_ne!(before.output_weights, after.output_weights);
    }
}
