//! Minibatches: learn from many examples at once.
//!
//! Where a vector met a matrix, a matrix meets a matrix: a weight that is loaded serves a whole batch, each core takes a
//! share of it, and in single precision a line of memory holds twice as many numbers. The mean gradient of a batch (C19)
//! is steadier than that of one example and allows for larger steps, if the first and the last ones are small. With
//! batches of one example this is `momentum`, as far as the precision goes. Left out: a second hidden layer.
//!
//! The book tells more in its chapter of the same name, in `book/src`.

use std::{iter::zip, ops::ControlFlow};

use datasets::{Examples, Scaling};
use evaluation::{Classifier, Observer, Weights, hyperparameters};
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1, Axis, azip, linalg::general_mat_mul};
use rand::{rngs::ChaCha8Rng, seq::SliceRandom};
use rand_distr::{Distribution, Normal};
use rayon::prelude::*;

/// tanh to 6e-6, as a ratio of polynomials (Efficient BackProp, 4.4): Lambert's continued fraction, cut off.
pub fn tanh(x: f32) -> f32 {
    let x = x.clamp(-6.2, 6.2);
    let s = x * x;
    x * (34_459_425.0 + s * (4_729_725.0 + s * (135_135.0 + s * (990.0 + s))))
        / (34_459_425.0 + s * (16_216_200.0 + s * (945_945.0 + s * (13_860.0 + s * 45.0))))
}

/// The derivative of tanh where its value is `y`.
pub fn dtanh(y: f32) -> f32 {
    1.0 - y * y
}

/// Softmax: turn the total inputs `z` of a layer into probabilities, positive and of sum 1.
pub fn softmax(mut z: ArrayViewMut1<f32>) {
    let largest = z.fold(f32::NEG_INFINITY, |largest, &z| largest.max(z));
    z.mapv_inplace(|z| (z - largest).exp()); // at most 1, so that nothing overflows
    z /= z.sum();
}

hyperparameters! {
    /// What is chosen before training, and not learnt.
    pub struct Hyperparameters {
        /// Units in the hidden layer.
        hidden: usize { digits: 100, mnist: 100 },
        /// Passes over the training set.
        iterations: usize { digits: 60, mnist: 40 },
        /// Examples that are learnt from at once.
        batch: usize { digits: 8, mnist: 128 },
        /// How far a weight moves against its gradient, at most.
        learning_rate: f64 { digits: 0.1, mnist: 0.1 },
        /// Part of the training in which the learning rate rises from 0; then it falls, and ends at 0.
        warm_up: f64 { digits: 0.1, mnist: 0.1 },
        /// How much of its last move a weight makes again.
        momentum: f64 { digits: 0.9, mnist: 0.9 },
        /// Weight decay from input to hidden layer.
        l2_in: f64 { digits: 1e-3, mnist: 4e-4 },
        /// Weight decay from hidden to output layer.
        l2_out: f64 { digits: 3e-3, mnist: 4e-4 },
    }
}

impl Hyperparameters {
    /// The same after a part of the training, `progress` from 0 to 1, with the learning rate that there is by then.
    fn after(&self, progress: f64) -> Self {
        Self { learning_rate: self.learning_rate * f64::min(progress / self.warm_up, 1.0 - progress), ..self.clone() }
    }
}

/// A network with one hidden layer.
pub struct Network {
    /// Brings the inputs to mean 0 and deviation 1.
    scaling: Scaling,
    /// Activations of the input layer, of shape (batch, inputs + 1): the scaled inputs and the bias, which is always 1.
    pub input: Array2<f32>,
    /// Activations of the hidden layer, of shape (batch, hidden).
    pub hidden: Array2<f32>,
    /// Activations of the output layer, of shape (batch, outputs).
    pub output: Array2<f32>,
    /// Weights from input to hidden layer, of shape (inputs + 1, hidden).
    pub input_weights: Array2<f32>,
    /// Weights from hidden to output layer, of shape (hidden, outputs).
    pub output_weights: Array2<f32>,
    /// The last move of `input_weights`, which lives on in the next.
    input_changes: Velocity,
    /// The last move of `output_weights`.
    output_changes: Velocity,
}

impl Network {
    /// Feed the `inputs` of a batch of examples, each of shape (inputs), through the network, and give the activations of
    /// the output layer, of shape (batch, outputs). Each core feeds a share of the examples.
    pub fn feed_forward(&mut self, inputs: &[ArrayView1<f32>]) -> ArrayView2<'_, f32> {
        if self.output.nrows() != inputs.len() {
            self.input = Array2::ones((inputs.len(), self.input_weights.nrows()));
            self.hidden = Array2::zeros((inputs.len(), self.input_weights.ncols()));
            self.output = Array2::zeros((inputs.len(), self.output_weights.ncols()));
        }
        let share = share(inputs.len());
        let inputs = inputs.par_chunks(share);
        let input = self.input.axis_chunks_iter_mut(Axis(0), share);
        let hidden = self.hidden.axis_chunks_iter_mut(Axis(0), share);
        let output = self.output.axis_chunks_iter_mut(Axis(0), share);
        (inputs, input, hidden, output).into_par_iter().for_each(|(inputs, mut input, mut hidden, mut output)| {
            zip(inputs, input.rows_mut()).for_each(|(inputs, input)| self.scaling.apply_single(*inputs, input));
            general_mat_mul(1.0, &input, &self.input_weights, 0.0, &mut hidden);
            hidden.mapv_inplace(tanh);
            general_mat_mul(1.0, &hidden, &self.output_weights, 0.0, &mut output);
            output.rows_mut().into_iter().for_each(softmax);
        });
        self.output.view()
    }

    /// Learn from the batch that was just fed forward: find the gradient of the error with respect to each weight, and
    /// move the weight against its mean. Gives the sum of the errors before that: cross-entropy, infinite for p = 0.
    pub fn back_propagate(&mut self, targets: ArrayView2<f64>, hyperparameters: &Hyperparameters) -> f64 {
        // The gradient with respect to each output unit's total input (C15).
        let mut output_deltas = self.output.clone();
        azip!((delta in &mut output_deltas, &target in targets) {
            *delta -= target as f32; // the slopes of softmax and cross-entropy cancel
        });
        // The same for the hidden units: each shares in the deltas of the outputs that it feeds (C16).
        let mut hidden_deltas = output_deltas.dot(&self.output_weights.t());
        azip!((delta in &mut hidden_deltas, &hidden in &self.hidden) *delta *= dtanh(hidden));
        // The gradient of a weight: what comes in, times the delta where it goes (C17).
        let &Hyperparameters { l2_in, l2_out, .. } = hyperparameters;
        self.output_changes.apply(&mut self.output_weights, &self.hidden, &output_deltas, hyperparameters, l2_out);
        self.input_changes.apply(&mut self.input_weights, &self.input, &hidden_deltas, hyperparameters, l2_in);
        let error = |(&p, &target): (&f32, &f64)| if target > 0.0 { -target * f64::from(p).ln() } else { 0.0 };
        zip(&self.output, targets).map(error).sum()
    }
}

impl Classifier for Network {
    const STEP: &'static str = env!("CARGO_PKG_NAME");
    type Hyperparameters = Hyperparameters;

    fn new(examples: &Examples, hyperparameters: &Hyperparameters, rng: &mut ChaCha8Rng) -> Self {
        let (inputs, hidden, outputs) = (examples.inputs.ncols(), hyperparameters.hidden, examples.classes());
        Self::from_weights(Weights {
            scaling: Scaling::mean_zero(examples),
            input_weights: random_weights(inputs + 1, hidden, rng),
            output_weights: random_weights(hidden, outputs, rng),
        })
    }

    fn from_weights(Weights { scaling, input_weights, output_weights }: Weights) -> Self {
        Self {
            scaling,
            input: Array2::ones((0, input_weights.nrows())),
            hidden: Array2::zeros((0, input_weights.ncols())),
            output: Array2::zeros((0, output_weights.ncols())),
            input_changes: Velocity(Array2::zeros(input_weights.dim())),
            output_changes: Velocity(Array2::zeros(output_weights.dim())),
            input_weights: input_weights.mapv(|weight| weight as f32),
            output_weights: output_weights.mapv(|weight| weight as f32),
        }
    }

    fn weights(&self) -> Weights {
        Weights {
            scaling: self.scaling.clone(),
            input_weights: self.input_weights.mapv(f64::from),
            output_weights: self.output_weights.mapv(f64::from),
        }
    }

    fn train(
        &mut self,
        examples: &Examples,
        hyperparameters: &Hyperparameters,
        rng: &mut ChaCha8Rng,
        observer: &mut impl Observer<Self>,
    ) -> ControlFlow<()> {
        let mut order: Vec<usize> = (0..examples.len()).collect();
        let (batches, mut done) = (order.len().div_ceil(hyperparameters.batch) * hyperparameters.iterations, 0.5);
        for _ in 0..hyperparameters.iterations {
            order.shuffle(rng);
            let mut error = 0.0;
            for batch in order.chunks(hyperparameters.batch) {
                let now = hyperparameters.after(done / batches as f64);
                self.feed_forward(&Vec::from_iter(batch.iter().map(|&example| examples.inputs.row(example))));
                error += self.back_propagate(examples.targets.select(Axis(0), batch).view(), &now);
                done += 1.0;
                batch.iter().try_for_each(|_| observer.example())?;
            }
            observer.iteration(self, error / order.len() as f64)?;
        }
        ControlFlow::Continue(())
    }

    fn predict(&mut self, inputs: ArrayView2<f32>) -> Array2<f64> {
        self.feed_forward(&Vec::from_iter(inputs.rows())).mapv(f64::from)
    }
}

/// Weights from `inputs` activations to `units` units, of shape (inputs, units), from the normal distribution of mean 0
/// and deviation 1/sqrt(inputs): then the total input of a unit has a deviation near 1, however many come in.
fn random_weights(inputs: usize, units: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let normal = Normal::new(0.0, 1.0 / (inputs as f64).sqrt()).expect("a finite deviation");
    Array2::from_shape_simple_fn((inputs, units), || normal.sample(rng))
}

/// A layer's velocity: how far each of its weights moved last.
struct Velocity(Array2<f32>);

impl Velocity {
    /// Move `weights` as they moved last, against the mean gradient of this batch, and towards 0: each core its share.
    fn apply(
        &mut self,
        weights: &mut Array2<f32>,
        activations: &Array2<f32>,
        deltas: &Array2<f32>,
        hyperparameters: &Hyperparameters,
        l2: f64,
    ) {
        let &Hyperparameters { learning_rate, momentum, .. } = hyperparameters;
        let (mean, decay) = ((learning_rate / deltas.nrows() as f64) as f32, (learning_rate * l2) as f32);
        let share = share(weights.nrows());
        let velocities = self.0.axis_chunks_iter_mut(Axis(0), share);
        let weights = weights.axis_chunks_iter_mut(Axis(0), share);
        let activations = activations.axis_chunks_iter(Axis(1), share);
        (velocities, weights, activations).into_par_iter().for_each(|(mut velocities, weights, activations)| {
            general_mat_mul(mean, &activations.t(), deltas, momentum as f32, &mut velocities);
            azip!((velocity in &mut velocities, weight in weights) {
                *velocity += decay * *weight;
                *weight -= *velocity;
            });
        });
    }
}

/// How many of so many rows each core takes: whole tiles of a matrix product, which rounds in another way in cut ones.
fn share(rows: usize) -> usize {
    rows.div_ceil(rayon::current_num_threads()).next_multiple_of(16).max(16)
}
