//! A network of your own with the command line of the series, `tune` and model files included. This one has no hidden
//! layer: `cargo run -p workbench --example your_own_network -- --learning-rate 0.002`.

use std::{iter::zip, ops::ControlFlow};

use datasets::{Examples, Inputs, Scaling};
use evaluation::{Classifier, Observer, Weights, hyperparameters};
use ndarray::{Array2, Axis};
use rand::rngs::ChaCha8Rng;

hyperparameters! {
    /// Settings that are chosen before training: each becomes a flag, and `tune` compares its values.
    pub struct Hyperparameters {
        /// Passes over the training set.
        iterations: usize { digits: 30, mnist: 10 },
        /// Factor by which a weight moves against its gradient.
        learning_rate: f64 { digits: 0.001, mnist: 0.0001 },
    }
}

/// The weights from the inputs to the hidden layer; those from there to the outputs are fixed, each unit to its own.
struct Network(Weights);

impl Classifier for Network {
    const STEP: &'static str = "your_own_network";
    type Hyperparameters = Hyperparameters;

    fn new(examples: &Examples, _: &Hyperparameters, _: &mut ChaCha8Rng) -> Self {
        Self(Weights {
            scaling: Scaling::mean_zero(examples),
            input_weights: Array2::zeros((examples.inputs.ncols() + 1, examples.classes())), // one more for the bias
            output_weights: Array2::eye(examples.classes()),
        })
    }

    fn train(
        &mut self,
        examples: &Examples,
        hyperparameters: &Hyperparameters,
        _: &mut ChaCha8Rng,
        observer: &mut impl Observer<Self>,
    ) -> ControlFlow<()> {
        let inputs: Array2<f64> = self.0.scaling.apply_all(&examples.inputs);
        for _ in 0..hyperparameters.iterations {
            let mut error = 0.0;
            for (example, (input, target)) in zip(inputs.rows(), examples.targets.rows()).enumerate() {
                let input = input.insert_axis(Axis(0));
                let deltas = input.dot(&self.0.input_weights) - target;
                error += deltas.mapv(|delta| delta * delta / 2.0).sum();
                self.0.input_weights.scaled_add(-hyperparameters.learning_rate, &input.t().dot(&deltas));
                observer.example(self, example)?;
            }
            observer.iteration(self, error / examples.len() as f64)?;
        }
        ControlFlow::Continue(())
    }

    fn predict(&mut self, inputs: &Inputs) -> Array2<f64> {
        self.0.scaling.apply_all(inputs).dot(&self.0.input_weights)
    }

    fn weights(&self) -> Weights {
        self.0.clone()
    }

    fn from_weights(weights: Weights) -> Self {
        Self(weights)
    }
}

workbench::program!(Network);
