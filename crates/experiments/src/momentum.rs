//! What a velocity and a falling rate are worth. Judged by parts of the training sets, so that the settings of the step
//! could be chosen by it.

use std::{array, iter::zip, ops::ControlFlow};

use ::momentum::{Hyperparameters, Network};
use datasets::Examples;
use evaluation::{Classifier, Knobs, Observer, folds};
use ndarray::{Array2, azip};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use crate::{Bench, Cell, Chart, Column, Error, Findings, Summary, train, tried};

/// An error that is reached quickly, or not.
const LOW_ERROR: f64 = 0.1;

/// By which rule a network learns.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    /// The one that the tutorial prints, as `regularized` has it.
    Printed,
    /// The one of the step: classical momentum.
    Classical,
    /// A move by what the velocity will be, rather than by what it is.
    Nesterov,
}
use Rule::{Classical, Nesterov, Printed};

/// A row: its key and label, rule, learning rate, momentum and rate decay.
type Way = (&'static str, &'static str, Rule, f64, f64, f64);

const DIGITS_SEEDS: u64 = 10;
const DIGITS_ITERATIONS: usize = 100;
/// After how many iterations the speed of learning is looked at.
const DIGITS_EARLY: usize = 5;
const DIGITS: [Way; 12] = [
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
const MNIST: [Way; 4] = [
    ("plain", "plain steps", Printed, 0.01, 0.0, 0.0),
    ("classical-0.9", "momentum 0.9, a tenth of the rate", Classical, 0.001, 0.9, 0.0),
    ("nesterov-0.9", "Nesterov 0.9, a tenth of the rate", Nesterov, 0.001, 0.9, 0.0),
    ("falling", "momentum 0.9, a tenth of the rate, falling", Classical, 0.001, 0.9, 0.1),
];
const MNIST_DRAWN: [&str; 2] = ["plain", "falling"];

/// How many of MNIST's training set judge: the last ones.
const MNIST_JUDGES: usize = 10_000;

/// Rules and rates on the digits: four fifths of the training set to learn from, a fifth to be judged by.
pub fn momentum(bench: &Bench) -> Result<Findings, Error> {
    let parts = |seed| {
        let examples = datasets::digits(seed).train;
        let fold = folds(&examples.labels, 5, seed).expect("more than five examples").swap_remove(0);
        (examples.select(&fold.train), examples.select(&fold.validation))
    };
    let usual = Hyperparameters { iterations: DIGITS_ITERATIONS, ..Hyperparameters::digits() };
    let curves = bench.all(&subjects(&DIGITS, DIGITS_SEEDS), |&(way, seed)| {
        let (learnt, judge) = parts(seed);
        Ok(learn(way, &usual, &learnt, &judge, seed))
    })?;
    Ok(findings("the digits", &DIGITS, &DIGITS_DRAWN, DIGITS_EARLY, &curves))
}

/// The same on MNIST.
pub fn momentum_mnist(bench: &Bench) -> Result<Findings, Error> {
    let examples = datasets::mnist(None)?.train;
    let learnt: Vec<usize> = (0..examples.len() - MNIST_JUDGES).collect();
    let judge: Vec<usize> = (learnt.len()..examples.len()).collect();
    let (learnt, judge) = (examples.select(&learnt), examples.select(&judge));
    let usual = Hyperparameters { iterations: MNIST_ITERATIONS, ..Hyperparameters::mnist() };
    let curves =
        bench.all(&subjects(&MNIST, MNIST_SEEDS), |&(way, seed)| Ok(learn(way, &usual, &learnt, &judge, seed)))?;
    Ok(findings("MNIST", &MNIST, &MNIST_DRAWN, MNIST_EARLY, &curves))
}

fn subjects(ways: &[Way], seeds: u64) -> Vec<(Way, u64)> {
    ways.iter().flat_map(|&way| (1..=seeds).map(move |seed| (way, seed))).collect()
}

fn findings(data: &str, ways: &[Way], drawn: &[&str], early: usize, curves: &[Curve]) -> Findings {
    let iterations = curves.first().map_or(0, |curve| curve.accuracies.len());
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
    for (&(key, label, rule, rate, factor, _), curves) in zip(ways, curves.chunks(curves.len() / ways.len())) {
        let after = |iteration: usize| curves.iter().map(|curve| curve.accuracies[iteration - 1]).collect::<Vec<f64>>();
        let effective = if rule == Printed { rate + factor } else { rate / (1.0 - factor) };
        let low: Option<Vec<f64>> = curves.iter().map(Curve::iterations_to_low_error).collect();
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

/// Train a network by `seed`.
fn learn(
    (_, _, rule, learning_rate, momentum, rate_decay): Way,
    usual: &Hyperparameters,
    examples: &Examples,
    judge: &Examples,
    seed: u64,
) -> Curve {
    let mut watch = Watch { judge, curve: Curve::default() };
    let hyperparameters = Hyperparameters { learning_rate, momentum, rate_decay, ..usual.clone() };
    match rule {
        Printed => {
            let &Hyperparameters { hidden, iterations, l2_in, l2_out, .. } = usual;
            let hyperparameters =
                regularized::Hyperparameters { hidden, iterations, learning_rate, momentum, l2_in, l2_out };
            train::<regularized::Network>(examples, &hyperparameters, seed, &mut watch);
        }
        Classical => {
            train::<Network>(examples, &hyperparameters, seed, &mut watch);
        }
        Nesterov => {
            by_hand(rule, examples, &hyperparameters, seed, &mut watch);
        }
    }
    watch.curve
}

/// Train a network as [`train`] does, with a velocity of its own: of the step's update it takes a plain step, and then
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
#[derive(Default)]
struct Curve {
    /// The mean error of each iteration while it learns.
    errors: Vec<f64>,
    /// The share of right answers after each.
    accuracies: Vec<f64>,
}

impl Curve {
    /// How many iterations it takes to the first one of a low error.
    fn iterations_to_low_error(&self) -> Option<f64> {
        self.errors.iter().position(|error| *error < LOW_ERROR).map(|index| (index + 1) as f64)
    }
}

/// Draws the curve of a network that learns.
struct Watch<'a> {
    judge: &'a Examples,
    curve: Curve,
}

impl<C: Classifier> Observer<C> for Watch<'_> {
    fn iteration(&mut self, network: &mut C, error: f64) -> ControlFlow<()> {
        self.curve.errors.push(error);
        self.curve.accuracies.push(tried(network, self.judge).accuracy());
        ControlFlow::Continue(())
    }
}

/// How a velocity is measured: in a network that has learnt for so long, and stands still.
const AVERAGING_ITERATIONS: usize = 2;
const FACTORS: [f64; 4] = [0.0, 0.5, 0.9, 0.99];

/// How far a velocity points away from the mean gradient of all examples, on the digits.
pub fn averaging(bench: &Bench) -> Result<Findings, Error> {
    let seeds: Vec<u64> = (1..=DIGITS_SEEDS).collect();
    let cosines = bench.all(&seeds, |&seed| Ok(cosines(seed)))?;
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
            Cell::from(cosines.iter().map(|velocities| number(&velocities[index])).collect::<Vec<f64>>().as_slice())
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

/// Where a velocity points, in the mean over many.
struct Direction {
    /// The cosine of the angle to the mean gradient.
    cosine: f64,
    /// Its length in that direction, where that of the mean gradient is 1.
    along: f64,
}

/// What a velocity of each of the factors does over an iteration in which the weights do not move.
fn cosines(seed: u64) -> [Direction; FACTORS.len()] {
    let examples = datasets::digits(seed).train;
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
    let dot = |one: &[f64], other: &[f64]| zip(one, other).map(|(one, other)| one * other).sum::<f64>();
    let length = dot(&mean, &mean).sqrt();
    FACTORS.map(|factor| {
        let mut velocity = vec![0.0; mean.len()];
        // What remains of the start from 0 is e^-5 in the second half.
        let settled = gradients.len() / 2;
        let (mut cosine, mut along) = (0.0, 0.0);
        for (index, gradient) in gradients.iter().enumerate() {
            zip(&mut velocity, gradient).for_each(|(velocity, gradient)| *velocity = factor * *velocity + gradient);
            if index >= settled {
                let product = dot(&velocity, &mean) / length;
                cosine += product / dot(&velocity, &velocity).sqrt();
                along += product / length;
            }
        }
        let count = (gradients.len() - settled) as f64;
        Direction { cosine: cosine / count, along: along / count }
    })
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
}
