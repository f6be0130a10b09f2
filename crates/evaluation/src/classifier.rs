use std::ops::ControlFlow;

use datasets::{Examples, Scaling};
use ndarray::{Array2, ArrayView2};
use rand::rngs::ChaCha8Rng;

use crate::Knobs;

/// A network that learns to tell classes apart: what each step of the series is to the command line, the tests and the
/// browser.
pub trait Classifier: Sized {
    /// The name of the step.
    const STEP: &'static str;

    /// What is chosen before training, and not learnt.
    type Hyperparameters: Knobs;

    /// An untrained network for the features and classes of `examples`, with random weights from `rng`.
    fn new(examples: &Examples, hyperparameters: &Self::Hyperparameters, rng: &mut ChaCha8Rng) -> Self;

    /// Learn from `examples`, and tell `observer` of every example and every iteration. Breaks off when the observer
    /// says so.
    fn train(
        &mut self,
        examples: &Examples,
        hyperparameters: &Self::Hyperparameters,
        rng: &mut ChaCha8Rng,
        observer: &mut impl Observer<Self>,
    ) -> ControlFlow<()>;

    /// The activations of the output units, of shape (examples, classes), for unscaled `inputs` of shape (examples,
    /// features). The class with the largest activation is the network's answer.
    fn predict(&mut self, inputs: ArrayView2<f32>) -> Array2<f64>;

    /// What the network has learnt, as a model file holds it.
    fn weights(&self) -> Weights;

    /// A network that has learnt `weights`.
    fn from_weights(weights: Weights) -> Self;
}

/// What a network has learnt. The matrices are in standard layout: row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// How the inputs are scaled before they reach the network.
    pub scaling: Scaling,
    /// From each input, and from the bias in the last row, to each hidden unit: of shape (inputs + 1, hidden).
    pub input_weights: Array2<f64>,
    /// From each hidden unit to each output unit: of shape (hidden, outputs).
    pub output_weights: Array2<f64>,
}

/// Who watches a network learn, and may tell it to stop.
pub trait Observer<N> {
    /// An example has been learnt from.
    fn example(&mut self) -> ControlFlow<()>;

    /// All examples have been learnt from once more; `error` is the mean error over them, each measured before the
    /// network learnt from it.
    fn iteration(&mut self, network: &mut N, error: f64) -> ControlFlow<()>;
}

/// Nobody watches.
impl<N> Observer<N> for () {
    fn example(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn iteration(&mut self, _network: &mut N, _error: f64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
