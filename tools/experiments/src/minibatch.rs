//! The worth of batches: the steadiness of their gradients, the time that they take, and the accuracy of a network that
//! learns from them.
//!
//! Times are extrapolated to MNIST's 60,000 examples from a part.

use std::{array::from_fn, iter::zip};

use ::minibatch::{Hyperparameters, Network};
use evaluation::{Classifier, Tunable, evaluate};
use ndarray::{Array2, Axis, linalg::general_mat_mul};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rayon::{ThreadPool, prelude::*};

use crate::{
    Bench, Cell, Chart, Column, Error, Findings,
    timing::{Case, INPUTS, MNIST, OUTPUTS, cores, made_up, medians, on, operations, pool, training},
    train, validation,
};

/// The batch and the hidden units where the other one varies.
const BATCH: usize = 128;
const HIDDEN: usize = 300;
/// The number of examples from which an iteration is extrapolated.
const PART: usize = 6_000;
const REPETITIONS: usize = 5;
/// The side of the matrices whose product shows what the machine can do.
const SIDE: usize = 1024;

/// Measures seconds for an iteration over MNIST by the size of the batch: of `minibatch` on one core, and of `parallel`
/// on all of them.
pub fn minibatch_speed(bench: &Bench) -> Result<Findings, Error> {
    const BATCHES: [usize; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
    const CASES: usize = BATCHES.len() + 1;
    let examples = made_up(bench.examples(PART));
    let [alone, all_cores] = [pool(1), pool(cores())];
    let settings = |batch| [("hidden", HIDDEN), ("batch", batch)];
    let one: [Case; CASES] = from_fn(|index| match BATCHES.get(index) {
        Some(&batch) => training::<Network>(&examples, &settings(batch)),
        None => product(&alone),
    });
    let all: [Case; CASES] = from_fn(|index| match BATCHES.get(index) {
        Some(&batch) => on(&all_cores, training::<parallel::Network>(&examples, &settings(batch))),
        None => product(&all_cores),
    });
    let times = [one, all].map(|cases| medians(cases, bench.repetitions(REPETITIONS)));
    let peaks = times.map(|times| PRODUCT / times[BATCHES.len()]);
    let mut findings = Findings::new(
        &format!(
            "One iteration over 60,000 examples in a network {INPUTS}-{HIDDEN}-{OUTPUTS}, by the size of the batch"
        ),
        [
            Column::number("loads", "loads of a weight", 0),
            Column::seconds("one", "minibatch: seconds on one core", 2),
            Column::percent("one-peak", "share of its peak", 0),
            Column::seconds("all", &format!("parallel: seconds on {} cores", cores()), 2),
            Column::percent("all-peak", "share of their peak", 0),
        ],
    );
    let mut curves = [const { Vec::new() }; 2];
    for (index, batch) in BATCHES.into_iter().enumerate() {
        let seconds = times.map(|times| times[index] * MNIST as f64 / examples.len() as f64);
        let shares: [f64; 2] = from_fn(|which| ideal(HIDDEN, peaks[which]) / seconds[which]);
        let cells = [
            ("loads", Cell::from(MNIST.div_ceil(batch))),
            ("one", seconds[0].into()),
            ("one-peak", shares[0].into()),
            ("all", seconds[1].into()),
            ("all-peak", shares[1].into()),
        ];
        findings.row(format!("batch-{batch}"), format!("{batch} at a time"), cells);
        zip(&mut curves, shares).for_each(|(curve, share)| curve.push(((batch as f64).log2(), 100.0 * share)));
    }
    let mut chart = Chart::new("How near an iteration comes to the peak", "log₂ of the batch", "share of the peak (%)");
    zip(["minibatch on one core".to_owned(), format!("parallel on {} cores", cores())], curves)
        .for_each(|(label, curve)| chart.curve(&label, curve));
    findings.charts.push(chart);
    Ok(findings)
}

/// Measures `parallel` on all cores by hidden units, and by examples.
pub fn minibatch_size(bench: &Bench) -> Result<Findings, Error> {
    const UNITS: [usize; 5] = [100, 200, 400, 800, 1600];
    const COUNTS: [usize; 4] = [6_000, 15_000, 30_000, 60_000];
    const CASES: usize = UNITS.len() + COUNTS.len() + 1;
    let pool = pool(cores());
    let part = made_up(bench.examples(PART));
    let all = COUNTS.map(|count| made_up(bench.examples(count)));
    let case =
        |examples, hidden| on(&pool, training::<parallel::Network>(examples, &[("hidden", hidden), ("batch", BATCH)]));
    let cases: [Case; CASES] = from_fn(|index| match (UNITS.get(index), all.get(index.wrapping_sub(UNITS.len()))) {
        (Some(&hidden), _) => case(&part, hidden),
        (_, Some(examples)) => case(examples, HIDDEN),
        _ => product(&pool),
    });
    let times = medians(cases, bench.repetitions(REPETITIONS));
    let units: Vec<f64> = times[..UNITS.len()].iter().map(|time| time * MNIST as f64 / part.len() as f64).collect();
    let counts = &times[UNITS.len()..];
    let peak = PRODUCT / counts[COUNTS.len()];

    let mut findings = Findings::new(
        &format!("One iteration of parallel in batches of {BATCH} on {} cores", cores()),
        [
            Column::seconds("seconds", "seconds", 3),
            Column::number("operations", "billions of operations a second", 0),
            Column::percent("peak", "share of the peak", 0),
        ],
    );
    let mut row = |key: String, hidden: usize, examples: usize, seconds: f64| {
        let speed = operations(hidden) * examples as f64 / seconds;
        let label = format!("{hidden} hidden units, {},000 examples", examples / 1000);
        let cells =
            [("seconds", Cell::from(seconds)), ("operations", (speed / 1e9).into()), ("peak", (speed / peak).into())];
        findings.row(key, label, cells);
    };
    for (hidden, &time) in zip(UNITS, &units) {
        row(format!("hidden-{hidden}"), hidden, MNIST, time);
    }
    for ((count, examples), &time) in zip(zip(COUNTS, &all), counts) {
        row(format!("examples-{count}"), HIDDEN, examples.len(), time);
    }
    findings.row(
        "peak",
        format!("the peak: {SIDE} x {SIDE} times {SIDE} x {SIDE}"),
        [("operations", Cell::from(peak / 1e9)), ("peak", 1.0.into())],
    );
    let mut chart = Chart::new("Seconds for an iteration over 60,000 examples", "hidden units", "seconds");
    chart.curve("measured", zip(UNITS, units).map(|(hidden, time)| (hidden as f64, time)));
    chart.curve("at the peak", UNITS.map(|hidden| (hidden as f64, ideal(hidden, peak))));
    findings.charts.push(chart);
    Ok(findings)
}

/// Returns the seconds for an iteration over MNIST of a machine that always does `peak` operations a second.
fn ideal(hidden: usize, peak: f64) -> f64 {
    operations(hidden) * MNIST as f64 / peak
}

/// The number of operations of `product`.
const PRODUCT: f64 = 2.0 * (SIDE * SIDE * SIDE) as f64;

/// Returns a large product of matrices of single precision, of which each thread of the `pool` computes its rows.
fn product(pool: &ThreadPool) -> Case<'_> {
    let [a, b] = [0.5, 2.0].map(|x| Array2::<f32>::from_elem((SIDE, SIDE), x));
    let mut product = Array2::zeros((SIDE, SIDE));
    let share = SIDE.div_ceil(pool.current_num_threads());
    let multiply = move || {
        let shares = (a.axis_chunks_iter(Axis(0), share), product.axis_chunks_iter_mut(Axis(0), share));
        shares.into_par_iter().for_each(|(a, mut product)| general_mat_mul(1.0, &a, &b, 0.0, &mut product));
    };
    on(pool, Box::new(multiply))
}

/// Measures how a batch's gradient differs from that of all examples, on the digits, in a network that has learned a
/// little.
pub fn minibatch_noise(bench: &Bench) -> Result<Findings, Error> {
    const BATCHES: [usize; 6] = [1, 4, 16, 64, 256, 1024];
    const SEEDS: u64 = 10;
    let noises = bench.over_seeds(&[()], SEEDS, |(), seed| Ok(noise(bench, &BATCHES, seed)))?.remove(0);
    let mut findings = Findings::new(
        "Gradients of batches on the digits, beside the mean gradient of all examples",
        [
            Column::number("distance", "distance from it, in its lengths", 2),
            Column::number("root", "the first distance ÷ the root of the batch", 2),
            Column::number("angle", "angle to it (degrees)", 0),
        ],
    );
    for (index, batch) in BATCHES.into_iter().enumerate() {
        let over = |number: &dyn Fn(&[[f64; 2]]) -> f64| {
            Cell::from(noises.iter().map(|noises| number(noises)).collect::<Vec<f64>>().as_slice())
        };
        let cells = [
            ("distance", over(&|noises| noises[index][0])),
            ("root", over(&|noises| noises[0][0] / (batch as f64).sqrt())),
            ("angle", over(&|noises| noises[index][1])),
        ];
        findings.row(format!("batch-{batch}"), format!("{batch} at a time"), cells);
    }
    Ok(findings)
}

/// Returns for each of the `batches`, over many draws of as many examples at random: the root mean square distance of
/// their gradient from the mean gradient, in lengths of that, and the mean angle between the two in degrees.
fn noise(bench: &Bench, batches: &[usize], seed: u64) -> Vec<[f64; 2]> {
    let draws = bench.examples(300);
    let examples = bench.digits(seed).train;
    let early = Hyperparameters { iterations: 2, ..Hyperparameters::digits() };
    let weights = train::<Network>(&examples, &early, seed, &mut ()).weights();
    // A long step, so that rounding leaves what it can of a small gradient.
    let plain = Hyperparameters { learning_rate: f64::from(1 << 20), momentum: 0.0, l2_in: 0.0, l2_out: 0.0, ..early };
    let mut network = Network::from_weights(weights.clone());
    let input_weights = network.input_weights.clone();
    let output_weights = network.output_weights.clone();
    let mut gradient = |batch: &[usize]| -> Vec<f64> {
        network.input_weights.assign(&input_weights);
        network.output_weights.assign(&output_weights);
        network.feed_forward(&examples.inputs.select(batch));
        network.back_propagate(examples.targets.select(Axis(0), batch).view(), &plain);
        let layers = [(&input_weights, &network.input_weights), (&output_weights, &network.output_weights)];
        let moves = layers.into_iter().flat_map(|(before, after)| zip(before, after));
        moves.map(|(before, after)| f64::from(before - after) / plain.learning_rate).collect()
    };
    let mean = gradient(&Vec::from_iter(0..examples.len()));
    let dot = |one: &[f64], other: &[f64]| zip(one, other).map(|(one, other)| one * other).sum::<f64>();
    let length = dot(&mean, &mean).sqrt();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut of_batch = |batch: usize| {
        let (mut distance, mut angle) = (0.0, 0.0);
        for _ in 0..draws {
            let drawn: Vec<usize> = (0..batch).map(|_| rng.random_range(0..examples.len())).collect();
            let gradient = gradient(&drawn);
            let difference: Vec<f64> = zip(&gradient, &mean).map(|(one, mean)| one - mean).collect();
            distance += dot(&difference, &difference);
            angle += (dot(&gradient, &mean) / length / dot(&gradient, &gradient).sqrt()).acos().to_degrees();
        }
        [(distance / draws as f64).sqrt() / length, angle / draws as f64]
    };
    batches.iter().map(|&batch| of_batch(batch)).collect()
}

/// Measures the accuracy of MNIST's network by the size of the batch and by the learning rate.
pub fn minibatch(bench: &Bench) -> Result<Findings, Error> {
    const SEEDS: u64 = 3;
    const ITERATIONS: usize = 5;
    const BATCHES: [usize; 6] = [8, 32, 128, 512, 2048, 8192];
    let usual = Hyperparameters { iterations: ITERATIONS, ..Hyperparameters::mnist() };
    let times = |batch: usize| batch as f64 / usual.batch as f64;
    let cases = BATCHES.map(|batch| {
        let rates = [1.0, times(batch).sqrt(), times(batch)].map(|factor| usual.learning_rate * factor);
        rates.map(|learning_rate| Hyperparameters { batch, learning_rate, ..usual.clone() })
    });
    let [learned, judge] = validation(&bench.mnist()?.train);
    let accuracies = bench.over_seeds(cases.as_flattened(), SEEDS, |hyperparameters, seed| {
        let mut network = bench.train::<Network>(&learned, hyperparameters, seed, &mut ());
        Ok(evaluate(&mut network, &judge).accuracy())
    })?;
    let mut findings = Findings::new(
        &format!("Accuracy on MNIST in validation after {ITERATIONS} iterations, by the batch and the learning rate"),
        [
            Column::number("moves", "moves an iteration", 0),
            Column::percent("same", &format!("rate {}", usual.learning_rate), 2),
            Column::percent("root", "rate with the root of the batch", 2),
            Column::percent("proportional", "rate in proportion to the batch", 2),
        ],
    );
    for (batch, accuracies) in zip(BATCHES, accuracies.chunks(3)) {
        let accuracies = zip(["same", "root", "proportional"], accuracies).map(|(key, it)| (key, it.as_slice().into()));
        let moves = ("moves", Cell::from(learned.len().div_ceil(batch)));
        findings.row(format!("batch-{batch}"), format!("{batch} at a time"), [moves].into_iter().chain(accuracies));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_falls_with_the_root_of_the_batch() {
        let [one, hundred] = noise(&Bench::new(1, &|_, _| ()), &[1, 100], 1)[..] else { panic!("two batches") };
        let ratio = one[0] / hundred[0];
        assert!((8.0..12.5).contains(&ratio), "{one:?} and {hundred:?}");
        assert!(one[1] > hundred[1] + 10.0, "degrees: {one:?} and {hundred:?}");
    }

    #[test]
    fn an_ideal_machine_takes_a_second_for_each_example_at_that_speed() {
        assert_eq!(ideal(300, operations(300)), 60_000.0);
    }
}
