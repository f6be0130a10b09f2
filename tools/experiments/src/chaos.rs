//! The growth of a difference in the last bit of one weight, while two networks learn the same.

use std::iter::zip;

use datasets::{Dataset, Row};
use evaluation::{Classifier, predictions};
use ndarray::{Array2, ArrayView1};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use crate::{Bench, Cell, Chart, Column, Error, Findings};

const SEED: u64 = 1;
const ITERATIONS: usize = 100;
/// The differences are drawn this many examples apart, up to the end of this iteration.
const APART: usize = 30;
const DRAWN: usize = 5;
/// The size from which a difference is noticed.
const NOTICED: f64 = 1e-3;
/// Less than any difference between two weights near 1, other than none at all, for which it is drawn.
const NONE: f64 = 1e-17;

/// A key, a label, and a function that trains a network and its twin for some iterations.
type Subject<'a> = (&'a str, &'a str, Learn);
type Learn = Box<dyn Fn(&Dataset, usize) -> Twins + Sync>;

/// A network beside its twin.
struct Twins {
    /// The number of examples learned from, and the largest difference between two weights then.
    differences: Vec<(usize, f64)>,
    /// The number of images of the test set that are answered differently in the end.
    answers: usize,
}

/// Measures the largest difference between the weights of two networks, one of which had one weight changed in its last
/// bit.
pub fn chaos(bench: &Bench) -> Result<Findings, Error> {
    let subjects: [Subject; 4] = [
        ("printed-100", "vectorized, factor 1, 100 hidden units", vectorized(100)),
        ("printed-50", "vectorized, factor 1, 50 hidden units", vectorized(50)),
        ("plain-0.05", "init-shuffle, rate 0.05, factor 0", init_shuffle(0.05)),
        ("plain-0.005", "init-shuffle, rate 0.005, factor 0", init_shuffle(0.005)),
    ];
    let digits = bench.digits(SEED);
    let found = bench.all(&subjects, |(.., learn)| Ok(learn(&digits, bench.iterations(ITERATIONS))))?;
    let mut findings = Findings::new(
        "Two networks that learn the same on the digits, and differ in the last bit of one weight",
        [
            Column::text("noticed", "examples until a weight differs by a thousandth"),
            Column::number("early", "largest difference after 5 iterations (log10)", 1),
            Column::number("late", "largest difference after 100 iterations (log10)", 1),
            Column::number("answers", "test images answered differently in the end", 0),
        ],
    );
    let mut chart = Chart::new("How far two networks drift apart", "examples", "log10 of the largest difference");
    for ((key, label, _), Twins { differences, answers }) in zip(&subjects, found) {
        let log = |(_, difference): &(usize, f64)| difference.max(NONE).log10();
        let early = differences.iter().filter(|(seen, _)| *seen <= DRAWN * digits.train.len());
        let noticed = differences.iter().find(|(_, difference)| *difference > NOTICED);
        let cells = [
            ("noticed", Cell::Text(noticed.map_or("never".to_owned(), |(seen, _)| seen.to_string()))),
            ("early", early.clone().next_back().map_or(0.0, log).into()),
            ("late", differences.last().map_or(0.0, log).into()),
            ("answers", answers.into()),
        ];
        findings.row(*key, *label, cells);
        chart.curve(*label, early.map(|point| (point.0 as f64, log(point))));
    }
    findings.charts.push(chart);
    Ok(findings)
}

fn vectorized(hidden: usize) -> Learn {
    let hyperparameters = vectorized::Hyperparameters { hidden, ..Default::default() };
    Box::new(move |digits, iterations| {
        twins(digits, iterations, &hyperparameters, false, |network: &mut vectorized::Network, input, targets| {
            network.feed_forward(input);
            network.back_propagate(targets, &hyperparameters);
        })
    })
}

fn init_shuffle(learning_rate: f64) -> Learn {
    let hyperparameters = init_shuffle::Hyperparameters { learning_rate, ..Default::default() };
    Box::new(move |digits, iterations| {
        twins(digits, iterations, &hyperparameters, true, |network: &mut init_shuffle::Network, input, targets| {
            network.feed_forward(input);
            network.back_propagate(targets, &hyperparameters);
        })
    })
}

/// Has two networks `learn` from the same examples in the same order, `shuffled` or not.
fn twins<C: Classifier>(
    digits: &Dataset,
    iterations: usize,
    hyperparameters: &C::Hyperparameters,
    shuffled: bool,
    learn: impl Fn(&mut C, Row, ArrayView1<f64>),
) -> Twins {
    let examples = &digits.train;
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut one = C::new(examples, hyperparameters, &mut rng);
    let mut weights = one.weights();
    let changed = &mut weights.input_weights[(examples.inputs.ncols(), 0)]; // from the bias, which is never 0
    *changed = changed.next_up();
    let mut other = C::from_weights(weights);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let (mut differences, mut seen) = (Vec::new(), 0);
    for _ in 0..iterations {
        if shuffled {
            order.shuffle(&mut rng);
        }
        for &example in &order {
            for network in [&mut one, &mut other] {
                learn(network, examples.inputs.row(example), examples.targets.row(example));
            }
            seen += 1;
            if seen % APART == 0 {
                differences.push((seen, difference(&one, &other)));
            }
        }
    }
    let [one, other] = [&mut one, &mut other].map(|network| predictions(network.predict(&digits.test.inputs).view()));
    Twins { differences, answers: zip(one, other).filter(|(one, other)| one != other).count() }
}

/// Returns the largest difference between two weights that correspond.
fn difference<C: Classifier>(one: &C, other: &C) -> f64 {
    let (one, other) = (one.weights(), other.weights());
    let largest = |one: &Array2<f64>, other: &Array2<f64>| {
        zip(one, other).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
    };
    largest(&one.input_weights, &other.input_weights).max(largest(&one.output_weights, &other.output_weights))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_the_last_bit_of_a_weight() {
        let digits = Bench::trial().digits(SEED);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let one = vectorized::Network::new(&digits.train, &Default::default(), &mut rng);
        let mut weights = one.weights();
        assert_eq!(difference(&one, &vectorized::Network::from_weights(weights.clone())), 0.0);
        let changed = &mut weights.output_weights[(3, 4)];
        let before = *changed;
        *changed = changed.next_up();
        let bit = *changed - before;
        assert_eq!(difference(&one, &vectorized::Network::from_weights(weights)), bit);
        let Twins { differences, .. } = vectorized(20)(&digits, 1);
        assert_eq!(differences.iter().map(|(seen, _)| *seen).collect::<Vec<_>>(), [30, 60, 90, 120]);
        assert!(differences.iter().all(|(_, difference)| *difference > 0.0), "{differences:?}");
    }
}
