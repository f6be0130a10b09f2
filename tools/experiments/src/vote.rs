//! The worth of a vote: networks that are asked together, and images without their slant.

use std::{iter::zip, ops::AddAssign};

use ::distortions::{Hyperparameters, Network};
use datasets::{Examples, Features, Inputs};
use evaluation::{Classifier, Tunable, Weights, accuracy, predictions};
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};

use crate::{Bench, Cell, Chart, Column, Error, Findings, paired::Comparison};

/// The number of networks that learn from the images as they are, and of those that learn from images without slant.
const NETWORKS: u64 = 6;
const SEEDS: u64 = 3;
/// The share of each target that goes to all classes alike, where targets are softened.
const SOFTENED: f64 = 0.1;

/// The training images of a network, or their targets.
#[derive(Clone, Copy)]
enum Images {
    AsTheyAre,
    Upright,
    SoftTargets,
}

/// Measures committees of `distortions` networks on the test images of MNIST.
pub fn vote(bench: &Bench) -> Result<Findings, Error> {
    let dataset = bench.mnist()?;
    let upright = [&dataset.train, &dataset.test].map(straightened);
    let labels = &dataset.test.labels;
    let subjects = Vec::from_iter(
        [(Images::AsTheyAre, NETWORKS), (Images::Upright, NETWORKS), (Images::SoftTargets, SEEDS)]
            .into_iter()
            .flat_map(|(images, seeds)| (1..=seeds).map(move |seed| (images, seed))),
    );
    let networks = bench.all(&subjects, |&(images, seed)| {
        let hyperparameters = Hyperparameters::mnist();
        let soft;
        let (train, test) = match images {
            Images::AsTheyAre => (&dataset.train, &dataset.test),
            Images::Upright => (&upright[0], &upright[1]),
            Images::SoftTargets => {
                soft = softened(&dataset.train);
                (&soft, &dataset.test)
            }
        };
        let mut network = bench.train::<Network>(train, &hyperparameters, seed, &mut ());
        Ok((network.predict(&test.inputs), network.weights()))
    })?;
    let outputs = Vec::from_iter(networks.iter().map(|(outputs, _)| outputs.view()));
    let [plain, upright, soft] = [0, 6, 12].map(|first| &outputs[first..outputs.len().min(first + 6)]);
    // Committees that share no network: the first so many, the next so many. Those of both kinds have half of each.
    let of = |networks: &[ArrayView2<f64>], size: usize| {
        networks.chunks_exact(size).map(|some| Committee::of(some, labels)).collect::<Vec<_>>()
    };
    let of_both = |size: usize| {
        let halves = zip(plain.chunks_exact(size), upright.chunks_exact(size));
        halves.map(|(a, b)| Committee::of(&[a, b].concat(), labels)).collect::<Vec<_>>()
    };

    let mut findings = Findings::new(
        "MNIST: networks of distortions, 800 hidden units and 60 iterations, asked together",
        [
            Column::number("committees", "committees that share no network", 0),
            Column::percent("accuracy", "test accuracy by the mean of the outputs", 2),
            Column::percent("votes", "by the number of votes", 2),
            Column::number("shared", "images that all of them misread", 1),
        ],
    );
    let mut chart = Chart::new("Test accuracy on MNIST by the mean of the outputs", "networks", "test accuracy (%)");
    let mut row = |key: &str, label: &str, committees: Vec<Committee>| {
        let all = |of: fn(&Committee) -> f64| Vec::from_iter(committees.iter().map(of));
        let accuracies = all(|committee| committee.accuracy);
        let cells = [
            ("committees", Cell::from(committees.len())),
            ("accuracy", accuracies.as_slice().into()),
            ("votes", all(|committee| committee.by_votes).as_slice().into()),
            ("shared", all(|committee| committee.misread_by_all).as_slice().into()),
        ];
        findings.row(key, label, cells);
        100.0 * evaluation::mean_and_deviation(&accuracies).0
    };
    let curve = [
        (1, row("plain-1", "one network", of(plain, 1))),
        (2, row("plain-2", "two", of(plain, 2))),
        (3, row("plain-3", "three", of(plain, 3))),
        (6, row("plain-6", "six", of(plain, 6))),
    ];
    chart.curve("on images as they are", curve.map(|(size, accuracy)| (f64::from(size), accuracy)));
    let curve = [
        (1, row("upright-1", "one network, on images without slant", of(upright, 1))),
        (2, row("upright-2", "two of them", of(upright, 2))),
        (3, row("upright-3", "three of them", of(upright, 3))),
        (6, row("upright-6", "six of them", of(upright, 6))),
    ];
    chart.curve("on images without slant", curve.map(|(size, accuracy)| (f64::from(size), accuracy)));
    let curve = [
        (2, row("both-2", "one of each", of_both(1))),
        (4, row("both-4", "two of each", of_both(2))),
        (6, row("both-6", "three of each", of_both(3))),
        (12, row("both-12", "six of each", of_both(6))),
    ];
    chart.curve("half and half", curve.map(|(size, accuracy)| (f64::from(size), accuracy)));
    row("soft", "one network, a tenth of each target given to all classes", of(soft, 1));

    let weights = Vec::from_iter(networks[..3.min(networks.len())].iter().map(|(_, weights)| weights));
    let averaged = accuracy(&predictions(mean(&weights).predict(&dataset.test.inputs).view()), labels);
    findings.row(
        "weights",
        "one network, of the mean of three networks' weights",
        [("accuracy", Cell::from(averaged))],
    );
    findings.charts.push(chart);
    Ok(findings)
}

/// Compares `minibatch` on MNIST's images as they are and without their slant.
pub fn slant(bench: &Bench) -> Result<Findings, Error> {
    let dataset = bench.mnist()?;
    let upright = [&dataset.train, &dataset.test].map(straightened);
    let mut hyperparameters = minibatch::Hyperparameters::mnist();
    hyperparameters.hidden = 300;
    let found = bench.over_seeds(&[false, true], SEEDS, |&straight, seed| {
        let (train, test) = if straight { (&upright[0], &upright[1]) } else { (&dataset.train, &dataset.test) };
        let mut network = bench.train::<minibatch::Network>(train, &hyperparameters, seed, &mut ());
        Ok(accuracy(&predictions(network.predict(&test.inputs).view()), &test.labels))
    })?;
    let Comparison { difference, paired, .. } = Comparison::of(&found[0], &found[1]);
    let mut findings = Findings::new(
        "MNIST without distortions: minibatch with 300 hidden units",
        [
            Column::percent("slanted", "images as they are", 2),
            Column::percent("upright", "without slant", 2),
            Column::percent("difference", "mean difference", 2),
            Column::percent("error", "its standard error", 2),
        ],
    );
    let [slanted, upright] = [&found[0], &found[1]].map(|accuracies| Cell::from(accuracies.as_slice()));
    let cells =
        [("slanted", slanted), ("upright", upright), ("difference", difference.into()), ("error", paired.into())];
    findings.row("minibatch", "test accuracy", cells);
    Ok(findings)
}

/// The joint answers of some networks to the test images.
struct Committee {
    /// Accuracy where the answer is the largest mean of the outputs.
    accuracy: f64,
    /// Accuracy where each network has one vote; among digits with as many votes, the mean of the outputs decides.
    by_votes: f64,
    /// Test images that none of the networks reads.
    misread_by_all: f64,
}

impl Committee {
    /// Returns the joint answers of networks with these `outputs`, each of shape (images, classes).
    fn of(outputs: &[ArrayView2<f64>], labels: &[usize]) -> Self {
        let mut sum = Array2::<f64>::zeros(outputs[0].dim());
        let mut votes = sum.clone();
        let mut misread_by_all = vec![true; labels.len()];
        for outputs in outputs {
            sum += outputs;
            for (image, answer) in predictions(*outputs).into_iter().enumerate() {
                votes[(image, answer)] += 1.0;
                misread_by_all[image] &= answer != labels[image];
            }
        }
        let of = |outputs: &Array2<f64>| accuracy(&predictions(outputs.view()), labels);
        Self {
            accuracy: of(&sum),
            // The mean is at most 1: less than a vote where it is halved.
            by_votes: of(&(votes + &sum / (2.0 * outputs.len() as f64))),
            misread_by_all: misread_by_all.into_iter().filter(|&by_all| by_all).count() as f64,
        }
    }
}

/// Returns a network of the mean of the `weights`, unit by unit.
fn mean(weights: &[&Weights]) -> Network {
    let mean = |of: fn(&Weights) -> &Array2<f64>| {
        let mut sum = of(weights[0]).clone();
        weights[1..].iter().for_each(|weights| sum.add_assign(of(weights)));
        sum / weights.len() as f64
    };
    Network::from_weights(Weights {
        scaling: weights[0].scaling.clone(),
        input_weights: mean(|weights| &weights.input_weights),
        output_weights: mean(|weights| &weights.output_weights),
    })
}

/// Returns examples whose targets are not quite sure (label smoothing).
fn softened(examples: &Examples) -> Examples {
    let classes = examples.classes() as f64;
    let targets = examples.targets.mapv(|target| (1.0 - SOFTENED) * target + SOFTENED / classes);
    Examples { targets, ..examples.clone() }
}

/// Returns the images without their slant: each is sheared along its rows until its ink leans to neither side.
fn straightened(examples: &Examples) -> Examples {
    let Features::Pixels { height, width, .. } = examples.features else { unreachable!("MNIST has pixels") };
    let Inputs::Bytes(mut pixels) = examples.inputs.clone() else { unreachable!("MNIST has bytes") };
    for row in pixels.axis_iter_mut(Axis(0)) {
        straighten(row.into_shape_with_order((height, width)).expect("one image"));
    }
    Examples { inputs: pixels.into(), ..examples.clone() }
}

/// Shears an `image` of shape (rows, columns) along its rows, so that the columns and rows of its ink do not covary.
fn straighten(mut image: ArrayViewMut2<u8>) {
    let ink = image.mapv(f64::from);
    let total = ink.sum();
    let mean = |of: fn((usize, usize)) -> f64| ink.indexed_iter().map(|(at, ink)| ink * of(at)).sum::<f64>() / total;
    let [row, column] = [mean(|at| at.0 as f64), mean(|at| at.1 as f64)];
    let covariance = mean(|at| (at.0 * at.1) as f64) - row * column;
    let variance = mean(|at| (at.0 * at.0) as f64) - row * row;
    if total == 0.0 || variance == 0.0 {
        return; // a blank image, or one row: nothing leans
    }
    let slant = covariance / variance; // columns to the right for each row down
    for (y, (mut image, ink)) in zip(image.rows_mut(), ink.rows()).enumerate() {
        let pixel = |x: isize| usize::try_from(x).ok().and_then(|x| ink.get(x)).copied().unwrap_or(0.0);
        for (x, new) in image.iter_mut().enumerate() {
            let source = x as f64 + slant * (y as f64 - row);
            let (left, share) = (source.floor() as isize, source - source.floor());
            *new = ((1.0 - share) * pixel(left) + share * pixel(left + 1)).round() as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_leaning_stroke_is_put_upright() {
        let mut image = array![[0, 0, 0, 9], [0, 0, 9, 0], [0, 9, 0, 0]];
        straighten(image.view_mut());
        assert_eq!(image, array![[0, 0, 9, 0], [0, 0, 9, 0], [0, 0, 9, 0]]);
        let mut blank = Array2::<u8>::zeros((3, 3));
        straighten(blank.view_mut());
        assert_eq!(blank.sum(), 0);
    }

    #[test]
    fn one_sure_network_outweighs_two_doubtful_ones_but_not_their_votes() {
        let [sure, doubtful] = [array![[0.9, 0.1]], array![[0.4, 0.6]]];
        let Committee { accuracy, by_votes, misread_by_all } =
            Committee::of(&[sure.view(), doubtful.view(), doubtful.view()], &[0]);
        assert_eq!((accuracy, by_votes, misread_by_all), (1.0, 0.0, 0.0));
        assert_eq!(Committee::of(&[sure.view(), doubtful.view()], &[0]).by_votes, 1.0); // the mean decides
        assert_eq!(Committee::of(&[doubtful.view()], &[0]).misread_by_all, 1.0);
    }
}
