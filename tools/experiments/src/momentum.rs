//! The worth of a velocity and of a falling rate. Judged by parts of the training sets, so that the settings of the
//! step could be chosen by it.

use std::{array, iter::zip};

use ::momentum::{Hyperparameters, Network};
use datasets::Examples;
use evaluation::{Classifier, Curve, Observer, Tunable, folds};
use ndarray::{Array2, azip};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use crate::{Bench, Cell, Chart, Column, Error, Findings, Summary, train, validation};

/// An error that is reached quickly, or not.
const LOW_ERROR: f64 = 0.1;

/// The rule by which a network learns.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    /// The one that the tutorial prints, as `regularized` has it.
    Printed,
    /// The one of the step: classical momentum.
    Classical,
    /// A move by the velocity as it will be, rather than as it is.
    Nesterov,
}
use Rule::{Classical, Nesterov, Printed};

/// A row: its key and label, rule, learning rate, momentum and rate decay.
type Case = (&'static str, &'static str, Rule, f64, f64, f64);

const DIGITS_SEEDS: u64 = 10;
const DIGITS_ITERATIONS: usize = 100;
/// The iteration after which the speed of learning is looked at.
const DIGITS_EARLY: usize = 5;
const DIGITS: [Case; 12] = [
    ("plain", "plain steps", Printed, 0.05, 0.0, 0.0),
    ("printed", "the printed rule, factor 0.5", Printed, 0.05, 0.5, 0.0),
    ("same-rate", "momentum 0.5", Classical, 0.05, 0.5, 0.0),
    ("classical-0.5", "momentum 0.5, half the rate", Classical, 0.025, 0.5, 0.0),
    ("classical-0.9", "momentum 0.9, a tenth of the rate", Classical, 0.005, 0.9, 0.0),
    ("nesterov-0.5", "Nesterov 0.5, half the rate", Nesterov, 0.025, 0.5, 0.0),
    ("nesterov-0.9", "Nesterov 0.9, a tenth of the rate", Nesterov, 0.005, 0.9, 0.0),
    ("falling", "falling rate", Classical, 0.05, 0.0, 0.02),
    ("both", "momentum 0.5 and falling rate", Classical, 0.05, 0.5, 0.02),
    ("long", "four times the rate", Printed, 0.2, 0.0, 0.0),
    ("long-classical", "momentum 0.5, twice the rate", Classical, 0.1, 0.5, 0.0),
    ("long-falling", "four times the rate, falling", Classical, 0.2, 0.0, 0.02),
];
const DIGITS_DRAWN: [&str; 4] = ["plain", "same-rate", "both", "long"];

const MNIST_SEEDS: u64 = 3;
const MNIST_ITERATIONS: usize = 6;
const MNIST_EARLY: usize = 1;
const MNIST: [Case; 4] = [
    ("plain", "plain steps", Printed, 0.01, 0.0, 0.0),
    ("classical-0.9", "momentum 0.9, a tenth of the rate", Classical, 0.001, 0.9, 0.0),
    ("nesterov-0.9", "Nesterov 0.9, a tenth of the rate", Nesterov, 0.001, 0.9, 0.0),
    ("falling", "momentum 0.9, a tenth of the rate, falling", Classical, 0.001, 0.9, 0.1),
];
const MNIST_DRAWN: [&str; 2] = ["plain", "falling"];

/// Compares rules and rates on the digits: four fifths of the training set to learn from, a fifth to be judged by.
pub fn momentum(bench: &Bench) -> Result<Findings, Error> {
    let parts = |seed| {
        let examples = bench.digits(seed).train;
        let fold = folds(&examples.labels, 5, seed).expect("more than five examples").swap_remove(0);
        (examples.select(&fold.train), examples.select(&fold.validation))
    };
    let usual = Hyperparameters { iterations: DIGITS_ITERATIONS, ..Hyperparameters::digits() };
    let trainings = bench.over_seeds(&DIGITS, DIGITS_SEEDS, |&case, seed| {
        let (learned, judge) = parts(seed);
        Ok(learn(bench, case, &usual, &learned, &judge, seed))
    })?;
    Ok(findings("the digits", &DIGITS, &DIGITS_DRAWN, DIGITS_EARLY, &trainings))
}

/// Compares them on MNIST.
pub fn momentum_mnist(bench: &Bench) -> Result<Findings, Error> {
    let [learned, judge] = validation(&bench.mnist()?.train);
    let usual = Hyperparameters { iterations: MNIST_ITERATIONS, ..Hyperparameters::mnist() };
    let trainings =
        bench.over_seeds(&MNIST, MNIST_SEEDS, |&case, seed| Ok(learn(bench, case, &usual, &learned, &judge, seed)))?;
    Ok(findings("MNIST", &MNIST, &MNIST_DRAWN, MNIST_EARLY, &trainings))
}

/// Returns the table and the chart of `trainings`, by case and seed.
fn findings(data: &str, cases: &[Case], drawn: &[&str], early: usize, trainings: &[Vec<Training>]) -> Findings {
    let iterations = trainings[0][0].accuracies.len();
    let early = early.min(iterations);
    let mut findings = Findings::new(
        &format!("Momentum and falling rates on {data}, judged by a part of the training set"),
        [
            Column::number("rate", "learning rate", 4),
            Column::number("effective", "effective rate", 3),
            Column::number("iterations", &format!("iterations until the error is below {LOW_ERROR}"), 1),
            Column::percent("early", &format!("accuracy after {early}"), 1),
            Column::percent("accuracy", &format!("accuracy after {iterations} iterations"), 2),
        ],
    );
    let mut chart = Chart::new(&format!("Accuracy on {data} in validation"), "iteration", "accuracy");
    for (&(key, label, rule, rate, factor, _), trainings) in zip(cases, trainings) {
        let after = |iteration: usize| Vec::from_iter(trainings.iter().map(|it| it.accuracies[iteration - 1]));
        let effective = if rule == Printed { rate + factor } else { rate / (1.0 - factor) };
        let low: Option<Vec<f64>> = trainings.iter().map(Training::iterations_to_low_error).collect();
        let mut cells = vec![
            ("rate", Cell::from(rate)),
            ("effective", effective.into()),
            ("early", after(early).as_slice().into()),
            ("accuracy", after(iterations).as_slice().into()),
        ];
        cells.extend(low.map(|low| ("iterations", low.as_slice().into()))); // if all seeds get there
        findings.row(key, label, cells);
        if drawn.contains(&key) {
            chart.band(label, (1..=iterations).map(|iteration| (iteration as f64, Summary::of(&after(iteration)))));
        }
    }
    findings.charts.push(chart);
    findings
}

/// Trains a network by `seed`.
fn learn(
    bench: &Bench,
    (_, _, rule, learning_rate, momentum, rate_decay): Case,
    usual: &Hyperparameters,
    examples: &Examples,
    judge: &Examples,
    seed: u64,
) -> Training {
    let mut curve = Curve::on(judge);
    let &Hyperparameters { hidden, l2_in, l2_out, .. } = usual;
    let iterations = bench.iterations(usual.iterations);
    match rule {
        Printed => {
            let hyperparameters =
                regularized::Hyperparameters { hidden, iterations, learning_rate, momentum, l2_in, l2_out };
            train::<regularized::Network>(examples, &hyperparameters, seed, &mut curve);
        }
        Classical | Nesterov => {
            let hyperparameters = Hyperparameters { iterations, learning_rate, momentum, rate_decay, ..usual.clone() };
            if rule == Classical {
                train::<Network>(examples, &hyperparameters, seed, &mut curve);
            } else {
                by_hand(rule, examples, &hyperparameters, seed, &mut curve);
            }
        }
    }
    Training { errors: curve.errors, accuracies: curve.accuracies }
}

/// Trains a network as [`train`] does, with a velocity of its own: of the step's update it takes a plain step, and then
/// it moves the weights elsewhere.
fn by_hand(
    rule: Rule,
    examples: &Examples,
    hyperparameters: &Hyperparameters,
    seed: u64,
    observer: &mut impl Observer<Network>,
) -> Network {
    let &Hyperparameters { momentum, rate_decay, .. } = hyperparameters;
    let mut plain = Hyperparameters { momentum: 0.0, ..hyperparameters.clone() };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = Network::new(examples, &plain, &mut rng);
    let mut before = [network.input_weights.clone(), network.output_weights.clone()];
    let mut velocities: [_; 2] = array::from_fn(|layer| Array2::<f64>::zeros(before[layer].dim()));
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for _ in 0..hyperparameters.iterations {
        order.shuffle(&mut rng);
        let mut error = 0.0;
        for &example in &order {
            network.feed_forward(examples.inputs.row(example));
            error += network.back_propagate(examples.targets.row(example), &plain);
            let weights = [&mut network.input_weights, &mut network.output_weights];
            for (weights, (before, velocities)) in zip(weights, zip(&mut before, &mut velocities)) {
                azip!((weight in weights, before in before, velocity in velocities) {
                    let step = *before - *weight;
                    *velocity = momentum * *velocity + step;
                    *before -= if rule == Nesterov { momentum * *velocity + step } else { *velocity };
                    *weight = *before;
                });
            }
        }
        if observer.iteration(&mut network, error / examples.len() as f64).is_break() {
            break;
        }
        plain.learning_rate /= 1.0 + rate_decay;
    }
    network
}

/// The course of a training.
struct Training {
    /// The mean error of each iteration, as the network learned.
    errors: Vec<f64>,
    /// The fraction of correct predictions after each.
    accuracies: Vec<f64>,
}

impl Training {
    /// Returns the number of the first iteration with a low error.
    fn iterations_to_low_error(&self) -> Option<f64> {
        self.errors.iter().position(|error| *error < LOW_ERROR).map(|index| (index + 1) as f64)
    }
}

/// Velocities are measured in a network that has learned for this long, and stands still.
const AVERAGING_ITERATIONS: usize = 2;
const FACTORS: [f64; 4] = [0.0, 0.5, 0.9, 0.99];

/// Measures the angle between a velocity and the mean gradient of all examples, on the digits.
pub fn averaging(bench: &Bench) -> Result<Findings, Error> {
    let directions = bench.over_seeds(&[()], DIGITS_SEEDS, |(), seed| Ok(directions(bench, seed)))?.remove(0);
    let mut findings = Findings::new(
        "Velocities in a network on the digits that stands still, beside the mean gradient of all examples",
        [
            Column::number("examples", "examples that a velocity remembers, 1 / (1 − momentum)", 0),
            Column::number("angle", "angle to the mean gradient (degrees)", 0),
            Column::number("along", "length along the mean gradient, in gradients", 1),
        ],
    );
    for (index, factor) in FACTORS.into_iter().enumerate() {
        let over = |number: fn(&Direction) -> f64| {
            Cell::from(directions.iter().map(|velocities| number(&velocities[index])).collect::<Vec<f64>>().as_slice())
        };
        let cells = [
            ("examples", Cell::from(1.0 / (1.0 - factor))),
            ("angle", over(|direction| direction.cosine.acos().to_degrees())),
            ("along", over(|direction| direction.along)),
        ];
        findings.row(format!("momentum-{factor}"), format!("momentum {factor}"), cells);
    }
    Ok(findings)
}

/// The direction of a velocity, on average over many.
struct Direction {
    /// The cosine of the angle to the mean gradient.
    cosine: f64,
    /// Its length in that direction, where that of the mean gradient is 1.
    along: f64,
}

/// Returns the direction of a velocity with each of the factors, over an iteration in which the weights do not move.
fn directions(bench: &Bench, seed: u64) -> [Direction; FACTORS.len()] {
    let examples = bench.digits(seed).train;
    let early = Hyperparameters {
        iterations: AVERAGING_ITERATIONS,
        momentum: 0.0,
        rate_decay: 0.0,
        l2_in: 0.0,
        l2_out: 0.0,
        ..Hyperparameters::digits()
    };
    let unit = Hyperparameters { learning_rate: 1.0, ..early.clone() };
    let mut network = train::<Network>(&examples, &early, seed, &mut ());
    let weights = network.weights();
    let mut gradient = |example: usize| -> Vec<f64> {
        network.input_weights.assign(&weights.input_weights);
        network.output_weights.assign(&weights.output_weights);
        network.feed_forward(examples.inputs.row(example));
        network.back_propagate(examples.targets.row(example), &unit);
        let layers =
            [(&weights.input_weights, &network.input_weights), (&weights.output_weights, &network.output_weights)];
        layers
            .into_iter()
            .flat_map(|(before, after)| zip(before, after).map(|(before, after)| before - after))
            .collect()
    };
    let mut order: Vec<usize> = (0..examples.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let gradients: Vec<Vec<f64>> = order.into_iter().map(&mut gradient).collect();
    let mut mean = vec![0.0; gradients[0].len()];
    for gradient in &gradients {
        zip(&mut mean, gradient).for_each(|(mean, gradient)| *mean += gradient / gradients.len() as f64);
    }
    FACTORS.map(|factor| Direction::of(factor, &gradients, &mean))
}

impl Direction {
    /// Returns the direction of a velocity that keeps a `factor` of itself and adds each of the `gradients` in turn,
    /// beside their `mean`.
    fn of(factor: f64, gradients: &[Vec<f64>], mean: &[f64]) -> Self {
        let dot = |one: &[f64], other: &[f64]| zip(one, other).map(|(one, other)| one * other).sum::<f64>();
        let length = dot(mean, mean).sqrt();
        let mut velocity = vec![0.0; mean.len()];
        // What remains of the start from 0 is e^-5 in the second half, with the largest factor and the digits.
        let settled = gradients.len() / 2;
        let (mut cosine, mut along) = (0.0, 0.0);
        for (index, gradient) in gradients.iter().enumerate() {
            zip(&mut velocity, gradient).for_each(|(velocity, gradient)| *velocity = factor * *velocity + gradient);
            if index >= settled {
                let product = dot(&velocity, mean) / length;
                cosine += product / dot(&velocity, &velocity).sqrt();
                along += product / length;
            }
        }
        let count = (gradients.len() - settled) as f64;
        Self { cosine: cosine / count, along: along / count }
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    #[test]
    fn the_rule_by_hand_is_that_of_the_step() {
        let examples = datasets::digits(1).train;
        let hyperparameters =
            Hyperparameters { iterations: 2, learning_rate: 0.005, momentum: 0.5, ..Hyperparameters::digits() };
        let network = train::<Network>(&examples, &hyperparameters, 1, &mut ());
        // At a small rate, so that rounding errors do not grow.
        let by_hand = |rule| by_hand(rule, &examples, &hyperparameters, 1, &mut ());
        let (same, other) = (by_hand(Classical), by_hand(Nesterov));
        for (weight, same) in zip(&network.output_weights, &same.output_weights) {
            assert_relative_eq!(weight, same, epsilon = 1e-9);
        }
        let differences = zip(&network.output_weights, &other.output_weights).map(|(one, other)| (one - other).abs());
        assert!(differences.fold(0.0, f64::max) > 1e-4, "Nesterov's momentum is another rule");
    }

    #[test]
    fn a_velocity_remembers_the_inverse_of_what_it_forgets() {
        let gradients = vec![vec![3.0, 4.0]; 2000];
        let direction = Direction::of(0.9, &gradients, &[3.0, 4.0]);
        assert_relative_eq!(direction.cosine, 1.0, epsilon = 1e-9);
        assert_relative_eq!(direction.along, 10.0, epsilon = 1e-9);
        // At a right angle to the mean and back, in turns: without momentum, 45 degrees; with it, less.
        let gradients = Vec::from_iter((0..2000).map(|turn| vec![1.0, if turn % 2 == 0 { 1.0 } else { -1.0 }]));
        let cosines = [0.0, 0.9].map(|factor| Direction::of(factor, &gradients, &[1.0, 0.0]).cosine);
        assert_relative_eq!(cosines[0], 0.5_f64.sqrt(), epsilon = 1e-9);
        // Along the mean 10, across 1 / 1.9.
        assert_relative_eq!(cosines[1], 10.0 / f64::hypot(10.0, 1.0 / 1.9), epsilon = 1e-9);
    }

    #[test]
    fn the_first_low_error_counts() {
        let training = |errors: &[f64]| Training { errors: errors.to_vec(), accuracies: Vec::new() };
        assert_eq!(training(&[1.0, 0.05, 0.2, 0.05]).iterations_to_low_error(), Some(2.0));
        assert_eq!(training(&[1.0, 0.1]).iterations_to_low_error(), None);
    }
}
