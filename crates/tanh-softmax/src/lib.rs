//! Hidden units whose activations have a mean near zero, and outputs that are probabilities.
//!
//! Tanh replaces the sigmoid in the hidden layer, softmax with cross-entropy in the output layer. The previous change
//! gets a factor, `momentum`: with the 1 that it had, the network guesses. Digits: 97.2 % instead of 93.1 %.
//!
//! See the chapter of the same name in `book/src`.

use std::{iter::zip, ops::ControlFlow};

use datasets::{Examples, Inputs, Row, Scaling};
use evaluation::{Classifier, Observer, Weights, hyperparameters, standard_normal};
use ndarray::{Array1, Array2, ArrayView1, ArrayViewMut1, azip};
use rand::rngs::ChaCha8Rng;

/// Returns the slope of tanh where its value is `y`: at most 1, and near 0 where a unit is nearly at -1 or 1.
pub fn dtanh(y: f64) -> f64 {
    1.0 - y * y
}

/// Softmax: turns the total inputs `z` of a layer into probabilities, positive and of sum 1.
pub fn softmax(mut z: ArrayViewMut1<f64>) {
    let largest = z.fold(z[0], |largest, &z| largest.max(z));
    z.mapv_inplace(|z| libm::exp(z - largest)); // at most 1, so that nothing overflows
    z /= z.sum();
}

hyperparameters! {
    /// Settings that are chosen before training, not learned. Each has a value that suits the digits and one that suits
    /// MNIST.
    pub struct Hyperparameters {
        /// Units in the hidden layer.
        hidden: usize { digits: 100, mnist: 100 },
        /// Passes over the training set.
        iterations: usize { digits: 100, mnist: 10 },
        /// Factor by which a weight moves against its gradient.
        learning_rate: f64 { digits: 0.05, mnist: 0.02 },
        /// Factor by which a weight moves against the previous example's gradient.
        momentum: f64 { digits: 0.0, mnist: 0.0 },
    }
}

/// A network with one hidden layer.
pub struct Network {
    /// Brings the inputs to the range from 0 to 1.
    scaling: Scaling,
    /// Activations of the input layer, of shape (inputs + 1): the scaled inputs, and a 1 for the biases.
    pub input: Array1<f64>,
    /// Activations of the hidden layer, of shape (hidden).
    pub hidden: Array1<f64>,
    /// Activations of the output layer, of shape (outputs).
    pub output: Array1<f64>,
    /// Weights from input to hidden layer, of shape (inputs + 1, hidden): a row for each input, with its weights to all
    /// hidden units.
    pub input_weights: Array2<f64>,
    /// Weights from hidden to output layer, of shape (hidden, outputs).
    pub output_weights: Array2<f64>,
    /// Gradient of the error with respect to the total input of each hidden unit, of shape (hidden).
    hidden_deltas: Array1<f64>,
    /// Gradient of the error with respect to the total input of each output unit, of shape (outputs).
    output_deltas: Array1<f64>,
    /// The previous example's gradient with respect to `input_weights`, of the same shape.
    input_changes: Changes,
    /// The previous example's gradient with respect to `output_weights`, of the same shape.
    output_changes: Changes,
}

impl Network {
    /// Feeds an example's `inputs`, of shape (inputs), forward. Returns the output activations, of shape (outputs).
    /// The inputs come as they were recorded: the network itself scales them.
    pub fn feed_forward(&mut self, inputs: Row) -> ArrayView1<'_, f64> {
        self.scaling.apply(inputs, self.input.view_mut());
        // The bias is the last of the inputs, and needs no line of its own.
        weighted_sums(&self.input, &self.input_weights, &mut self.hidden);
        self.hidden.mapv_inplace(libm::tanh); // libm gives the same bits on every system
        // The output layer likewise: the hidden activations are its inputs. It has no bias.
        weighted_sums(&self.hidden, &self.output_weights, &mut self.output);
        softmax(self.output.view_mut());
        self.output.view()
    }

    /// Learns from the inputs just fed forward: finds the gradient of the error with respect to each weight, and
    /// moves the weight against it. The `targets`, of shape (outputs), are 1 for the right class and 0 for the rest.
    /// Returns the error before that move: the cross-entropy (infinite for p = 0).
    ///
    /// The move is the one that the tutorial prints. It looks like momentum, but it adds just one gradient, that of the
    /// previous example, and does not multiply it by the learning rate.
    pub fn back_propagate(&mut self, targets: ArrayView1<f64>, hyperparameters: &Hyperparameters) -> f64 {
        // The error of the outputs as they are, before any weight moves.
        let error = zip(&self.output, targets).filter(|(_, t)| **t > 0.0).map(|(&p, _)| -libm::log(p)).sum();
        // The delta of an output unit is the gradient with respect to its total input: error times slope (C15).
        azip!((delta in &mut self.output_deltas, &output in &self.output, &target in targets) {
            *delta = output - target; // the slopes of softmax and logarithm cancel
        });
        // The delta of a hidden unit collects the deltas of the outputs it feeds, each times the weight in between;
        // the sum is multiplied by the unit's own slope (C16). The weights must not have moved yet.
        azip!((delta in &mut self.hidden_deltas, weights in self.output_weights.rows(), &hidden in &self.hidden) {
            let sum: f64 = zip(&self.output_deltas, weights).map(|(delta, weight)| delta * weight).sum();
            *delta = sum * dtanh(hidden);
        });
        // The gradient of a weight is the activation on its input side times the delta on its output side (C17). It is
        // kept for the next example, which adds it once more.
        self.output_changes.apply(&mut self.output_weights, &self.hidden, &self.output_deltas, hyperparameters);
        self.input_changes.apply(&mut self.input_weights, &self.input, &self.hidden_deltas, hyperparameters);
        error
    }
}

impl Classifier for Network {
    /// The name of this step on the command line, in reports and in model files.
    const STEP: &'static str = env!("CARGO_PKG_NAME");
    /// The settings that the command line offers as flags.
    type Hyperparameters = Hyperparameters;

    /// Returns an untrained network, with as many inputs and outputs as `examples` have features and classes.
    fn new(examples: &Examples, hyperparameters: &Hyperparameters, rng: &mut ChaCha8Rng) -> Self {
        let (inputs, hidden, outputs) = (examples.inputs.ncols(), hyperparameters.hidden, examples.classes());
        Self::from_weights(Weights {
            scaling: Scaling::zero_to_one(examples),
            input_weights: random_weights(inputs + 1, hidden, rng), // one more for the bias
            output_weights: random_weights(hidden, outputs, rng),
        })
    }

    /// Returns a network with these weights, of a training or from a file.
    fn from_weights(Weights { scaling, input_weights, output_weights }: Weights) -> Self {
        Self {
            scaling,
            input: Array1::ones(input_weights.nrows()), // the last of them, the bias, stays 1
            hidden: Array1::zeros(input_weights.ncols()),
            output: Array1::zeros(output_weights.ncols()),
            hidden_deltas: Array1::zeros(input_weights.ncols()),
            output_deltas: Array1::zeros(output_weights.ncols()),
            input_changes: Changes(Array2::zeros(input_weights.dim())), // no example before the first
            output_changes: Changes(Array2::zeros(output_weights.dim())),
            input_weights,
            output_weights,
        }
    }

    /// Returns what the network has learned, for a file.
    fn weights(&self) -> Weights {
        Weights {
            scaling: self.scaling.clone(),
            input_weights: self.input_weights.clone(),
            output_weights: self.output_weights.clone(),
        }
    }

    /// Learns from each example in turn, once in every iteration. The observer is told of each: it shows the progress,
    /// notices Ctrl-C, and may stop the training.
    fn train(
        &mut self,
        examples: &Examples,
        hyperparameters: &Hyperparameters,
        _rng: &mut ChaCha8Rng,
        observer: &mut impl Observer<Self>,
    ) -> ControlFlow<()> {
        for _ in 0..hyperparameters.iterations {
            let mut error = 0.0; // the sum over all examples
            for example in 0..examples.len() {
                self.feed_forward(examples.inputs.row(example));
                error += self.back_propagate(examples.targets.row(example), hyperparameters);
                observer.example(self, example)?;
            }
            // The mean over the examples, each measured when it was seen: the network has changed since.
            observer.iteration(self, error / examples.len() as f64)?;
        }
        ControlFlow::Continue(())
    }

    /// Returns the activations of the output layer for each row of `inputs`, of shape (examples, outputs). The largest
    /// activation of a row is the network's answer.
    fn predict(&mut self, inputs: &Inputs) -> Array2<f64> {
        let mut outputs = Array2::zeros((inputs.nrows(), self.output.len()));
        for (mut output, input) in outputs.rows_mut().into_iter().zip(inputs.rows()) {
            output.assign(&self.feed_forward(input));
        }
        outputs
    }
}

/// Returns weights of shape (inputs, units) from the normal distribution with mean 0 and deviation 1. If all weights
/// started equal, all hidden units would have the same gradients, and stay identical.
fn random_weights(inputs: usize, units: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let deviation = 1.0;
    Array2::from_shape_simple_fn((inputs, units), || deviation * standard_normal(rng))
}

/// Sets `sums` to the total inputs of a layer: the activations of the layer before, each times its row of weights (C7).
/// Row by row, as the weights lie in memory: `activations.dot(weights)` walks down the columns and takes 62 µs, not 8.
pub fn weighted_sums(activations: &Array1<f64>, weights: &Array2<f64>, sums: &mut Array1<f64>) {
    sums.fill(0.0);
    for (&activation, weights) in zip(activations, weights.rows()) {
        azip!((sum in &mut *sums, &weight in weights) *sum += activation * weight);
    }
}

/// The previous example's gradient with respect to the weights of a layer, of their shape.
struct Changes(Array2<f64>);

impl Changes {
    /// Moves `weights` against the gradient and against that of the previous example.
    fn apply(
        &mut self,
        weights: &mut Array2<f64>,
        activations: &Array1<f64>,
        deltas: &Array1<f64>,
        hyperparameters: &Hyperparameters,
    ) {
        let &Hyperparameters { learning_rate, momentum, .. } = hyperparameters;
        azip!((weights in weights.rows_mut(), changes in self.0.rows_mut(), &activation in activations) {
            azip!((weight in weights, last_change in changes, &delta in deltas) {
                let change = activation * delta;
                *weight -= learning_rate * change + momentum * *last_change;
                *last_change = change;
            });
        });
    }
}
