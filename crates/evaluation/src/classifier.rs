use std::{iter::zip, ops::ControlFlow};

use datasets::{Examples, Inputs, Scaling};
use ndarray::{Array2, ArrayView2, Axis, concatenate};
use rand::rngs::ChaCha8Rng;

use crate::Tunable;

/// A network that learns to tell classes apart: a step of the series, as the command line, the tests and the browser
/// see it.
pub trait Classifier: Sized {
    /// The name of the step.
    const STEP: &'static str;

    /// The settings that are chosen before training, not learned.
    type Hyperparameters: Tunable;

    /// Returns an untrained network for the features and classes of `examples`, with random weights from `rng`.
    fn new(examples: &Examples, hyperparameters: &Self::Hyperparameters, rng: &mut ChaCha8Rng) -> Self;

    /// Learns from `examples`, and tells `observer` of every example and every iteration. Breaks off when the observer
    /// says so.
    fn train(
        &mut self,
        examples: &Examples,
        hyperparameters: &Self::Hyperparameters,
        rng: &mut ChaCha8Rng,
        observer: &mut impl Observer<Self>,
    ) -> ControlFlow<()>;

    /// Returns the activations of the output units, of shape (examples, classes), for unscaled `inputs` of shape
    /// (examples, features). The class with the largest activation is the network's answer.
    fn predict(&mut self, inputs: &Inputs) -> Array2<f64>;

    /// Returns the network's weights and scaling, as a model file holds them.
    fn weights(&self) -> Weights;

    /// Returns a network with these weights.
    fn from_weights(weights: Weights) -> Self;
}

/// The weights of a network and the scaling of its inputs. The matrices are in standard layout: row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// The scaling of the inputs before they reach the network.
    pub scaling: Scaling,
    /// From each input, and from the bias in the last row, to each hidden unit: of shape (inputs + 1, hidden).
    pub input_weights: Array2<f64>,
    /// From each hidden unit to each output unit: of shape (hidden, outputs).
    pub output_weights: Array2<f64>,
}

impl Weights {
    /// Deals the hidden units, in order, to networks of at most `units` of them: each gets the columns of the input
    /// weights and the rows of the output weights that belong to its units.
    ///
    /// # Panics
    ///
    /// If `units` is 0.
    pub fn split(&self, units: usize) -> impl Iterator<Item = Self> + '_ {
        let columns = self.input_weights.axis_chunks_iter(Axis(1), units);
        let rows = self.output_weights.axis_chunks_iter(Axis(0), units);
        zip(columns, rows).map(|(columns, rows)| Self {
            scaling: self.scaling.clone(),
            input_weights: columns.as_standard_layout().into_owned(),
            output_weights: rows.to_owned(),
        })
    }

    /// Joins networks with the same inputs and outputs to one that has the hidden units of all, in order.
    ///
    /// # Panics
    ///
    /// If there are no `parts`, or their inputs or outputs are not as many.
    pub fn join(parts: impl IntoIterator<Item = Self>) -> Self {
        let parts = Vec::from_iter(parts);
        let joined = |axis, matrix: fn(&Self) -> ArrayView2<f64>| {
            concatenate(axis, &Vec::from_iter(parts.iter().map(matrix))).expect("parts of one network")
        };
        Self {
            scaling: parts[0].scaling.clone(),
            input_weights: joined(Axis(1), |part| part.input_weights.view()).as_standard_layout().into_owned(),
            output_weights: joined(Axis(0), |part| part.output_weights.view()),
        }
    }
}

/// An observer of a training, which may stop it.
pub trait Observer<N> {
    /// Is told that `network` has just learned from the example with this index in the training set. Within a
    /// minibatch, its examples follow on each other with the same network.
    fn example(&mut self, _network: &mut N, _example: usize) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// Is told that `network` has learned from all examples once more. `error` is the mean error over them, each
    /// measured before the network learned from it.
    fn iteration(&mut self, _network: &mut N, _error: f64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Observes nothing.
impl<N> Observer<N> for () {}

#[cfg(test)]
mod tests {
    use datasets::Scaling;
    use ndarray::{Array1, array};

    use super::*;

    #[test]
    fn a_network_that_was_split_can_be_joined() {
        let whole = Weights {
            scaling: Scaling { offset: Array1::zeros(1), factor: Array1::ones(1) },
            input_weights: array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
            output_weights: array![[7.0, 8.0], [9.0, 10.0], [11.0, 12.0]],
        };
        let parts = Vec::from_iter(whole.split(2));
        assert_eq!(parts[0].input_weights, array![[1.0, 2.0], [4.0, 5.0]]);
        assert_eq!(parts[1].output_weights, array![[11.0, 12.0]]);
        let joined = Weights::join(parts);
        assert_eq!(joined, whole);
        assert!(joined.input_weights.is_standard_layout());
        assert_eq!(Vec::from_iter(whole.split(5)), [whole]);
    }
}
