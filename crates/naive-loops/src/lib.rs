//! A network is loops over neurons: the tutorial's first network, one unit and one weight at a time.
//!
//! One hidden layer, logistic sigmoid in both layers, squared error, learning from one example after the other
//! (tutorial: "Neural network with numpy"). The update rule is the one that the tutorial prints, its defect included:
//! see [`Network::back_propagate`]. Averaged over ten seeds, it reads 93.1 % of the digits. Whether it reaches the 97 %
//! that the tutorial reports is chance: two runs in five never answer with one of the ten digits.
//!
//! See the chapter of the same name in `book/src`.

use std::ops::ControlFlow;

use datasets::{Examples, Inputs, Row, Scaling};
use evaluation::{Classifier, Observer, Weights, hyperparameters, standard_normal};
use ndarray::{Array1, Array2, ArrayView1};
use rand::rngs::ChaCha8Rng;

/// Returns the logistic sigmoid of a unit's total input `z`: it rises from 0 (off) to 1 (on), most steeply at z = 0.
pub fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-z)) // of the crate libm, which gives the same bits on every system
}

/// Returns the slope of the sigmoid where its value is `y`: at most 1/4, and near 0 where a unit is nearly off or on.
pub fn dsigmoid(y: f64) -> f64 {
    y * (1.0 - y)
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
        learning_rate: f64 { digits: 0.0002, mnist: 0.0002 },
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
    input_changes: Array2<f64>,
    /// The previous example's gradient with respect to `output_weights`, of the same shape.
    output_changes: Array2<f64>,
}

impl Network {
    /// Feeds an example's `inputs`, of shape (inputs), forward. Returns the output activations, of shape (outputs).
    /// The inputs come as they were recorded: the network itself scales them.
    pub fn feed_forward(&mut self, inputs: Row) -> ArrayView1<'_, f64> {
        self.scaling.apply(inputs, self.input.view_mut());
        // The total input of a unit is the sum over the layer before: each activation times the weight in between (C5).
        // The bias is the last of the inputs, and needs no line of its own.
        for j in 0..self.hidden.len() {
            let mut sum = 0.0;
            for i in 0..self.input.len() {
                sum += self.input[i] * self.input_weights[(i, j)];
            }
            self.hidden[j] = sigmoid(sum);
        }
        // The output layer likewise: the hidden activations are its inputs. It has no bias.
        for k in 0..self.output.len() {
            let mut sum = 0.0;
            for j in 0..self.hidden.len() {
                sum += self.hidden[j] * self.output_weights[(j, k)];
            }
            self.output[k] = sigmoid(sum);
        }
        self.output.view()
    }

    /// Learns from the inputs just fed forward: finds the gradient of the error with respect to each weight, and
    /// moves the weight against it. The `targets`, of shape (outputs), are 1 for the right class and 0 for the rest.
    /// Returns the error before that move: half the sum of squares (C8).
    ///
    /// The move is the one that the tutorial prints. It looks like momentum, but it adds just one gradient, that of the
    /// previous example, and does not multiply it by the learning rate.
    pub fn back_propagate(&mut self, targets: ArrayView1<f64>, hyperparameters: &Hyperparameters) -> f64 {
        let learning_rate = hyperparameters.learning_rate;
        // The error of the outputs as they are, before any weight moves.
        let mut error = 0.0;
        for k in 0..self.output.len() {
            error += 0.5 * (targets[k] - self.output[k]).powi(2);
        }
        // The delta of an output unit is the gradient with respect to its total input: error times slope (C12).
        for k in 0..self.output.len() {
            self.output_deltas[k] = (self.output[k] - targets[k]) * dsigmoid(self.output[k]);
        }
        // The delta of a hidden unit collects the deltas of the outputs it feeds, each times the weight in between;
        // the sum is multiplied by the unit's own slope (C13). The weights must not have moved yet.
        for j in 0..self.hidden.len() {
            let mut sum = 0.0;
            for k in 0..self.output.len() {
                sum += self.output_deltas[k] * self.output_weights[(j, k)];
            }
            self.hidden_deltas[j] = sum * dsigmoid(self.hidden[j]);
        }
        // The gradient of a weight is the activation on its input side times the delta on its output side (C14). It is
        // kept for the next example, which adds it once more.
        for j in 0..self.hidden.len() {
            for k in 0..self.output.len() {
                let change = self.hidden[j] * self.output_deltas[k];
                self.output_weights[(j, k)] -= learning_rate * change + self.output_changes[(j, k)];
                self.output_changes[(j, k)] = change;
            }
        }
        for i in 0..self.input.len() {
            for j in 0..self.hidden.len() {
                let change = self.input[i] * self.hidden_deltas[j];
                self.input_weights[(i, j)] -= learning_rate * change + self.input_changes[(i, j)];
                self.input_changes[(i, j)] = change;
            }
        }
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
            input_changes: Array2::zeros(input_weights.dim()), // no example before the first
            output_changes: Array2::zeros(output_weights.dim()),
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
