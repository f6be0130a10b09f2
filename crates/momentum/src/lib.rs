//! Momentum: a weight keeps a part of its velocity, and the learning rate falls.
//!
//! Where the tutorial's rule adds the last gradient once more, a weight here makes its last move again, times `momentum`,
//! besides a step against the gradient (Efficient BackProp, 4.7): steady gradients add up, and noise cancels. After each
//! iteration the rate is divided by 1 + `rate_decay`, as in the tutorial's final program (4.1). With both at 0 this is
//! `regularized`, to the last bit. Left out: a rate for each weight.
//!
//! The book tells more in its chapter of the same name, in `book/src`.

use std::{array::from_fn, iter::zip, ops::ControlFlow};

use datasets::{Examples, Scaling};
use evaluation::{Classifier, Observer, Weights, hyperparameters};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, azip};
use rand::{rngs::ChaCha8Rng, seq::SliceRandom};
use rand_distr::{Distribution, Normal};

/// The derivative of tanh where its value is `y`.
pub fn dtanh(y: f64) -> f64 {
    1.0 - y * y
}

/// Softmax: turn the total inputs `z` of a layer into probabilities, positive and of sum 1.
pub fn softmax(z: &mut Array1<f64>) {
    let largest = z.fold(f64::NEG_INFINITY, |largest, &z| largest.max(z));
    z.mapv_inplace(|z| (z - largest).exp()); // at most 1, so that nothing overflows
    *z /= z.sum();
}

hyperparameters! {
    /// What is chosen before training, and not learnt.
    pub struct Hyperparameters {
        /// Units in the hidden layer.
        hidden: usize { digits: 100, mnist: 100 },
        /// Passes over the training set.
        iterations: usize { digits: 100, mnist: 30 },
        /// How far a weight moves against its gradient.
        learning_rate: f64 { digits: 0.05, mnist: 0.001 },
        /// How much of its last move a weight makes again.
        momentum: f64 { digits: 0.5, mnist: 0.9 },
        /// How the learning rate falls: after each iteration it is divided by 1 + this.
        rate_decay: f64 { digits: 0.02, mnist: 0.1 },
        /// Weight decay from input to hidden layer.
        l2_in: f64 { digits: 1e-4, mnist: 3e-4 },
        /// Weight decay from hidden to output layer.
        l2_out: f64 { digits: 3e-3, mnist: 1e-3 },
    }
}

/// A network with one hidden layer.
pub struct Network {
    /// Brings the inputs to mean 0 and deviation 1.
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
    /// The last move of `input_weights`, which lives on in the next.
    input_changes: Velocity,
    /// The last move of `output_weights`.
    output_changes: Velocity,
}

impl Network {
    /// Feed one example's `inputs`, of shape (inputs), through the network, and give the activations of the output
    /// layer, of shape (outputs).
    pub fn feed_forward(&mut self, inputs: ArrayView1<f32>) -> ArrayView1<'_, f64> {
        self.scaling.apply(inputs, &mut self.input);
        weighted_sums(&self.input, &self.input_weights, &mut self.hidden);
        self.hidden.mapv_inplace(f64::tanh);
        weighted_sums(&self.hidden, &self.output_weights, &mut self.output);
        softmax(&mut self.output);
        self.output.view()
    }

    /// Learn from the example that was just fed forward: find the gradient of the error with respect to each weight,
    /// and move the weight against it. Gives the error before that: cross-entropy, infinite for p = 0.
    pub fn back_propagate(&mut self, targets: ArrayView1<f64>, hyperparameters: &Hyperparameters) -> f64 {
        // The gradient with respect to each output unit's total input (C15).
        azip!((delta in &mut self.output_deltas, &output in &self.output, &target in targets) {
            *delta = output - target; // the slopes of softmax and cross-entropy cancel
        });
        // The same for the hidden units: each shares in the deltas of the outputs that it feeds (C16).
        azip!((delta in &mut self.hidden_deltas, weights in self.output_weights.rows(), &hidden in &self.hidden) {
            let error: f64 = zip(&self.output_deltas, weights).map(|(delta, weight)| delta * weight).sum();
            *delta = error * dtanh(hidden);
        });
        // The gradient of a weight: what comes in, times the delta where it goes (C17).
        let &Hyperparameters { l2_in, l2_out, .. } = hyperparameters;
        self.output_changes.apply(&mut self.output_weights, &self.hidden, &self.output_deltas, hyperparameters, l2_out);
        self.input_changes.apply(&mut self.input_weights, &self.input, &self.hidden_deltas, hyperparameters, l2_in);
        let mut error = 0.0;
        azip!((&output in &self.output, &target in targets) {
            error -= if target > 0.0 { target * output.ln() } else { 0.0 };
        });
        error
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
            input: Array1::ones(input_weights.nrows()),
            hidden: Array1::zeros(input_weights.ncols()),
            output: Array1::zeros(output_weights.ncols()),
            hidden_deltas: Array1::zeros(input_weights.ncols()),
            output_deltas: Array1::zeros(output_weights.ncols()),
            input_changes: Velocity(Array2::zeros(input_weights.dim())),
            output_changes: Velocity(Array2::zeros(output_weights.dim())),
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
        rng: &mut ChaCha8Rng,
        observer: &mut impl Observer<Self>,
    ) -> ControlFlow<()> {
        let hyperparameters = &mut hyperparameters.clone();
        let mut order: Vec<usize> = (0..examples.len()).collect();
        for _ in 0..hyperparameters.iterations {
            order.shuffle(rng);
            let mut error = 0.0;
            for &example in &order {
                self.feed_forward(examples.inputs.row(example));
                error += self.back_propagate(examples.targets.row(example), hyperparameters);
                observer.example()?;
            }
            observer.iteration(self, error / examples.len() as f64)?;
            hyperparameters.learning_rate /= 1.0 + hyperparameters.rate_decay;
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
/// and deviation 1/sqrt(inputs): then the total input of a unit has a deviation near 1, however many come in.
fn random_weights(inputs: usize, units: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let normal = Normal::new(0.0, 1.0 / (inputs as f64).sqrt()).expect("a finite deviation");
    Array2::from_shape_simple_fn((inputs, units), || normal.sample(rng))
}

/// Sum what comes in at each unit of a layer: the activations of the layer before, each times the weight on its way
/// (C7). Four rows of weights at a time, so that a sum is loaded and stored once for four.
fn weighted_sums(activations: &Array1<f64>, weights: &Array2<f64>, sums: &mut Array1<f64>) {
    sums.fill(0.0);
    let (weights, sums) = (weights.as_slice().expect(CONTIGUOUS), sums.as_slice_mut().expect(CONTIGUOUS));
    let (fours, rest) = activations.as_slice().expect(CONTIGUOUS).as_chunks::<4>();
    let (rows_of_fours, rows_of_rest) = weights.split_at(4 * fours.len() * sums.len());
    zip(fours, rows_of_fours.chunks_exact(4 * sums.len())).for_each(|(four, rows)| add_rows(four, rows, sums));
    zip(rest, rows_of_rest.chunks_exact(sums.len())).for_each(|(&one, row)| add_rows(&[one], row, sums));
}

/// Add to `sums` what comes in over `N` rows of weights.
fn add_rows<const N: usize>(activations: &[f64; N], weights: &[f64], sums: &mut [f64]) {
    let rows: [&[f64]; N] = from_fn(|row| &weights[row * sums.len()..][..sums.len()]);
    for (unit, sum) in sums.iter_mut().enumerate() {
        for (activation, row) in zip(activations, rows) {
            *sum += activation * row[unit];
        }
    }
}

/// A layer's velocity: how far each of its weights moved last. One gradient is an outer product (C17), and its two factors
/// would say it all; of a sum of many, it takes the whole matrix.
struct Velocity(Array2<f64>);

impl Velocity {
    /// Move `weights` as they moved last, against the gradient of this example, and towards 0.
    fn apply(
        &mut self,
        weights: &mut Array2<f64>,
        activations: &Array1<f64>,
        deltas: &Array1<f64>,
        hyperparameters: &Hyperparameters,
        l2: f64,
    ) {
        let &Hyperparameters { learning_rate, momentum, .. } = hyperparameters;
        let rows = weights.as_slice_mut().expect(CONTIGUOUS).chunks_exact_mut(deltas.len());
        let velocities = self.0.as_slice_mut().expect(CONTIGUOUS).chunks_exact_mut(deltas.len());
        let deltas = deltas.as_slice().expect(CONTIGUOUS);
        let descend = |weights: &mut [f64], velocities: &mut [f64], activation: &f64| {
            for ((weight, velocity), delta) in zip(zip(weights, velocities), deltas) {
                let change = activation * delta;
                *velocity = momentum * *velocity + learning_rate * (change + l2 * *weight);
                *weight -= *velocity;
            }
        };
        for ((weights, velocities), activation) in zip(zip(rows, velocities), activations) {
            descend(weights, velocities, activation);
        }
    }
}

/// The inner loops run over slices that are parameters of a function, which cannot overlap: the compiler turns them into
/// vector instructions.
const CONTIGUOUS: &str = "vectors and rows of matrices lie in one piece";
