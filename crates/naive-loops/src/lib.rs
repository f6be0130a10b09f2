//! A network is loops over neurons: the tutorial's first network, one unit and one weight at a time.
//!
//! One hidden layer, logistic sigmoid in both layers, squared error, learning from one example after the other
//! (tutorial: "Neural network with numpy"). The update rule is the one that the tutorial prints, its defect included:
//! see [`Network::back_propagate`]. It reads 86.8 % of the digits in the mean of ten seeds. Whether it reaches the 97 %
//! that the tutorial reports is chance: in nearly half of the runs it never answers with one or two of the ten digits.
//!
//! The book tells more in its chapter of the same name, in `book/src`.

use std::ops::ControlFlow;

use datasets::{Examples, Scaling};
use evaluation::{Classifier, Observer, Weights, hyperparameters};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, Normal};

/// The logistic sigmoid of a unit's total input `z`: from 0 (off) to 1 (on).
pub fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// The derivative of the sigmoid where its value is `y`.
pub fn dsigmoid(y: f64) -> f64 {
    y * (1.0 - y)
}

hyperparameters! {
    /// What is chosen before training, and not learnt.
    pub struct Hyperparameters {
        /// Units in the hidden layer.
        hidden: usize { digits: 100, mnist: 100 },
        /// Passes over the training set.
        iterations: usize { digits: 100, mnist: 10 },
        /// How far a weight moves against its gradient.
        learning_rate: f64 { digits: 0.0002, mnist: 0.0002 },
    }
}

/// A network with one hidden layer.
pub struct Network {
    /// Brings the inputs to the range from 0 to 1.
    scaling: Scaling,
    /// Activations of the input layer, of shape (inputs + 1): the scaled inputs and the bias, which is always 1.
    pub input: Array1<f64>,
    /// Activations of the hidden layer, of shape (hidden).
    pub hidden: Array1<f64>,
    /// Activations of the output layer, of shape (outputs).
    pub output: Array1<f64>,
    /// Weights from input to hidden layer, of shape (inputs + 1, hidden).
    pub input_weights: Array2<f64>,
    /// Weights from hidden to output layer, of shape (hidden, outputs).
    pub output_weights: Array2<f64>,
    /// Gradient of the error with respect to the total input of each hidden unit, of shape (hidden).
    hidden_deltas: Array1<f64>,
    /// The same for the output layer, of shape (outputs).
    output_deltas: Array1<f64>,
    /// The last example's gradient with respect to `input_weights`.
    input_changes: Array2<f64>,
    /// The last example's gradient with respect to `output_weights`.
    output_changes: Array2<f64>,
}

impl Network {
    /// Feed one example's `inputs`, of shape (inputs), through the network, and give the activations of the output
    /// layer, of shape (outputs).
    pub fn feed_forward(&mut self, inputs: ArrayView1<f32>) -> ArrayView1<'_, f64> {
        self.scaling.apply(inputs, &mut self.input);
        for j in 0..self.hidden.len() {
            let mut sum = 0.0;
            for i in 0..self.input.len() {
                sum += self.input[i] * self.input_weights[(i, j)];
            }
            self.hidden[j] = sigmoid(sum);
        }
        for k in 0..self.output.len() {
            let mut sum = 0.0;
            for j in 0..self.hidden.len() {
                sum += self.hidden[j] * self.output_weights[(j, k)];
            }
            self.output[k] = sigmoid(sum);
        }
        self.output.view()
    }

    /// Learn from the example that was just fed forward: find the gradient of the error with respect to each weight,
    /// and move the weight against it. Gives the error before that: half the sum of squares (C8).
    ///
    /// The move is the one that the tutorial prints. It looks like momentum, but what it adds is a single gradient, the
    /// last example's, and that one is not multiplied with the learning rate.
    pub fn back_propagate(&mut self, targets: ArrayView1<f64>, hyperparameters: &Hyperparameters) -> f64 {
        let learning_rate = hyperparameters.learning_rate;
        // The gradient with respect to each output unit's total input: error times slope (C12).
        for k in 0..self.output.len() {
            self.output_deltas[k] = (self.output[k] - targets[k]) * dsigmoid(self.output[k]);
        }
        // The same for the hidden units: each shares in the deltas of the outputs that it feeds (C13).
        for j in 0..self.hidden.len() {
            let mut error = 0.0;
            for k in 0..self.output.len() {
                error += self.output_deltas[k] * self.output_weights[(j, k)];
            }
            self.hidden_deltas[j] = error * dsigmoid(self.hidden[j]);
        }
        // The gradient of a weight: what comes in, times the delta where it goes (C14).
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
        let mut error = 0.0;
        for k in 0..self.output.len() {
            error += 0.5 * (targets[k] - self.output[k]).powi(2);
        }
        error
    }
}

impl Classifier for Network {
    const STEP: &'static str = env!("CARGO_PKG_NAME");
    type Hyperparameters = Hyperparameters;

    fn new(examples: &Examples, hyperparameters: &Hyperparameters, rng: &mut ChaCha8Rng) -> Self {
        let (inputs, hidden, outputs) = (examples.inputs.ncols(), hyperparameters.hidden, examples.classes());
        Self::from_weights(Weights {
            scaling: Scaling::zero_to_one(examples),
            input_weights: random_weights(inputs + 1, hidden, rng),
            output_weights: random_weights(hidden, outputs, rng),
        })
    }

    fn from_weights(Weights { scaling, input_weights, output_weights }: Weights) -> Self {
        Self {
            scaling,
            input: Array1::ones(input_weights.nrows()),
            hidden: Array1::zeros(input_weights.ncols()),
            output: Array1::zeros(output_weights.ncols()),
            hidden_deltas: Array1::zeros(input_weights.ncols()),
            output_deltas: Array1::zeros(output_weights.ncols()),
            input_changes: Array2::zeros(input_weights.dim()),
            output_changes: Array2::zeros(output_weights.dim()),
            input_weights,
            output_weights,
        }
    }

    fn weights(&self) -> Weights {
        Weights {
            scaling: self.scaling.clone(),
            input_weights: self.input_weights.clone(),
            output_weights: self.output_weights.clone(),
        }
    }

    fn train(
        &mut self,
        examples: &Examples,
        hyperparameters: &Hyperparameters,
        _rng: &mut ChaCha8Rng,
        observer: &mut impl Observer<Self>,
    ) -> ControlFlow<()> {
        for _ in 0..hyperparameters.iterations {
            let mut error = 0.0;
            for example in 0..examples.len() {
                self.feed_forward(examples.inputs.row(example));
                error += self.back_propagate(examples.targets.row(example), hyperparameters);
                observer.example()?;
            }
            observer.iteration(self, error / examples.len() as f64)?;
        }
        ControlFlow::Continue(())
    }

    fn predict(&mut self, inputs: ArrayView2<f32>) -> Array2<f64> {
        let mut outputs = Array2::zeros((inputs.nrows(), self.output.len()));
        for (mut output, input) in outputs.rows_mut().into_iter().zip(inputs.rows()) {
            output.assign(&self.feed_forward(input));
        }
        outputs
    }
}

/// Weights from `inputs` activations to `units` units, of shape (inputs, units), from the normal distribution of mean 0
/// and deviation 1. Were they all the same, the units would stay the same.
fn random_weights(inputs: usize, units: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let normal = Normal::new(0.0, 1.0).expect("a finite deviation");
    Array2::from_shape_simple_fn((inputs, units), || normal.sample(rng))
}
