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
    let features = datasets::Features::Pixels { height: SIDE, width: SIDE, white: 255.0 };
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
    let images = Vec::from_iter(examples.inputs.rows());
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
        distorting.push(seconds(|| {
            for images in images.chunks(Hyperparameters::mnist().batch) {
                black_box(distortion.apply(images));
            }
        }));
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
    let examples = datasets::mnist(None)?.train;
    let (learnt, judges): (Vec<usize>, Vec<usize>) =
        (0..examples.len()).partition(|&example| example < examples.len() - JUDGES);
    let (learnt, judges) = (examples.select(&learnt), examples.select(&judges));
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

/// Notes the accuracy after each iteration.
struct Watch<'a> {
    judges: &'a Examples,
    accuracies: Vec<f64>,
}

impl<C: Classifier> Observer<C> for Watch<'_> {
    fn example(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn iteration(&mut self, network: &mut C, _error: f64) -> ControlFlow<()> {
        self.accuracies.push(tried(network, self.judges).accuracy());
        ControlFlow::Continue(())
    }
}
