//! Does each step learn what the tutorial's networks learn, computed by someone else?
//!
//! `reference/reference.py` trains them with numpy and records their weights. Both start from the same weights, see the
//! same 1,000 digits in the same order, and scale the pixels each for itself.

use std::{collections::BTreeMap, io::Read, iter::zip};

use datasets::{Examples, Features};
use evaluation::{Classifier, Weights};
use flate2::read::GzDecoder;
use ndarray::Array2;
use serde::Deserialize;
use tests::{every_step, generator, hyperparameters_of, is_single, learn_in_order, settings};

const DIGITS: &[u8] = include_bytes!("../crates/datasets/data/digits.csv.gz");
const TRAJECTORIES: &str = include_str!("reference/trajectories.json");
/// Rounding errors grow a little on their way: the script records nothing where they grow beyond this.
const TOLERANCE: f64 = 1e-9;
/// The same in single precision, with an approximation of tanh that is off by 6e-6 to begin with.
const TOLERANCE_OF_SINGLE: f64 = 1e-4;
/// What is not recorded must not matter: the weights are given, and each example is seen once and alone, in one
/// iteration.
const UNUSED: [&str; 4] = ["hidden", "iterations", "rate_decay", "batch"];
const RECORD_ANEW: &str = "set it right in tests/reference/reference.py, and run it to record anew";

#[derive(Deserialize)]
struct Reference {
    initial: Matrices,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    steps: Vec<String>,
    hyperparameters: BTreeMap<String, f64>,
    /// The weights after so many examples.
    after: BTreeMap<usize, Matrices>,
}

#[derive(Deserialize)]
struct Matrices {
    input: Vec<Vec<f64>>,
    output: Vec<Vec<f64>>,
}

// Not `parallel` and `distortions`: on any number of cores, and without distortions, they are `minibatch` to the last
// bit (`containment`).
every_step!(
    learns_what_the_reference_learns:
    naive_loops, vectorized, tanh_softmax, init_shuffle, regularized, momentum, minibatch
);

fn learns_what_the_reference_learns<N: Classifier>() {
    let reference: Reference = serde_json::from_str(TRAJECTORIES).expect("the recorded trajectories");
    let run = reference.runs.iter().find(|run| run.steps.iter().any(|step| step == N::STEP));
    let run = run.unwrap_or_else(|| panic!("no run of {}: {RECORD_ANEW}", N::STEP));

    let recorded: Vec<_> = run.hyperparameters.keys().map(String::as_str).collect();
    let mut known: Vec<_> = hyperparameters_of::<N>().filter(|name| !UNUSED.contains(name)).collect();
    known.sort();
    assert_eq!(recorded, known, "{RECORD_ANEW}");
    let recorded: Vec<_> = run.hyperparameters.iter().map(|(name, &value)| (name.as_str(), value)).collect();
    let hyperparameters = settings::<N>(&recorded);

    let examples = first_digits(1000);
    let mut network = N::from_weights(Weights {
        scaling: N::new(&examples, &hyperparameters, &mut generator(0)).weights().scaling,
        input_weights: matrix(&reference.initial.input),
        output_weights: matrix(&reference.initial.output),
    });
    let tolerance = if is_single::<N>() { TOLERANCE_OF_SINGLE } else { TOLERANCE };
    let same = |weights: &Array2<f64>, expected: &[Vec<f64>]| {
        let expected = matrix(expected);
        weights.dim() == expected.dim() && zip(weights, &expected).all(|(a, b)| (a - b).abs() <= tolerance)
    };
    let mut seen = 0;
    for (&count, expected) in &run.after {
        learn_in_order(&mut network, &examples, seen..count, &hyperparameters);
        seen = count;
        let Weights { input_weights, output_weights, .. } = network.weights();
        assert!(
            same(&input_weights, &expected.input) && same(&output_weights, &expected.output),
            "the weights after {count} examples are not the recorded ones. If those are out of date: {RECORD_ANEW}"
        );
    }
    assert_eq!(seen, examples.len(), "the last weights are recorded");
}

fn matrix(rows: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).expect("rows of one length")
}

/// The first of the digits, in the order in which they lie in the file.
fn first_digits(count: usize) -> Examples {
    let mut text = String::new();
    GzDecoder::new(DIGITS).read_to_string(&mut text).expect("the digits decompress");
    let rows: Vec<Vec<u8>> = text
        .lines()
        .take(count)
        .map(|line| line.split(',').map(|number| number.parse::<u8>().expect("a number")).collect())
        .collect();
    let inputs = rows.iter().flat_map(|row| row[..64].iter().copied()).collect();
    let labels = rows.iter().map(|row| row[64].into()).collect();
    let inputs = Array2::<u8>::from_shape_vec((count, 64), inputs).expect("64 pixels in each row");
    Examples::new(inputs, labels, 10, Features::Pixels { height: 8, width: 8, max: 16 })
}
