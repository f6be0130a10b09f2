//! Distortions: new training data for free, from turning, scaling, shifting and bending images (Simard et al. 2003).
//!
//! No two iterations see the same images. With all distortions at 0 this is `parallel`, to the bit.
//!
//! See the chapter of the same name in `book/src`.

mod distortion;

use std::{iter::zip, ops::ControlFlow, thread};

use datasets::{Examples, Inputs, Scaling};
use evaluation::{AllGather, Classifier, Observer, Weights, hyperparameters, standard_normal};
use ndarray::{Array2, ArrayView2, ArrayViewMut1, Axis, azip, concatenate};
use rand::{rngs::ChaCha8Rng, seq::SliceRandom};

pub use crate::distortion::Distortion;

/// Returns tanh to 6e-6, as a ratio of polynomials (Efficient BackProp, 4.4): Lambert's continued fraction, cut off.
pub fn tanh(x: f32) -> f32 {
    let x = x.clamp(-6.2, 6.2);
    let s = x * x;
    x * (34_459_425.0 + s * (4_729_725.0 + s * (135_135.0 + s * (990.0 + s))))
        / (34_459_425.0 + s * (16_216_200.0 + s * (945_945.0 + s * (13_860.0 + s * 45.0))))
}

/// Returns the slope of tanh where its value is `y`: at most 1, and near 0 where a unit is nearly at -1 or 1.
pub fn dtanh(y: f32) -> f32 {
    1.0 - y * y
}

/// Softmax: turns the total inputs `z` of a layer into probabilities, positive and of sum 1.
pub fn softmax(mut z: ArrayViewMut1<f32>) {
    let largest = z.fold(z[0], |largest, &z| largest.max(z));
    z.mapv_inplace(|z| libm::expf(z - largest)); // at most 1, so that nothing overflows
    z /= z.sum();
}

hyperparameters! {
    /// Settings that are chosen before training, not learned. Each has a value that suits the digits and one that suits
    /// MNIST.
    pub struct Hyperparameters {
        /// Units in the hidden layer.
        hidden: usize { digits: 100, mnist: 800 },
        /// Passes over the training set.
        iterations: usize { digits: 60, mnist: 60 },
        /// Examples per batch.
        batch: usize { digits: 8, mnist: 128 },
        /// Factor by which a weight moves against its gradient.
        learning_rate: f64 { digits: 0.05, mnist: 0.05 },
        /// Part of its last move that a weight makes again.
        momentum: f64 { digits: 0.9, mnist: 0.9 },
        /// Decay of the learning rate, which is divided by 1 + this after each iteration.
        rate_decay: f64 { digits: 0.1, mnist: 0.05 },
        /// Largest angle by which an image is turned, in degrees: either way, as with all of these.
        rotation: f64 { digits: 0.0, mnist: 10.0 },
        /// Largest part of its height and of its width that an image gains or loses.
        scale: f64 { digits: 0.1, mnist: 0.1 },
        /// Largest slide of a row of pixels against the next one, in pixels.
        shear: f64 { digits: 0.1, mnist: 0.1 },
        /// Largest shift of an image along each axis, in pixels.
        shift: f64 { digits: 0.0, mnist: 1.0 },
        /// Strength of the bending: the size of the random displacements before the blur, in pixels.
        alpha: f64 { digits: 3.0, mnist: 36.0 },
        /// Deviation of the blur that makes neighbours move alike, in pixels.
        sigma: f64 { digits: 1.5, mnist: 5.0 },
        /// Weight decay from input to hidden layer.
        l2_in: f64 { digits: 1e-4, mnist: 1e-5 },
        /// Weight decay from hidden to output layer.
        l2_out: f64 { digits: 3e-3, mnist: 1e-5 },
    }
}

/// A network with one hidden layer.
pub struct Network {
    /// Brings the inputs to mean 0 and deviation 1.
    scaling: Scaling,
    /// Activations of the input layer, of shape (batch, inputs + 1): the scaled inputs, and a 1 for the biases.
    pub input: Array2<f32>,
    /// Activations of the hidden layer, of shape (batch, hidden).
    pub hidden: Array2<f32>,
    /// Activations of the output layer, of shape (batch, outputs).
    pub output: Array2<f32>,
    /// Weights from input to hidden layer, of shape (inputs + 1, hidden): a row for each input, with its weights to all
    /// hidden units.
    pub input_weights: Array2<f32>,
    /// Weights from hidden to output layer, of shape (hidden, outputs).
    pub output_weights: Array2<f32>,
    /// The last move of `input_weights`, of the same shape: part of it carries over into the next.
    input_changes: Changes,
    /// The last move of `output_weights`, of the same shape.
    output_changes: Changes,
    /// The meeting with the cores that have the other hidden units, for what the output layer takes from all.
    meeting: AllGather<(Array2<f32>, Array2<f32>)>,
}

impl Network {
    /// Feeds the `inputs` of a batch, of shape (batch, inputs), forward. Returns the outputs, (batch, outputs).
    /// The inputs come as they were recorded: the network itself scales them.
    pub fn feed_forward(&mut self, inputs: &Inputs) -> ArrayView2<'_, f32> {
        self.input = self.scaling.apply_all(inputs);
        // The bias is the last of the inputs, and needs no line of its own.
        self.hidden = self.input.dot(&self.input_weights);
        self.hidden.mapv_inplace(tanh);
        // The output layer likewise: the hidden activations are its inputs. It has no bias.
        // Here the cores meet: each output unit is fed by the hidden units of all.
        let shares = self.meeting.gather((self.hidden.clone(), self.output_weights.clone()));
        let hidden = join(Axis(1), shares.iter().map(|share| &share.0));
        self.output = hidden.dot(&join(Axis(0), shares.iter().map(|share| &share.1)));
        self.output.rows_mut().into_iter().for_each(softmax);
        self.output.view()
    }

    /// Learns from the inputs just fed forward: finds the gradient of the error with respect to each weight, and
    /// moves the weight against it. The `targets`, of shape (batch, outputs), are 1 for the right class, else 0.
    /// Returns the error before that move: the cross-entropy (infinite for p = 0).
    pub fn back_propagate(&mut self, targets: ArrayView2<f64>, hyperparameters: &Hyperparameters) -> f64 {
        // The error of the outputs as they are, before any weight moves.
        let error = zip(&self.output, targets).filter(|(_, t)| **t > 0.0).map(|(&p, _)| -libm::log(p.into())).sum();
        // The delta of an output unit is the gradient with respect to its total input: error times slope (C15).
        let output_deltas = &self.output - &targets.mapv(|target| target as f32); // the slopes cancel
        // The delta of a hidden unit collects the deltas of the outputs it feeds, each times the weight in between;
        // the sum is multiplied by the unit's own slope (C16). The weights must not have moved yet.
        let hidden_deltas = output_deltas.dot(&self.output_weights.t()) * self.hidden.mapv(dtanh);
        // The gradient of a weight is the activation on its input side times the delta on its output side (C17). The
        // move that comes of it carries over into the next.
        let &Hyperparameters { l2_in, l2_out, .. } = hyperparameters;
        self.output_changes.apply(&mut self.output_weights, &self.hidden, &output_deltas, hyperparameters, l2_out);
        self.input_changes.apply(&mut self.input_weights, &self.input, &hidden_deltas, hyperparameters, l2_in);
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
            scaling: Scaling::mean_zero(examples),
            input_weights: random_weights(inputs + 1, hidden, rng), // one more for the bias
            output_weights: random_weights(hidden, outputs, rng),
        })
    }

    /// Returns a network with these weights, of a training or from a file.
    fn from_weights(Weights { scaling, input_weights, output_weights }: Weights) -> Self {
        Self {
            scaling,
            input: Array2::zeros((0, input_weights.nrows())), // no batch yet
            hidden: Array2::zeros((0, input_weights.ncols())),
            output: Array2::zeros((0, output_weights.ncols())),
            input_changes: Changes(Array2::zeros(input_weights.dim())), // no example before the first
            output_changes: Changes(Array2::zeros(output_weights.dim())),
            meeting: AllGather::alone(),
            input_weights: input_weights.mapv(|weight| weight as f32),
            output_weights: output_weights.mapv(|weight| weight as f32),
        }
    }

    /// Returns what the network has learned, for a file.
    fn weights(&self) -> Weights {
        Weights {
            scaling: self.scaling.clone(),
            input_weights: self.input_weights.mapv(f64::from),
            output_weights: self.output_weights.mapv(f64::from),
        }
    }

    /// Learns from each example in turn, once in every iteration. The observer is told of each: it shows the progress,
    /// notices Ctrl-C, and may stop the training.
    fn train(
        &mut self,
        examples: &Examples,
        hyperparameters: &Hyperparameters,
        rng: &mut ChaCha8Rng,
        observer: &mut impl Observer<Self>,
    ) -> ControlFlow<()> {
        let hyperparameters = &mut hyperparameters.clone();
        let mut distortion = Distortion::new(examples.features, hyperparameters, rng);
        let mut order: Vec<usize> = (0..examples.len()).collect();
        // A core is worth the meeting if it has a million multiplications a batch: some ten microseconds of work.
        let work = hyperparameters.batch * self.input_weights.len();
        let cores = (work / 1_000_000).clamp(1, rayon::current_num_threads());
        let (hidden, units) = (self.input_weights.ncols(), self.input_weights.ncols().div_ceil(cores));
        // A network for each core, with the weights of its share of the hidden units.
        let weights = self.weights();
        let shares = zip(weights.split(units), AllGather::among(hidden.div_ceil(units)));
        let shares = shares.map(|(weights, meeting)| Self { meeting, ..Self::from_weights(weights) });
        let mut networks = Vec::from_iter(shares);
        for _ in 0..hyperparameters.iterations {
            order.shuffle(rng);
            let inputs = distortion.apply(&examples.inputs);
            let mut error = 0.0; // the sum over all examples
            let mut flow = ControlFlow::Continue(());
            let learn = |network: &mut Self, batch: &[usize]| {
                network.feed_forward(&inputs.select(batch));
                network.back_propagate(examples.targets.select(Axis(0), batch).view(), hyperparameters)
            };
            // The last share is the smallest: it is for this core, which tells the observer as well.
            let (own, others) = networks.split_last_mut().expect("one core or more");
            thread::scope(|scope| {
                for network in others {
                    scope.spawn(|| order.chunks(hyperparameters.batch).for_each(|batch| _ = learn(network, batch)));
                }
                for batch in order.chunks(hyperparameters.batch) {
                    error += learn(own, batch);
                    // The others do not know of the observer: they wait for this core until the iteration ends.
                    if flow.is_continue() {
                        flow = batch.iter().try_for_each(|&example| observer.example(own, example));
                    }
                }
            });
            *self = Self::from_weights(Weights::join(networks.iter().map(Self::weights)));
            flow?;
            // The mean over the examples, each measured when it was seen: the network has changed since.
            observer.iteration(self, error / examples.len() as f64)?;
            hyperparameters.learning_rate /= 1.0 + hyperparameters.rate_decay;
        }
        ControlFlow::Continue(())
    }

    /// Returns the activations of the output layer for each row of `inputs`, of shape (examples, outputs). The largest
    /// activation of a row is the network's answer.
    fn predict(&mut self, inputs: &Inputs) -> Array2<f64> {
        let mut outputs = Array2::zeros((inputs.nrows(), self.output.ncols())); // in parts, to save memory
        for (mut output, inputs) in zip(outputs.axis_chunks_iter_mut(Axis(0), 1000), inputs.chunks(1000)) {
            output.assign(&self.feed_forward(&inputs).mapv(f64::from));
        }
        outputs
    }
}

/// Returns weights of shape (inputs, units) from the normal distribution with mean 0 and deviation 1/sqrt(inputs): the
/// total input of a unit then has a deviation of about 1, however many inputs it has.
fn random_weights(inputs: usize, units: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let deviation = 1.0 / (inputs as f64).sqrt();
    Array2::from_shape_simple_fn((inputs, units), || deviation * standard_normal(rng))
}

/// Joins the shares of a matrix along an axis.
fn join<'a>(axis: Axis, shares: impl Iterator<Item = &'a Array2<f32>>) -> Array2<f32> {
    concatenate(axis, &Vec::from_iter(shares.map(|share| share.view()))).expect("shares of one matrix")
}

/// The last move of the weights of a layer, of their shape: their velocity.
struct Changes(Array2<f32>);

impl Changes {
    /// Moves `weights` against the gradient, on in the direction of their last move, and towards 0.
    fn apply(
        &mut self,
        weights: &mut Array2<f32>,
        activations: &Array2<f32>,
        deltas: &Array2<f32>,
        hyperparameters: &Hyperparameters,
        l2: f64,
    ) {
        let &Hyperparameters { learning_rate, momentum, .. } = hyperparameters;
        let [learning_rate, momentum, l2] = [learning_rate, momentum, l2].map(|factor| factor as f32);
        let (sums, batch) = (activations.t().dot(deltas), deltas.nrows() as f32);
        azip!((weight in weights, last_change in &mut self.0, &sum in &sums) {
            let change = sum / batch; // the mean of the outer products
            *last_change = learning_rate * (change + l2 * *weight) + momentum * *last_change;
            *weight -= *last_change;
        });
    }
}
