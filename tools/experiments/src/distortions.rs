//! The effect of distortions on images, their cost, and their worth.

use std::{hint::black_box, iter::zip};

use ::distortions::{Distortion, Hyperparameters, Network};
use evaluation::{Classifier, Curve, Tunable, evaluate};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    Bench, Cell, Chart, Column, Error, Findings, Summary,
    timing::{Case, MNIST, medians},
    validation,
};

const AFFINE: [&str; 4] = ["rotation", "scale", "shear", "shift"];
const ELASTIC: [&str; 1] = ["alpha"];

/// Returns the settings for MNIST without the distortions that are named.
fn without(names: &[&str]) -> Hyperparameters {
    let mut hyperparameters = Hyperparameters::mnist();
    for name in names {
        hyperparameters.set(name, "0").expect("any distortion can be 0");
    }
    hyperparameters
}

/// Measures how far distortions move the pixels of an image of 28 x 28, along one axis.
pub fn displacements(bench: &Bench) -> Result<Findings, Error> {
    const SIDE: usize = 28;
    let images = bench.examples(1000);
    let features = datasets::Features::Pixels { height: SIDE, width: SIDE, max: 255 };
    let elastic = |sigma: f64, alpha: f64| Hyperparameters { sigma, alpha, ..without(&AFFINE) };
    let cases = [
        ("affine", "turned, scaled, sheared and shifted, as for MNIST".to_owned(), without(&ELASTIC)),
        ("elastic", "bent, as for MNIST".to_owned(), without(&AFFINE)),
        ("both", "both".to_owned(), without(&[])),
        ("simard", "bent by sigma 4, alpha 34: Simard's numbers".to_owned(), elastic(4.0, 34.0)),
        ("rough", "bent by sigma 1, alpha 34".to_owned(), elastic(1.0, 34.0)),
        ("smooth", "bent by sigma 10, alpha 34".to_owned(), elastic(10.0, 34.0)),
    ];
    let mut findings = Findings::new(
        &format!("How far distortions move a pixel along one axis, over {images} images of {SIDE} x {SIDE}"),
        [
            Column::number("mean", "mean (pixels)", 2),
            Column::number("largest", "largest (pixels)", 1),
            Column::number("neighbours", "difference to the pixel beside it, mean", 2),
        ],
    );
    for (key, label, hyperparameters) in cases {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let distortion = Distortion::new(features, &hyperparameters, &rng);
        let (mut sum, mut largest, mut differences) = (0.0, 0.0_f64, 0.0);
        for _ in 0..images {
            let [rows, _] = distortion.sources(&mut rng);
            for ((row, column), source) in rows.indexed_iter() {
                let displacement = f64::from(source - row as f32);
                sum += displacement.abs();
                largest = largest.max(displacement.abs());
                let beside = rows[[row, if column == 0 { 1 } else { column - 1 }]];
                differences += f64::from((source - beside).abs());
            }
        }
        let pixels = (images * SIDE * SIDE) as f64;
        let cells = [("mean", sum / pixels), ("largest", largest), ("neighbours", differences / pixels)];
        findings.row(key, label, cells.map(|(key, number)| (key, Cell::from(number))));
    }
    Ok(findings)
}

/// Measures how long distorting takes beside learning.
pub fn share(bench: &Bench) -> Result<Findings, Error> {
    const PART: usize = 1280;
    const REPETITIONS: usize = 31;
    let examples = bench.mnist()?.train;
    let examples = examples.select(&Vec::from_iter(0..bench.examples(PART)));
    let hyperparameters = Hyperparameters { iterations: 1, ..Hyperparameters::mnist() };
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut network = Network::new(&examples, &hyperparameters, &mut rng);
    let mut distortion = Distortion::new(examples.features, &hyperparameters, &rng);
    let cases: [Case; 2] = [
        Box::new(|| _ = black_box(distortion.apply(&examples.inputs))),
        Box::new(|| _ = network.train(&examples, &hyperparameters, &mut rng, &mut ())),
    ];
    let [distorting, all] =
        medians(cases, bench.repetitions(REPETITIONS)).map(|seconds| seconds * MNIST as f64 / examples.len() as f64);
    let mut findings = Findings::new(
        &format!(
            "An iteration over 60,000 images with {} hidden units, extrapolated from a part",
            hyperparameters.hidden
        ),
        [Column::seconds("seconds", "seconds", 2), Column::percent("share", "share", 0)],
    );
    for (key, label, seconds) in [("distorting", "to distort the images", distorting), ("all", "all", all)] {
        findings.row(key, label, [("seconds", seconds.into()), ("share", Cell::from(seconds / all))]);
    }
    Ok(findings)
}

const SEEDS: u64 = 3;
const ITERATIONS: usize = 10;

/// Measures the worth of each kind on MNIST, judged by a part of the training set.
pub fn distortions(bench: &Bench) -> Result<Findings, Error> {
    let [learned, judge] = validation(&bench.mnist()?.train);
    let iterations = bench.iterations(ITERATIONS);
    let cases = [
        ("none", "none", without(&[AFFINE.as_slice(), &ELASTIC].concat())),
        ("affine", "turned, scaled, sheared and shifted", without(&ELASTIC)),
        ("elastic", "bent", without(&AFFINE)),
        ("both", "both", without(&[])),
    ];
    let trainings = bench.over_seeds(&cases, SEEDS, |(.., hyperparameters), seed| {
        let hyperparameters = Hyperparameters { iterations, ..hyperparameters.clone() };
        let mut curve = Curve::on(&judge);
        let mut network = bench.train::<Network>(&learned, &hyperparameters, seed, &mut curve);
        Ok((evaluate(&mut network, &learned).accuracy(), curve.accuracies))
    })?;
    let mut findings = Findings::new(
        &format!("MNIST after {iterations} iterations, judged by the last 10,000 images of the training set"),
        [
            Column::percent("accuracy", "accuracy on these", 2),
            Column::percent("learnt", "on the undistorted others, which were learned from", 2),
        ],
    );
    let mut chart = Chart::new("Accuracy on MNIST in validation", "iteration", "accuracy");
    for ((key, label, _), trainings) in zip(cases, trainings) {
        let after =
            |iteration: usize| Vec::from_iter(trainings.iter().map(|(_, accuracies)| accuracies[iteration - 1]));
        let learned = Vec::from_iter(trainings.iter().map(|(learned, _)| *learned));
        let cells = [("accuracy", Cell::from(after(iterations).as_slice())), ("learnt", learned.as_slice().into())];
        findings.row(key, label, cells);
        chart.band(label, (1..=iterations).map(|iteration| (iteration as f64, Summary::of(&after(iteration)))));
    }
    findings.charts.push(chart);
    Ok(findings)
}

/// Names of hyperparameters, and other values of theirs.
type Changes = &'static [(&'static str, &'static str)];

/// Measures what might make the network better still, judged in the same way: one change at a time, and then those that
/// pay.
pub fn further(bench: &Bench) -> Result<Findings, Error> {
    const ITERATIONS: &str = "30";
    const CASES: [(&str, &str, Changes); 11] = [
        ("as-it-is", "as it is", &[]),
        ("faster", "a learning rate of 0.1", &[("learning_rate", "0.1")]),
        ("slower", "a learning rate of 0.025", &[("learning_rate", "0.025")]),
        ("smaller-batch", "batches of 64, at half the learning rate", &[("batch", "64"), ("learning_rate", "0.025")]),
        ("decay", "a weight decay of 1e-4", &[("l2_in", "1e-4"), ("l2_out", "1e-4")]),
        (
            "affine",
            "turned, scaled, sheared and shifted by half as much again",
            &[("rotation", "15"), ("scale", "0.15"), ("shear", "0.15"), ("shift", "1.5")],
        ),
        ("bent", "bent by half as much again", &[("alpha", "54")]),
        ("rough", "bent more roughly, by sigma 4, alpha 34", &[("sigma", "4"), ("alpha", "34")]),
        ("units", "1,600 hidden units", &[("hidden", "1600")]),
        ("iterations", "120 iterations", &[("iterations", "120")]),
        ("both", "1,600 hidden units, 120 iterations", &[("hidden", "1600"), ("iterations", "120")]),
    ];
    let [learned, judge] = validation(&bench.mnist()?.train);
    let measured = bench.all(&CASES, |(_, _, changes)| {
        let mut hyperparameters = Hyperparameters::mnist();
        for (name, value) in [("iterations", ITERATIONS)].iter().chain(*changes) {
            hyperparameters.set(name, value).expect("a value that it can have");
        }
        let mut network = bench.train::<Network>(&learned, &hyperparameters, 1, &mut ());
        Ok([&judge, &learned].map(|examples| evaluate(&mut network, examples).accuracy()))
    })?;
    let mut findings = Findings::new(
        &format!(
            "MNIST with one thing changed, by default {ITERATIONS} iterations, one seed, judged by the same images"
        ),
        [
            Column::percent("accuracy", "accuracy on these", 2),
            Column::percent("learnt", "on the undistorted others, which were learned from", 2),
        ],
    );
    for ((key, label, _), [accuracy, learned]) in zip(CASES, measured) {
        findings.row(key, label, [("accuracy", Cell::from(accuracy)), ("learnt", Cell::from(learned))]);
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_distortions_all_pixels_stay() {
        let nothing = without(&[AFFINE.as_slice(), &ELASTIC].concat());
        let images = Bench::trial().digits(1).train;
        let inputs = &images.inputs;
        let mut distortion = Distortion::new(images.features, &nothing, &ChaCha8Rng::seed_from_u64(1));
        assert_eq!(&distortion.apply(inputs), inputs);
        let mut distortion = Distortion::new(images.features, &without(&ELASTIC), &ChaCha8Rng::seed_from_u64(1));
        assert_ne!(&distortion.apply(inputs), inputs);
    }
}
