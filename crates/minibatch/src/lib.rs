//! Minibatches.

use std::ops::ControlFlow;

use datasets::{Examples, Scaling};
use evaluation::{Classifier, Observer, Weights, hyperparameters};
use ndarray::{
    Array1, Array2, ArrayView2, ArrayViewMut1, Axis, azip, linalg::general_mat_mul,
};
use rayon::prelude::*;
use rand::{rngs::ChaCha8Rng, seq::SliceRandom};
use rand_distr::{Distribution, Normal};

/// tanh, by a ratio of polynomials (Efficient BackProp, 4.4).
pub fn tanh(x: f32) -> f32 {
    let x = x.clamp(-6.2, 6.2);
    let s = x * x;
    x * (34459425.0 + s * (4729725.0 + s * (135135.0 + s * (990.0 + s))))
        / (34459425.0 + s * (16216200.0 + s * (945945.0 + s * (13860.0 + s * 45.0))))
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
        hidden: usize { digits: 100, mnist: 300 },
        /// Passes over the training set.
        iterations: usize { digits: 100, mnist: 3 },
        /// Examples in a batch.
        batch: usize { digits: 16, mnist: 128 },
        /// How far a weight moves against its gradient.
        learning_rate: f64 { digits: 0.05, mnist: 0.12 },
        /// Part of the training in which the learning rate rises to its full value.
        warm_up: f64 { digits: 0.1, mnist: 0.2 },
        /// How much of the last velocity is kept.
        momentum: f64 { digits: 0.9, mnist: 0.9 },
        /// Weight decay from input to hidden layer.
        l2_in: f64 { digits: 1e-4, mnist: 0.0 },
        /// Weight decay from hidden to output layer.
        l2_out: f64 { digits: 3e-3, mnist: 0.0 },
    }
}

/// A network with one hidden layer.
pub struct Network {
    /// Brings the inputs to mean 0 and deviation 1.
    scaling: Scaling,
    offset: Array1<f32>,
    factor: Array1<f32>,
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
    /// Gradient of the error with respect to the total input of each hidden unit, of shape (batch, hidden).
    hidden_deltas: Array2<f32>,
    /// The same for the output layer, of shape (outputs).
    output_deltas: Array2<f32>,
    input_velocity: Array2<f32>,
    output_velocity: Array2<f32>,
}

impl Network {
    /// Feed the examples `batch` of `inputs` through the network.
    pub fn feed_forward(&mut self, inputs: ArrayView2<f32>, batch: &[usize]) -> ArrayView2<'_, f32> {
        if self.input.nrows() != batch.len() {
            self.input = Array2::ones((batch.len(), self.input_weights.nrows()));
            self.hidden = Array2::zeros((batch.len(), self.input_weights.ncols()));
            self.output = Array2::zeros((batch.len(), self.output_weights.ncols()));
            self.hidden_deltas = self.hidden.clone();
            self.output_deltas = self.output.clone();
        }
        let share = share(batch.len());
        let Self { offset, factor, input, hidden, output, input_weights, output_weights, .. } = self;
        let features = inputs.ncols();
        (
            batch.par_chunks(share),
            input.axis_chunks_iter_mut(Axis(0), share),
            hidden.axis_chunks_iter_mut(Axis(0), share),
            output.axis_chunks_iter_mut(Axis(0), share),
        ).into_par_iter().for_each(|(batch, mut input, mut hidden, mut output)| {
            for (&example, activations) in batch.iter().zip(input.rows_mut()) {
                let row = inputs.row(example);
                let source = row.as_slice().unwrap();
                let target = &mut activations.into_slice().unwrap()[..features];
                scale(source, offset.as_slice().unwrap(), factor.as_slice().unwrap(), target);
            }
            general_mat_mul(1.0, &input, input_weights, 0.0, &mut hidden);
            hidden.mapv_inplace(tanh);
            general_mat_mul(1.0, &hidden, output_weights, 0.0, &mut output);
            output.rows_mut().into_iter().for_each(softmax);
        });
        self.output.view()
    }

    /// Learn from the batch that was just fed forward.
    pub fn back_propagate(&mut self, targets: ArrayView2<f64>, batch: &[usize], hyperparameters: &Hyperparameters) -> f64 {
        let mut error = 0.0;
        for ((mut delta, output), &example) in self.output_deltas.rows_mut().into_iter().zip(self.output.rows()).zip(batch) {
            azip!((delta in &mut delta, &output in &output, &target in targets.row(example)) {
                *delta = output - target as f32;
                error -= if target > 0.0 { target * f64::from(output.ln()) } else { 0.0 };
            });
        }
        general_mat_mul(1.0, &self.output_deltas, &self.output_weights.t(), 0.0, &mut self.hidden_deltas);
        self.hidden_deltas.zip_mut_with(&self.hidden, |delta, &hidden| *delta *= dtanh(hidden));
        let &Hyperparameters { l2_in, l2_out, .. } = hyperparameters;
        descend(&mut self.output_weights, &mut self.output_velocity, &self.hidden, &self.output_deltas, hyperparameters, l2_out);
        descend(&mut self.input_weights, &mut self.input_velocity, &self.input, &self.hidden_deltas, hyperparameters, l2_in);
        error
    }
}

fn share(count: usize) -> usize {
    count.div_ceil(rayon::current_num_threads()).max(1)
}

fn scale(source: &[f32], offset: &[f32], factor: &[f32], target: &mut [f32]) {
    for (((t, s), o), f) in target.iter_mut().zip(source).zip(offset).zip(factor) {
        *t = (s - o) * f;
    }
}

fn descend(
    weights: &mut Array2<f32>,
    velocity: &mut Array2<f32>,
    activations: &Array2<f32>,
    deltas: &Array2<f32>,
    hyperparameters: &Hyperparameters,
    l2: f64,
) {
    let rate = hyperparameters.learning_rate as f32;
    let momentum = hyperparameters.momentum as f32;
    let mean = 1.0 / deltas.nrows() as f32;
    let l2 = l2 as f32;
    let share = share(weights.nrows()).div_ceil(4);
    (
        weights.axis_chunks_iter_mut(Axis(0), share),
        velocity.axis_chunks_iter_mut(Axis(0), share),
        activations.t().axis_chunks_iter(Axis(0), share),
    ).into_par_iter().for_each(|(mut weights, mut velocity, activations)| {
        general_mat_mul(mean, &activations, deltas, momentum, &mut velocity);
        if l2 != 0.0 { velocity.scaled_add(l2, &weights); }
        weights.scaled_add(-rate, &velocity);
    });
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
        let input_weights = input_weights.mapv(|x| x as f32);
        let output_weights = output_weights.mapv(|x| x as f32);
        Self {
            offset: scaling.offset.mapv(|x| x as f32),
            factor: scaling.factor.mapv(|x| x as f32),
            scaling,
            input: Array2::ones((0, input_weights.nrows())),
            hidden: Array2::zeros((0, input_weights.ncols())),
            output: Array2::zeros((0, output_weights.ncols())),
            hidden_deltas: Array2::zeros((0, input_weights.ncols())),
            output_deltas: Array2::zeros((0, output_weights.ncols())),
            input_velocity: Array2::zeros(input_weights.dim()),
            output_velocity: Array2::zeros(output_weights.dim()),
            input_weights,
            output_weights,
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
        let mut hyperparameters = hyperparameters.clone();
        let rate = hyperparameters.learning_rate;
        let batches = (examples.len().div_ceil(hyperparameters.batch) * hyperparameters.iterations) as f64;
        let mut done = 0.0;
        for _ in 0..hyperparameters.iterations {
            order.shuffle(rng);
            let mut error = 0.0;
            for batch in order.chunks(hyperparameters.batch) {
                let progress = done / batches;
                let up = if hyperparameters.warm_up > 0.0 { progress / hyperparameters.warm_up } else { 1.0 };
                let decay: f64 = std::env::var("DECAY").ok().and_then(|x| x.parse().ok()).unwrap_or(1.0);
                let its = hyperparameters.iterations as f64;
                let fall = match std::env::var("FALL").as_deref() {
                    Ok("smooth") => (1.0 + decay).powf(-progress * its),
                    Ok("step") => (1.0 + decay).powf(-(progress * its).floor()),
                    Ok("cosine") => 0.5 + 0.5 * (std::f64::consts::PI * progress).cos(),
                    Ok("straight") => 1.0 - progress,
                    _ => (1.0 - progress) / (1.0 - hyperparameters.warm_up),
                };
                hyperparameters.learning_rate = rate * f64::min(up, fall);
                done += 1.0;
                self.feed_forward(examples.inputs.view(), batch);
                error += self.back_propagate(examples.targets.view(), batch, &hyperparameters);
                for _ in batch { observer.example()?; }
            }
            observer.iteration(self, error / examples.len() as f64)?;
        }
        ControlFlow::Continue(())
    }

    fn predict(&mut self, inputs: ArrayView2<f32>) -> Array2<f64> {
        let mut outputs = Array2::zeros((inputs.nrows(), self.output_weights.ncols()));
        let all: Vec<usize> = (0..inputs.nrows()).collect();
        for (batch, mut outputs) in all.chunks(128).zip(outputs.axis_chunks_iter_mut(Axis(0), 128)) {
            outputs.assign(&self.feed_forward(inputs, batch).mapv(f64::from));
        }
        outputs
    }
}

/// Weights from `inputs` activations to `units` units, of shape (inputs, units), from the normal distribution of mean 0
/// and deviation 1/sqrt(inputs): then the total input of a unit has a deviation near 1, however many come in.
fn random_weights(inputs: usize, units: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let normal = Normal::new(0.0, 1.0 / (inputs as f64).sqrt()).expect("a finite deviation");
    Array2::from_shape_simple_fn((inputs, units), || normal.sample(rng))
}
