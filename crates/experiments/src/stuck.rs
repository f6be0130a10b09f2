//! What becomes of a softmax network whose steps are too long: it does not diverge, and it does not learn.

use std::{collections::BTreeSet, iter::zip};

use evaluation::{Classifier, answers};
use ndarray::{Array2, Axis};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use tanh_softmax::{Hyperparameters, Network};

use crate::{Bench, Cell, Column, Error, Findings};

const SEEDS: u64 = 5;
const ITERATIONS: usize = 20;
/// Beyond this, a hidden unit's slope is below 0.02: it has stopped learning.
const SATURATED: f64 = 0.99;
/// Keys of rows, labels, rates and factors.
const RULES: [(&str, &str, f64, f64); 3] = [
    ("small", "rate 0.05", 0.05, 0.0),
    ("plain", "rate 1.05", 1.05, 0.0),
    ("printed", "rate 0.05 and factor 1", 0.05, 1.0),
];

/// What a network is like: in its last iteration while it learns, and then on the test set.
#[derive(Default)]
struct Look {
    /// The mean error.
    error: f64,
    /// The share of examples that it answers with the label of the example before, and with that of the one before
    /// that.
    last: f64,
    before_last: f64,
    /// The share of hidden units that are saturated.
    saturated: f64,
    /// The share of hidden units that are on the same side of zero for all examples.
    alike: f64,
    /// The mean of its largest output.
    certainty: f64,
    /// The root mean square of all its weights.
    weight: f64,
    /// The mean of the squared length of the hidden layer's activations.
    length: f64,
    accuracy: f64,
    /// How many different digits it answers to the test set.
    answers: f64,
}

/// How `tanh-softmax` fares on the digits with short steps, with long ones, and with long ones that come late.
pub fn stuck(bench: &Bench) -> Result<Findings, Error> {
    let subjects: Vec<(f64, f64, u64)> =
        RULES.into_iter().flat_map(|(.., rate, factor)| (1..=SEEDS).map(move |seed| (rate, factor, seed))).collect();
    let looks = bench.all(&subjects, |&(learning_rate, momentum, seed)| {
        Ok(look(&Hyperparameters { learning_rate, momentum, ..Default::default() }, seed))
    })?;
    let mut findings = Findings::new(
        "tanh-softmax on the digits after 20 iterations, five seeds",
        [
            Column::percent("accuracy", "test accuracy", 1),
            Column::number("answers", "different answers to the test set", 1),
            Column::number("error", "mean error while it learns", 2),
            Column::percent("certainty", "mean of the largest output", 1),
            Column::percent("saturated", "hidden units saturated", 1),
            Column::percent("alike", "hidden units with one sign for all images", 1),
            Column::number("length", "squared length of the hidden activations", 1),
            Column::number("weight", "root mean square of the weights", 2),
            Column::percent("last", "answers with the last label", 1),
            Column::percent("before-last", "answers with the label before the last", 1),
        ],
    );
    for ((key, label, ..), looks) in RULES.into_iter().zip(looks.chunks(SEEDS as usize)) {
        let over = |number: fn(&Look) -> f64| Cell::from(looks.iter().map(number).collect::<Vec<_>>().as_slice());
        let cells = [
            ("accuracy", over(|look| look.accuracy)),
            ("answers", over(|look| look.answers)),
            ("error", over(|look| look.error)),
            ("certainty", over(|look| look.certainty)),
            ("saturated", over(|look| look.saturated)),
            ("alike", over(|look| look.alike)),
            ("length", over(|look| look.length)),
            ("weight", over(|look| look.weight)),
            ("last", over(|look| look.last)),
            ("before-last", over(|look| look.before_last)),
        ];
        findings.row(key, label, cells);
    }
    Ok(findings)
}

fn look(hyperparameters: &Hyperparameters, seed: u64) -> Look {
    let digits = datasets::digits(seed);
    let examples = &digits.train;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = Network::new(examples, hyperparameters, &mut rng);
    let before = Hyperparameters { iterations: ITERATIONS - 1, ..hyperparameters.clone() };
    let _ = network.train(examples, &before, &mut rng, &mut ());
    let mut look = Look::default();
    let mut signs = vec![0.0; network.hidden.len()];
    for example in 0..examples.len() {
        network.feed_forward(examples.inputs.row(example));
        let answer = answers(network.output.view().insert_axis(Axis(0)))[0];
        let is = |back: usize| example.checked_sub(back).is_some_and(|past| examples.labels[past] == answer);
        look.last += f64::from(is(1));
        look.before_last += f64::from(is(2));
        look.saturated += network.hidden.mapv(|hidden| f64::from(hidden.abs() > SATURATED)).mean().unwrap_or_default();
        look.certainty += network.output[answer];
        look.length += network.hidden.dot(&network.hidden);
        zip(&mut signs, &network.hidden).for_each(|(sum, hidden)| *sum += hidden.signum());
        look.error += network.back_propagate(examples.targets.row(example), hyperparameters);
    }
    let count = examples.len() as f64;
    for sum in [
        &mut look.last,
        &mut look.before_last,
        &mut look.saturated,
        &mut look.certainty,
        &mut look.length,
        &mut look.error,
    ] {
        *sum /= count;
    }
    look.alike = signs.iter().filter(|sum| sum.abs() == count).count() as f64 / signs.len() as f64;
    let squares = |weights: &Array2<f64>| weights.iter().map(|weight| weight * weight).sum::<f64>();
    let weights = network.input_weights.len() + network.output_weights.len();
    look.weight = ((squares(&network.input_weights) + squares(&network.output_weights)) / weights as f64).sqrt();
    let answers = answers(network.predict(&digits.test.inputs).view());
    look.accuracy = evaluation::accuracy(&answers, &digits.test.labels);
    look.answers = answers.into_iter().collect::<BTreeSet<_>>().len() as f64;
    look
}
