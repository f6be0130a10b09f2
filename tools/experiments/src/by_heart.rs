//! Learning by heart: the training set and the test set, with and without weight decay, and by the number of examples.

use ::distortions::Network as Distorted;
use datasets::Examples;
use evaluation::{Classifier, Curve, Tunable, evaluate};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};
use regularized::{Hyperparameters, Network};

use crate::{Bench, Cell, Chart, Column, Error, Findings, Series, Summary};

const SEEDS: u64 = 3;
const SIZES: [usize; 6] = [100, 300, 1_000, 3_000, 10_000, 60_000];
/// Few examples come again until so many have been shown.
const SHOWN: usize = 100_000;
/// Iterations at least.
const ITERATIONS: usize = 30;
const HIDDEN: usize = 100;

/// What is done against learning by heart.
#[derive(Clone, Copy, Debug)]
enum Against {
    /// The decay of `regularized`, multiplied by this. 0 makes it `init-shuffle`.
    Decay(f64),
    /// The distortions of `distortions`.
    Distortions,
}
use Against::{Decay, Distortions};

const ALL: [(&str, &str, Against); 4] = [
    ("none", "without decay", Decay(0.0)),
    ("decay", "with the decay of regularized", Decay(1.0)),
    ("tenfold", "with ten times that", Decay(10.0)),
    ("distortions", "with distortions", Distortions),
];

/// Trains networks of a hundred hidden units on parts of MNIST.
pub fn by_heart(bench: &Bench) -> Result<Findings, Error> {
    let mnist = bench.mnist()?;
    let cases: Vec<(usize, Against)> = SIZES.into_iter().flat_map(|size| ALL.map(|(.., way)| (size, way))).collect();
    let found = bench.over_seeds(&cases, SEEDS, |&(size, against), seed| {
        let train = some(&mnist.train, size, seed);
        let iterations = ITERATIONS.max(SHOWN.div_ceil(size));
        Ok(match against {
            Decay(factor) => accuracies::<Network>(bench, &train, &mnist.test, &decayed(factor, iterations), seed),
            Distortions => {
                let usual = Tunable::mnist();
                let settings = ::distortions::Hyperparameters { hidden: HIDDEN, iterations, ..usual };
                accuracies::<Distorted>(bench, &train, &mnist.test, &settings, seed)
            }
        })
    })?;
    let columns = ALL.iter().map(|(key, label, _)| Column::percent(key, label, 2));
    let training = Column::percent("training", "the training set itself, without decay", 2);
    let columns: Vec<Column> = columns.chain([training]).collect();
    let mut findings = Findings::new("Test accuracy on MNIST by the number of examples learned", columns);
    let mut chart = Chart::new("Test errors on MNIST", "examples learned", "test errors, %");
    chart.logarithmic = true;
    chart.series = ALL.map(|(_, label, _)| Series { label: label.to_owned(), dots: false, points: Vec::new() }).into();
    for (size, found) in SIZES.into_iter().zip(found.chunks(ALL.len())) {
        let of = |way: usize, set: usize| found[way].iter().map(|both| both[set]).collect::<Vec<f64>>();
        let mut cells = vec![("training", Cell::from(of(0, 0).as_slice()))];
        for (way, (key, ..)) in ALL.iter().enumerate() {
            let errors = of(way, 1).iter().map(|accuracy| 100.0 * (1.0 - accuracy)).collect::<Vec<f64>>();
            let errors = Summary::of(&errors);
            chart.series[way].points.push(vec![size as f64, errors.mean, errors.min, errors.max]);
            cells.push((key, of(way, 1).as_slice().into()));
        }
        findings.row(size.to_string(), size.to_string(), cells);
    }
    findings.charts.push(chart);
    Ok(findings)
}

/// Follows the error on the training set and the accuracy on the test set of networks that learn all of MNIST.
pub fn by_heart_curves(bench: &Bench) -> Result<Findings, Error> {
    let mnist = bench.mnist()?;
    let iterations = bench.iterations(ITERATIONS);
    let cases = [("none", "without decay", 0.0), ("decay", "with the decay of regularized", 1.0)];
    let found = bench.over_seeds(&cases, SEEDS, |&(.., factor), seed| {
        let mut curve = Curve::on(&mnist.test);
        let _: Network = bench.train(&mnist.train, &decayed(factor, iterations), seed, &mut curve);
        Ok([curve.errors, curve.accuracies])
    })?;
    let mut findings = Findings::new(
        &format!("Networks that learned all of MNIST, in the last of {iterations} iterations"),
        [
            Column::number("error", "error on the training set, as it learned", 4),
            Column::percent("accuracy", "test accuracy", 2),
        ],
    );
    let mut charts = [
        Chart::new("Error on the training set of MNIST, as it learned", "iteration", "error"),
        Chart::new("Test accuracy on MNIST", "iteration", "test accuracy"),
    ];
    for (&(key, label, _), found) in cases.iter().zip(&found) {
        let of = |which: usize, at: usize| found.iter().map(|curves| curves[which][at]).collect::<Vec<f64>>();
        let last = [0, 1].map(|which| Cell::from(of(which, iterations - 1).as_slice()));
        findings.row(key, label, ["error", "accuracy"].into_iter().zip(last));
        for (which, chart) in charts.iter_mut().enumerate() {
            chart.band(label, (0..iterations).map(|at| ((at + 1) as f64, Summary::of(&of(which, at)))));
        }
    }
    findings.charts.extend(charts);
    Ok(findings)
}

/// Returns the settings of `regularized` for MNIST with its decay multiplied by `factor`.
fn decayed(factor: f64, iterations: usize) -> Hyperparameters {
    let usual = Hyperparameters::mnist();
    Hyperparameters { hidden: HIDDEN, iterations, l2_in: factor * usual.l2_in, l2_out: factor * usual.l2_out, ..usual }
}

/// Returns this many of the examples, or all, drawn by `seed`.
fn some(examples: &Examples, size: usize, seed: u64) -> Examples {
    let mut order: Vec<usize> = (0..examples.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    order.truncate(size);
    examples.select(&order)
}

/// Returns the accuracies on the training set and on the test set of a network that learned by `seed`.
fn accuracies<C: Classifier>(
    bench: &Bench,
    train: &Examples,
    test: &Examples,
    hyperparameters: &C::Hyperparameters,
    seed: u64,
) -> [f64; 2] {
    let mut network: C = bench.train(train, hyperparameters, seed, &mut ());
    [train, test].map(|examples| evaluate(&mut network, examples).accuracy())
}
