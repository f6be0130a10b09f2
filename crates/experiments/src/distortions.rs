//! What distortions do to images, what they cost, and what they are worth.

use std::{array::from_fn, hint::black_box, iter::zip, ops::ControlFlow, time::Instant};

use ::distortions::{Distortion, Hyperparameters, Network};
use datasets::Examples;
use evaluation::{Classifier, Knobs, Observer};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{Bench, Cell, Chart, Column, Error, Findings, Summary, train, tried};

const AFFINE: [&str; 4] = ["rotation", "scale", "shear", "shift"];
const ELASTIC: [&str; 1] = ["alpha"];

/// The settings for MNIST without the distortions that are named.
fn without(names: &[&str]) -> Hyperparameters {
    let mut hyperparameters = Hyperparameters::mnist();
    for name in names {
        hyperparameters.set(name, "0").expect("any distortion can be 0");
    }
    hyperparameters
}

/// How far distortions move the pixels of an image of 28 x 28, along one axis.
pub fn displacements(_: &Bench) -> Result<Findings, Error> {
    const IMAGES: usize = 1000;
    const SIDE: usize = 28;
    let features = datasets::Features::Pixels { height: SIDE, width: SIDE, max: 255 };
    let elastic = |sigma: f64, alpha: f64| Hyperparameters { sigma, alpha, ..without(&AFFINE) };
    let ways = [
        ("affine", "turned, scaled, sheared and shifted, as for MNIST".to_owned(), without(&ELASTIC)),
        ("elastic", "bent, as for MNIST".to_owned(), without(&AFFINE)),
        ("both", "both".to_owned(), without(&[])),
        ("simard", "bent by sigma 4, alpha 34: Simard's numbers".to_owned(), elastic(4.0, 34.0)),
        ("rough", "bent by sigma 1, alpha 34".to_owned(), elastic(1.0, 34.0)),
        ("smooth", "bent by sigma 10, alpha 34".to_owned(), elastic(10.0, 34.0)),
    ];
    let mut findings = Findings::new(
        &format!("How far distortions move a pixel along one axis, over {IMAGES} images of {SIDE} x {SIDE}"),
        [
            Column::number("mean", "mean (pixels)", 2),
            Column::number("largest", "largest (pixels)", 1),
            Column::number("neighbours", "difference to the pixel beside it, mean", 2),
        ],
    );
    for (key, label, hyperparameters) in ways {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let distortion = Distortion::new(features, &hyperparameters, &rng);
        let (mut sum, mut largest, mut differences) = (0.0, 0.0_f64, 0.0);
        for _ in 0..IMAGES {
            let [rows, _] = distortion.sources(&mut rng);
            for ((row, column), source) in rows.indexed_iter() {
                let displacement = f64::from(source - row as f32);
                sum += displacement.abs();
                largest = largest.max(displacement.abs());
                let beside = rows[[row, if column == 0 { 1 } else { column - 1 }]];
                differences += f64::from((source - beside).abs());
            }
        }
        let pixels = (IMAGES * SIDE * SIDE) as f64;
        let cells = [("mean", sum / pixels), ("largest", largest), ("neighbours", differences / pixels)];
        findings.row(key, label, cells.map(|(key, number)| (key, Cell::from(number))));
    }
    Ok(findings)
}

/// How long distorting takes beside learning.
pub fn share(_: &Bench) -> Result<Findings, Error> {
    const PART: usize = 1280;
    const REPETITIONS: usize = 31;
    let examples = datasets::mnist(None)?.train;
    let all = examples.len();
    let examples = examples.select(&Vec::from_iter(0..PART));
    let once = |hyperparameters: Hyperparameters| Hyperparameters { iterations: 1, ..hyperparameters };
    let rng = ChaCha8Rng::seed_from_u64(1);
    let mut networks =
        [without(&[AFFINE.as_slice(), &ELASTIC].concat()), without(&[])].map(once).map(|hyperparameters| {
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            (Network::new(&examples, &hyperparameters, &mut rng), hyperparameters, rng)
        });
    let mut distortion = Distortion::new(examples.features, &without(&[]), &rng);
    let mut times: [Vec<f64>; 3] = from_fn(|_| Vec::new());
    for _ in 0..REPETITIONS {
        let [distorting, learning @ ..] = &mut times;
        distorting.push(seconds(|| _ = black_box(distortion.apply(&examples.inputs))));
        for (times, (network, hyperparameters, rng)) in zip(learning, &mut networks) {
            times.push(seconds(|| _ = network.train(&examples, hyperparameters, rng, &mut ())));
        }
    }
    let [distorting, _, learning] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[REPETITIONS / 2] * all as f64 / PART as f64
    });
    let mut findings = Findings::new(
        &format!(
            "An iteration over {all} images with {} hidden units, extrapolated from a part",
            Hyperparameters::mnist().hidden
        ),
        [Column::seconds("seconds", "seconds", 2), Column::percent("share", "share", 0)],
    );
    for (key, label, seconds) in [("distorting", "to distort the images", distorting), ("all", "all", learning)] {
        findings.row(key, label, [("seconds", seconds.into()), ("share", Cell::from(seconds / learning))]);
    }
    Ok(findings)
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

const SEEDS: u64 = 3;
const ITERATIONS: usize = 10;
/// How many of MNIST's training set judge: the last ones.
const JUDGES: usize = 10_000;

/// What each kind is worth on MNIST, judged by a part of the training set.
pub fn distortions(bench: &Bench) -> Result<Findings, Error> {
    let [learnt, judges] = validation()?;
    let ways = [
        ("none", "none", without(&[AFFINE.as_slice(), &ELASTIC].concat())),
        ("affine", "turned, scaled, sheared and shifted", without(&ELASTIC)),
        ("elastic", "bent", without(&AFFINE)),
        ("both", "both", without(&[])),
    ];
    let runs: Vec<_> = ways.iter().flat_map(|way| (1..=SEEDS).map(move |seed| (&way.2, seed))).collect();
    let curves = bench.all(&runs, |&(hyperparameters, seed)| {
        let hyperparameters = Hyperparameters { iterations: ITERATIONS, ..hyperparameters.clone() };
        let mut watch = Watch { judges: &judges, accuracies: Vec::new() };
        let mut network = train::<Network>(&learnt, &hyperparameters, seed, &mut watch);
        Ok((tried(&mut network, &learnt).accuracy(), watch.accuracies))
    })?;
    let mut findings = Findings::new(
        &format!("MNIST after {ITERATIONS} iterations, judged by the last 10,000 images of the training set"),
        [
            Column::percent("accuracy", "accuracy on these", 2),
            Column::percent("learnt", "on the undistorted others, which were learnt from", 2),
        ],
    );
    let mut chart = Chart::new("Accuracy on MNIST in validation", "iteration", "accuracy");
    for ((key, label, _), curves) in zip(ways, curves.chunks(SEEDS as usize)) {
        let after = |iteration: usize| Vec::from_iter(curves.iter().map(|(_, accuracies)| accuracies[iteration - 1]));
        let learnt = Vec::from_iter(curves.iter().map(|(learnt, _)| *learnt));
        findings.row(
            key,
            label,
            [("accuracy", Cell::from(after(ITERATIONS).as_slice())), ("learnt", Cell::from(learnt.as_slice()))],
        );
        chart.band(label, (1..=ITERATIONS).map(|iteration| (iteration as f64, Summary::of(&after(iteration)))));
    }
    findings.charts.push(chart);
    Ok(findings)
}

/// Names of hyperparameters, and other values of theirs.
type Changes = &'static [(&'static str, &'static str)];

/// What might make the network better still, judged in the same way: one change at a time, and then those that pay.
pub fn further(bench: &Bench) -> Result<Findings, Error> {
    const ITERATIONS: &str = "30";
    const WAYS: [(&str, &str, Changes); 11] = [
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
    let [learnt, judges] = validation()?;
    let measured = bench.all(&WAYS, |(_, _, changes)| {
        let mut hyperparameters = Hyperparameters::mnist();
        for (name, value) in [("iterations", ITERATIONS)].iter().chain(*changes) {
            hyperparameters.set(name, value).expect("a value that it can have");
        }
        let mut network = train::<Network>(&learnt, &hyperparameters, 1, &mut ());
        Ok([tried(&mut network, &judges).accuracy(), tried(&mut network, &learnt).accuracy()])
    })?;
    let mut findings = Findings::new(
        &format!(
            "MNIST with one thing changed, by default {ITERATIONS} iterations, one seed, judged by the same images"
        ),
        [
            Column::percent("accuracy", "accuracy on these", 2),
            Column::percent("learnt", "on the undistorted others, which were learnt from", 2),
        ],
    );
    for ((key, label, _), [accuracy, learnt]) in zip(WAYS, measured) {
        findings.row(key, label, [("accuracy", Cell::from(accuracy)), ("learnt", Cell::from(learnt))]);
    }
    Ok(findings)
}

/// MNIST's training set in two: what is learnt from, and the last ones, which judge.
fn validation() -> Result<[Examples; 2], Error> {
    let examples = datasets::mnist(None)?.train;
    let first_judge = examples.len() - JUDGES;
    Ok([0..first_judge, first_judge..examples.len()].map(|range| examples.select(&Vec::from_iter(range))))
}

/// Notes the accuracy after each iteration.
struct Watch<'a> {
    judges: &'a Examples,
    accuracies: Vec<f64>,
}

impl<C: Classifier> Observer<C> for Watch<'_> {
    fn iteration(&mut self, network: &mut C, _error: f64) -> ControlFlow<()> {
        self.accuracies.push(tried(network, self.judges).accuracy());
        ControlFlow::Continue(())
    }
}
