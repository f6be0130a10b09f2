//! Why the tutorial's network never answers with some of the digits.

use std::iter::zip;

use datasets::{Examples, Row};
use evaluation::{Classifier, accuracy, answers};
use ndarray::Array1;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use vectorized::{Hyperparameters, Network, dsigmoid, sigmoid};

use crate::{Bench, Cell, Chart, Column, Error, Findings};

const SEEDS: u64 = 20;
const HIDDEN: [usize; 6] = [10, 20, 30, 50, 100, 200];
/// An output above this says yes.
const YES: f64 = 0.5;
/// The seed of the network whose outputs are drawn, every so many examples, for so many iterations:
/// those of the first digits.
const DRAWN: u64 = 3;
const APART: usize = 300;
const ITERATIONS: usize = 30;
const DIGITS_DRAWN: usize = 4;

/// What a network with so many hidden units is like.
struct Look {
    /// The mean of the squared length of the hidden layer's activations, before it has learnt.
    length: f64,
    /// How far learning from an example lowers the total input of an output unit for that example, at most, in the
    /// first iteration.
    fall: f64,
    accuracy: f64,
    /// The digits to which its output says yes for no image of the test set.
    silent: usize,
    /// For each of them, the mean slope of its output unit over the training images that show it.
    slopes: Vec<f64>,
}

/// What the number of hidden units does to the tutorial's network, and how an output falls silent.
pub fn silent_digits(bench: &Bench) -> Result<Findings, Error> {
    let subjects: Vec<(usize, u64)> =
        HIDDEN.into_iter().flat_map(|hidden| (1..=SEEDS).map(move |seed| (hidden, seed))).collect();
    let looks = bench.all(&subjects, |&(hidden, seed)| Ok(look(hidden, seed)))?;
    let mut findings = Findings::new(
        "vectorized on the digits, with more and more hidden units",
        [
            Column::number("length", "squared length of the hidden activations", 1),
            Column::number("fall", "deepest fall of an output's total input", 1),
            Column::percent("accuracy", "test accuracy", 1),
            Column::number("silent", "outputs that never pass one half, of 10", 1),
            Column::text("slope", "slope of their outputs, where it matters"),
        ],
    );
    for (hidden, looks) in zip(HIDDEN, looks.chunks(SEEDS as usize)) {
        let over = |number: fn(&Look) -> f64| Cell::from(looks.iter().map(number).collect::<Vec<_>>().as_slice());
        let slopes: Vec<f64> = looks.iter().flat_map(|look| look.slopes.iter().copied()).collect();
        let cells = [
            ("length", over(|look| look.length)),
            ("fall", over(|look| look.fall)),
            ("accuracy", over(|look| look.accuracy)),
            ("silent", over(|look| look.silent as f64)),
            ("slope", Cell::Text(median(slopes).map_or("–".to_owned(), |slope| format!("{slope:.0e}")))),
        ];
        findings.row(format!("hidden-{hidden}"), format!("{hidden} hidden units"), cells);
    }
    findings.charts.push(drawn());
    Ok(findings)
}

fn look(hidden: usize, seed: u64) -> Look {
    let digits = datasets::digits(seed);
    let examples = &digits.train;
    let hyperparameters = Hyperparameters { hidden, ..Default::default() };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = Network::new(examples, &hyperparameters, &mut rng);
    let mut length = 0.0;
    for input in examples.inputs.rows() {
        network.feed_forward(input);
        length += network.hidden.dot(&network.hidden) / examples.len() as f64;
    }
    let (mut fall, mut before) = (0.0_f64, None);
    for (example, input) in examples.inputs.rows().enumerate() {
        let totals = totals_of(&mut network, input);
        network.back_propagate(examples.targets.row(example), &hyperparameters);
        // By now the change that the example before has asked for is made. What is it to the same image?
        if let Some(before) = before.replace((input, totals)) {
            let (input, before): (Row, Array1<f64>) = before;
            let after = totals_of(&mut network, input);
            fall = (before - after).iter().copied().fold(fall, f64::max);
        }
    }
    let rest = Hyperparameters { iterations: hyperparameters.iterations - 1, ..hyperparameters };
    let _ = network.train(examples, &rest, &mut rng, &mut ());
    let outputs = network.predict(&digits.test.inputs);
    let says_yes = |digit: &usize| outputs.column(*digit).iter().any(|output| *output > YES);
    let silent: Vec<usize> = (0..examples.classes()).filter(|digit| !says_yes(digit)).collect();
    let slopes = silent.iter().map(|&digit| {
        let slopes: Vec<f64> = own(&mut network, examples, digit).map(|total| dsigmoid(sigmoid(total))).collect();
        slopes.iter().sum::<f64>() / slopes.len() as f64
    });
    Look {
        length,
        fall,
        accuracy: accuracy(&answers(outputs.view()), &digits.test.labels),
        silent: silent.len(),
        slopes: slopes.collect(),
    }
}

/// The total inputs of the output units for one image, of shape (outputs).
fn totals_of(network: &mut Network, input: Row) -> Array1<f64> {
    network.feed_forward(input);
    network.hidden.dot(&network.output_weights)
}

/// The total inputs of the output unit of `digit` for the images that show it.
fn own(network: &mut Network, examples: &Examples, digit: usize) -> impl Iterator<Item = f64> {
    let images = zip(examples.inputs.rows(), &examples.labels).filter(move |(_, label)| **label == digit);
    images.map(move |(input, _)| totals_of(network, input)[digit])
}

/// The outputs of one network while it learns, each over the images that should turn it on.
fn drawn() -> Chart {
    let digits = datasets::digits(DRAWN);
    let examples = &digits.train;
    let mut rng = ChaCha8Rng::seed_from_u64(DRAWN);
    let hyperparameters = Hyperparameters::default();
    let mut network = Network::new(examples, &hyperparameters, &mut rng);
    let mut curves = vec![Vec::new(); examples.classes()];
    let mut seen = 0;
    for _ in 0..ITERATIONS {
        for example in 0..examples.len() {
            if seen % APART == 0 {
                for (digit, curve) in curves.iter_mut().enumerate() {
                    let totals: Vec<f64> = own(&mut network, examples, digit).collect();
                    curve.push((seen as f64, totals.iter().sum::<f64>() / totals.len() as f64));
                }
            }
            network.feed_forward(examples.inputs.row(example));
            network.back_propagate(examples.targets.row(example), &hyperparameters);
            seen += 1;
        }
    }
    let mut chart = Chart::new(
        "The total inputs of some outputs, each over the images that show its digit",
        "examples",
        "mean total input",
    );
    for (digit, curve) in curves.into_iter().enumerate().take(DIGITS_DRAWN) {
        chart.curve(format!("digit {digit}"), curve);
    }
    chart
}

/// The middle of `numbers`, if there are any.
fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}
