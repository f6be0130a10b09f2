//! The worth of the tricks of "Efficient BackProp" on the digits: those that `init-shuffle` uses, each switched off,
//! and some that it does not use, each switched on. Each has a learning rate of its own, chosen from the same grid on
//! parts of the training sets: a trick that only asks for another rate should neither gain nor lose by it.

use std::iter::zip;

use datasets::{Examples, Features, Row, Scaling};
use evaluation::{accuracy, folds, predictions, standard_normal};
use ndarray::{Array1, Array2, ArrayView1, azip};
use rand::{
    SeedableRng,
    distr::{Distribution, weighted::WeightedIndex},
    rngs::ChaCha8Rng,
    seq::SliceRandom,
};

use crate::{Bench, Cell, Chart, Column, Error, Findings, Summary};

const SEEDS: u64 = 10;
/// The seeds whose training sets choose the learning rates: each is learned but for a fifth, which judges.
const VALIDATION_SEEDS: u64 = 5;
const RATES: [f64; 10] = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0];
const ITERATIONS: usize = 30;
/// The iteration after which the speed of learning is measured.
const EARLY: usize = 5;
const HIDDEN: usize = 100;

/// The tricks that are used, by the sections of the paper.
#[derive(Clone, Copy, Debug)]
struct Tricks {
    /// Learn from each example, not once an iteration from the mean gradient of all (4.1).
    online: bool,
    /// The iteration T after which the learning rate has fallen to a half, as 1 / (1 + t / T) does (4.1).
    half_rate: f64,
    /// A new order in every iteration (4.2).
    shuffle: bool,
    /// The larger its error was, the more often an example comes (4.2).
    emphasis: bool,
    /// The scaling of the inputs (4.3).
    inputs: Inputs,
    /// The activation function of the hidden units (4.4).
    activation: Activation,
    /// The weights have a deviation of 1/sqrt(fan-in), not of 1 (4.6).
    fan_in: bool,
    /// The learning rate of the lower layer by that of the upper (4.7).
    lower_rate: f64,
    /// The part of its last move that a weight makes again: classical momentum (4.7).
    momentum: f64,
}

#[derive(Clone, Copy, Debug)]
enum Inputs {
    /// From 0 to 1.
    ZeroToOne,
    /// Of mean 0 and deviation 1, by the mean and deviation of all pixels.
    MeanZero,
    /// The same, each pixel by its own mean and deviation.
    EqualVariance,
}

#[derive(Clone, Copy, Debug)]
enum Activation {
    /// The logistic sigmoid.
    Logistic,
    /// tanh(z).
    Tanh,
    /// 1.7159 tanh(2/3 z): 1 at 1, and most sharply bent there.
    Scaled,
    /// tanh(z) + 0.05 z: nowhere flat.
    Twisted,
}

/// The tricks of `init-shuffle`.
const INIT_SHUFFLE: Tricks = Tricks {
    online: true,
    half_rate: f64::INFINITY,
    shuffle: true,
    emphasis: false,
    inputs: Inputs::MeanZero,
    activation: Activation::Tanh,
    fan_in: true,
    lower_rate: 1.0,
    momentum: 0.0,
};

/// Returns the key, the label and the tricks of each row. Digits have 64 inputs and the bias.
fn variants() -> [(&'static str, &'static str, Tricks); 16] {
    let (usual, fan_in) = (INIT_SHUFFLE, ((64.0 + 1.0) / HIDDEN as f64).sqrt());
    [
        ("init-shuffle", "as init-shuffle", usual),
        ("no-shuffle", "without: shuffling (4.2)", Tricks { shuffle: false, ..usual }),
        ("zero-to-one", "without: inputs of mean 0 (4.3)", Tricks { inputs: Inputs::ZeroToOne, ..usual }),
        ("logistic", "without: a symmetric sigmoid (4.4)", Tricks { activation: Activation::Logistic, ..usual }),
        ("deviation-1", "without: weights by fan-in (4.6)", Tricks { fan_in: false, ..usual }),
        (
            "none",
            "without these four",
            Tricks {
                shuffle: false,
                inputs: Inputs::ZeroToOne,
                activation: Activation::Logistic,
                fan_in: false,
                ..usual
            },
        ),
        ("batch", "without: a step for each example (4.1)", Tricks { online: false, ..usual }),
        ("falling", "with: rate falling as 1 / (1 + t/10) (4.1)", Tricks { half_rate: 10.0, ..usual }),
        ("emphasis", "with: emphasis on large errors (4.2)", Tricks { emphasis: true, ..usual }),
        (
            "equal-variance",
            "with: equal variance of each pixel (4.3)",
            Tricks { inputs: Inputs::EqualVariance, ..usual },
        ),
        ("scaled", "with: 1.7159 tanh(2z/3) (4.4)", Tricks { activation: Activation::Scaled, ..usual }),
        ("twisted", "with: tanh(z) + 0.05 z (4.4)", Tricks { activation: Activation::Twisted, ..usual }),
        ("sqrt-rates", "with: rates by the square root of fan-in (4.7)", Tricks { lower_rate: fan_in, ..usual }),
        ("lower-rate", "with: three times the rate in the lower layer (4.7)", Tricks { lower_rate: 3.0, ..usual }),
        ("momentum", "with: momentum 0.9 (4.7)", Tricks { momentum: 0.9, ..usual }),
        (
            "batch-momentum",
            "with momentum 0.9, without a step for each example",
            Tricks { online: false, momentum: 0.9, ..usual },
        ),
    ]
}

/// Measures the accuracy on the digits, with and without each trick.
pub fn tricks(bench: &Bench) -> Result<Findings, Error> {
    let iterations = bench.iterations(ITERATIONS);
    let variants = variants();
    let judged = bench.over_seeds(&variants, VALIDATION_SEEDS, |(.., tricks), seed| {
        let train = bench.digits(seed).train;
        let fold = folds(&train.labels, 5, seed).expect("more than five examples").swap_remove(0);
        let (learned, judge) = (train.select(&fold.train), train.select(&fold.validation));
        Ok(RATES.map(|rate| {
            let mut last = 0.0;
            learn(&learned, tricks, rate, seed, iterations, |network, iteration| {
                if iteration == iterations {
                    last = network.accuracy(&judge);
                }
            });
            last
        }))
    })?;
    let rates: Vec<f64> = judged.iter().map(|accuracies| best_rate(accuracies)).collect();
    let with_rates = Vec::from_iter(zip(&variants, &rates));
    let curves = bench.over_seeds(&with_rates, SEEDS, |&((.., tricks), rate), seed| {
        let digits = bench.digits(seed);
        let mut curve = Vec::with_capacity(iterations);
        learn(&digits.train, tricks, *rate, seed, iterations, |network, _| {
            curve.push(network.accuracy(&digits.test));
        });
        Ok(curve)
    })?;

    let early = EARLY.min(iterations);
    let mut findings = Findings::new(
        &format!("The network of init-shuffle on the digits, {iterations} iterations, with and without tricks"),
        [
            Column::number("rate", "learning rate", 3),
            Column::percent("early", &format!("test accuracy after {early} iterations"), 1),
            Column::percent("accuracy", &format!("after {iterations}"), 1),
        ],
    );
    let mut chart = Chart::new("Test accuracy on the digits", "iteration", "test accuracy");
    for ((&(key, label, _), &rate), curves) in zip(with_rates, curves) {
        let after = |iteration: usize| curves.iter().map(|curve| curve[iteration - 1]).collect::<Vec<f64>>();
        let cells = [
            ("rate", Cell::from(rate)),
            ("early", after(early).as_slice().into()),
            ("accuracy", after(iterations).as_slice().into()),
        ];
        findings.row(key, label, cells);
        if ["init-shuffle", "none", "batch", "logistic"].contains(&key) {
            chart.band(label, (1..=iterations).map(|iteration| (iteration as f64, Summary::of(&after(iteration)))));
        }
    }
    findings.charts.push(chart);
    Ok(findings)
}

/// Returns the rate with the highest mean accuracy; of several, the least.
fn best_rate(accuracies: &[[f64; RATES.len()]]) -> f64 {
    let mean = |index: usize| accuracies.iter().map(|accuracies| accuracies[index]).sum::<f64>();
    let better = |best, index| if mean(index) > mean(best) { index } else { best };
    RATES[(1..RATES.len()).fold(0, better)]
}

/// Trains a network by `seed`, in the order of `init-shuffle`, and shows it to `observer` after each iteration, which
/// is counted from 1.
fn learn(
    examples: &Examples,
    tricks: &Tricks,
    rate: f64,
    seed: u64,
    iterations: usize,
    mut observer: impl FnMut(&mut Network, usize),
) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = Network::new(examples, tricks, &mut rng);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut errors = vec![0.0; examples.len()];
    for iteration in 1..=iterations {
        if tricks.emphasis && iteration > 1 {
            // Never less than half as often as before, so that what is known is not forgotten. Errors that are not
            // finite give no order, and the last one stays.
            let mean = errors.iter().sum::<f64>() / errors.len() as f64;
            if let Ok(index) = WeightedIndex::new(errors.iter().map(|error| error + mean)) {
                order.fill_with(|| index.sample(&mut rng));
            }
        } else if tricks.shuffle {
            order.shuffle(&mut rng);
        }
        let rate = rate / (1.0 + (iteration - 1) as f64 / tricks.half_rate);
        for (place, &example) in order.iter().enumerate() {
            network.feed_forward(examples.inputs.row(example));
            let step = if tricks.online {
                Step { keep: tricks.momentum, share: 1.0, rate }
            } else {
                let (first, last) = (place == 0, place + 1 == order.len());
                Step {
                    keep: if first { tricks.momentum } else { 1.0 },
                    share: 1.0 / order.len() as f64,
                    rate: if last { rate } else { 0.0 },
                }
            };
            errors[example] = network.back_propagate(examples.targets.row(example), step);
        }
        observer(&mut network, iteration);
    }
}

/// The effect of an example on a layer: `velocity = keep * velocity + share * gradient`, `weights -= rate * velocity`.
/// The velocity gathers a batch where `keep` is 1 and `rate` is 0, and is momentum between batches.
#[derive(Clone, Copy)]
struct Step {
    keep: f64,
    share: f64,
    rate: f64,
}

/// The network of `init-shuffle`, with a choice.
struct Network {
    scaling: Scaling,
    activation: Activation,
    lower_rate: f64,
    /// Of shape (inputs + 1).
    input: Array1<f64>,
    /// Of shape (hidden), as the slopes of their activation function, and their deltas.
    hidden: Array1<f64>,
    hidden_slopes: Array1<f64>,
    hidden_deltas: Array1<f64>,
    /// Of shape (outputs).
    output: Array1<f64>,
    lower: Layer,
    upper: Layer,
}

/// Weights of shape (inputs, units), and the sum of their gradients.
struct Layer {
    weights: Array2<f64>,
    velocity: Array2<f64>,
}

impl Network {
    fn new(examples: &Examples, tricks: &Tricks, rng: &mut ChaCha8Rng) -> Self {
        let (inputs, outputs) = (examples.inputs.ncols() + 1, examples.classes());
        Self {
            scaling: match tricks.inputs {
                Inputs::ZeroToOne => Scaling::zero_to_one(examples),
                Inputs::MeanZero => Scaling::mean_zero(examples),
                Inputs::EqualVariance => {
                    Scaling::mean_zero(&Examples { features: Features::Columns, ..examples.clone() })
                }
            },
            activation: tricks.activation,
            lower_rate: tricks.lower_rate,
            input: Array1::ones(inputs),
            hidden: Array1::zeros(HIDDEN),
            hidden_slopes: Array1::zeros(HIDDEN),
            hidden_deltas: Array1::zeros(HIDDEN),
            output: Array1::zeros(outputs),
            lower: Layer::new(inputs, HIDDEN, tricks.fan_in, rng),
            upper: Layer::new(HIDDEN, outputs, tricks.fan_in, rng),
        }
    }

    fn feed_forward(&mut self, inputs: Row) {
        self.scaling.apply(inputs, self.input.view_mut());
        self.lower.weighted_sums(&self.input, &mut self.hidden);
        let activation = self.activation;
        azip!((hidden in &mut self.hidden, slope in &mut self.hidden_slopes) {
            (*hidden, *slope) = activation.value_and_slope(*hidden);
        });
        self.upper.weighted_sums(&self.hidden, &mut self.output);
        let largest = self.output.fold(f64::NEG_INFINITY, |largest, &z| largest.max(z));
        self.output.mapv_inplace(|z| libm::exp(z - largest));
        self.output /= self.output.sum();
    }

    /// Learns from the example that was fed forward. Returns the error before that: the cross-entropy.
    fn back_propagate(&mut self, targets: ArrayView1<f64>, step: Step) -> f64 {
        let output_deltas = &self.output - &targets;
        let weights = self.upper.weights.rows();
        azip!((delta in &mut self.hidden_deltas, weights in weights, &slope in &self.hidden_slopes) {
            let error: f64 = zip(&output_deltas, weights).map(|(delta, weight)| delta * weight).sum();
            *delta = error * slope;
        });
        self.upper.descend(&self.hidden, &output_deltas, step);
        self.lower.descend(&self.input, &self.hidden_deltas, Step { rate: step.rate * self.lower_rate, ..step });
        let label = targets.iter().position(|&target| target == 1.0).expect("one-hot targets");
        -libm::log(self.output[label])
    }

    fn accuracy(&mut self, examples: &Examples) -> f64 {
        let mut outputs = Array2::zeros(examples.targets.dim());
        for (mut output, inputs) in zip(outputs.rows_mut(), examples.inputs.rows()) {
            self.feed_forward(inputs);
            output.assign(&self.output);
        }
        accuracy(&predictions(outputs.view()), &examples.labels)
    }
}

impl Activation {
    fn value_and_slope(self, z: f64) -> (f64, f64) {
        let tanh = |z: f64| {
            let y = libm::tanh(z);
            (y, 1.0 - y * y)
        };
        match self {
            Self::Logistic => {
                let y = 1.0 / (1.0 + libm::exp(-z));
                (y, y * (1.0 - y))
            }
            Self::Tanh => tanh(z),
            Self::Scaled => {
                let (y, slope) = tanh(2.0 / 3.0 * z);
                (1.7159 * y, 1.7159 * 2.0 / 3.0 * slope)
            }
            Self::Twisted => {
                let (y, slope) = tanh(z);
                (y + 0.05 * z, slope + 0.05)
            }
        }
    }
}

impl Layer {
    fn new(inputs: usize, units: usize, fan_in: bool, rng: &mut ChaCha8Rng) -> Self {
        let deviation = if fan_in { 1.0 / (inputs as f64).sqrt() } else { 1.0 };
        let weights = Array2::from_shape_simple_fn((inputs, units), || deviation * standard_normal(rng));
        Self { velocity: Array2::zeros(weights.dim()), weights }
    }

    fn weighted_sums(&self, activations: &Array1<f64>, sums: &mut Array1<f64>) {
        sums.fill(0.0);
        for (&activation, row) in zip(activations, self.weights.rows()) {
            sums.scaled_add(activation, &row);
        }
    }

    fn descend(&mut self, activations: &Array1<f64>, deltas: &Array1<f64>, Step { keep, share, rate }: Step) {
        let rows = zip(self.weights.rows_mut(), self.velocity.rows_mut());
        for ((weights, velocity), &activation) in zip(rows, activations) {
            azip!((weight in weights, velocity in velocity, &delta in deltas) {
                *velocity = keep * *velocity + share * (activation * delta);
                *weight -= rate * *velocity;
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use evaluation::Classifier;

    use super::*;
    use crate::train;

    #[test]
    fn with_the_tricks_of_init_shuffle_it_is_init_shuffle() {
        let examples = datasets::digits(1).train;
        let hyperparameters = init_shuffle::Hyperparameters { hidden: HIDDEN, iterations: 3, ..Default::default() };
        let weights = train::<init_shuffle::Network>(&examples, &hyperparameters, 1, &mut ()).weights();
        let mut iterations = 0;
        learn(&examples, &INIT_SHUFFLE, hyperparameters.learning_rate, 1, 3, |network, iteration| {
            iterations = iteration;
            if iteration == 3 {
                assert_eq!(network.lower.weights, weights.input_weights);
                assert_eq!(network.upper.weights, weights.output_weights);
            }
        });
        assert_eq!(iterations, 3);
    }

    #[test]
    fn every_slope_is_that_of_its_function() {
        const H: f64 = 1e-5;
        for activation in [Activation::Logistic, Activation::Tanh, Activation::Scaled, Activation::Twisted] {
            for z in [-3.0, -0.7, 0.0, 0.2, 1.0, 5.0] {
                let (before, after) = (activation.value_and_slope(z - H).0, activation.value_and_slope(z + H).0);
                let slope = (after - before) / (2.0 * H);
                assert_abs_diff_eq!(activation.value_and_slope(z).1, slope, epsilon = 1e-9);
            }
        }
        assert_abs_diff_eq!(Activation::Scaled.value_and_slope(1.0).0, 1.0, epsilon = 1e-4);
    }

    #[test]
    fn a_batch_steps_once_by_the_mean_gradient() {
        let examples = datasets::digits(1).train.select(&[0, 1]);
        let start = |seed| Network::new(&examples, &INIT_SHUFFLE, &mut ChaCha8Rng::seed_from_u64(seed));
        // Each example's gradient from the same start, at the rate 1.
        let mut sum = Array2::zeros(start(1).upper.weights.dim());
        for example in 0..2 {
            let mut network = start(1);
            network.feed_forward(examples.inputs.row(example));
            network.back_propagate(examples.targets.row(example), Step { keep: 0.0, share: 1.0, rate: 1.0 });
            sum += &(&start(1).upper.weights - &network.upper.weights);
        }
        learn(&examples, &Tricks { online: false, ..INIT_SHUFFLE }, 0.1, 1, 1, |network, _| {
            let wanted = &start(1).upper.weights - &(0.05 * &sum);
            assert!((&network.upper.weights - &wanted).iter().all(|difference| difference.abs() < 1e-12));
        });
    }

    #[test]
    fn of_equal_rates_the_least_is_chosen() {
        let mut accuracies = [[0.5; RATES.len()]; 2];
        assert_eq!(best_rate(&accuracies), RATES[0]);
        accuracies[1][3] = 0.6;
        accuracies[0][7] = 0.6;
        assert_eq!(best_rate(&accuracies), RATES[3]);
    }
}
