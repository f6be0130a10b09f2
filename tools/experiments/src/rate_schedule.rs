//! Schedules of the learning rate in `minibatch`: constant, as the step has it, or in straight lines. Each with several
//! rates, and compared by the best of its own, judged by a part of the training set.

use std::iter::zip;

use datasets::Examples;
use evaluation::{Classifier, Curve, Observer, Tunable};
use minibatch::{Hyperparameters, Network};
use ndarray::Axis;
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use crate::{Bench, Cell, Chart, Column, Error, Findings, Summary, paired::Comparison, validation};

const SEEDS: u64 = 10;

/// A schedule of the learning rate, which begins or peaks with that of the hyperparameters.
#[derive(Clone, Copy, Debug)]
enum Schedule {
    Constant,
    /// Divided by 1 + this after each iteration, as the step does it.
    Divided(f64),
    /// Falls to 0 in a straight line.
    Falling,
    /// Rises from 0 in a straight line over this part of the training, and falls to 0 in another.
    RisingAndFalling(f64),
}
use Schedule::{Constant, Divided, Falling, RisingAndFalling};

impl Schedule {
    /// Returns the factor of the learning rate, in the iteration of this index, when the part `progress` of the
    /// training is over.
    fn factor(self, iteration: usize, progress: f64) -> f64 {
        match self {
            Constant => 1.0,
            Divided(rate_decay) => (1.0 + rate_decay).powi(-(iteration as i32)),
            Falling => 1.0 - progress,
            RisingAndFalling(warm_up) => f64::min(progress / warm_up, (1.0 - progress) / (1.0 - warm_up)),
        }
    }
}

/// A key, a label, and a schedule. The first is that of the step, which the others are compared with.
type Case = (&'static str, &'static str, Schedule);

/// Compares schedules over three iterations with 300 hidden units.
pub fn rate_schedule(bench: &Bench) -> Result<Findings, Error> {
    let usual = Hyperparameters { hidden: 300, iterations: 3, ..Hyperparameters::mnist() };
    let cases = [
        ("divided", "halved after each iteration", Divided(1.0)),
        ("constant", "constant", Constant),
        ("falling", "falls to 0", Falling),
        ("both", "rises over a fifth, and falls to 0", RisingAndFalling(0.2)),
    ];
    compare(bench, &usual, &cases, &[0.05, 0.07, 0.1, 0.14, 0.2])
}

/// Compares them over a full training, with 100 hidden units.
pub fn rate_schedule_full(bench: &Bench) -> Result<Findings, Error> {
    let cases = [
        ("divided-0.1", "divided by 1.1 after each iteration", Divided(0.1)),
        ("divided-0.05", "divided by 1.05 after each iteration", Divided(0.05)),
        ("constant", "constant", Constant),
        ("falling", "falls to 0", Falling),
        ("both", "rises over a tenth, and falls to 0", RisingAndFalling(0.1)),
    ];
    compare(bench, &Hyperparameters::mnist(), &cases, &[0.05, 0.1, 0.2])
}

fn compare(bench: &Bench, usual: &Hyperparameters, cases: &[Case], rates: &[f64]) -> Result<Findings, Error> {
    let [learned, judge] = validation(&bench.mnist()?.train);
    let iterations = bench.iterations(usual.iterations);
    let with_rates = Vec::from_iter(cases.iter().flat_map(|case| rates.iter().map(move |&rate| (case.2, rate))));
    let curves = bench.over_seeds(&with_rates, SEEDS, |&(schedule, learning_rate), seed| {
        let mut curve = Curve::on(&judge);
        let hyperparameters = Hyperparameters { learning_rate, iterations, ..usual.clone() };
        by_hand(schedule, &learned, &hyperparameters, seed, &mut curve);
        Ok(curve.accuracies)
    })?;
    let after = |curves: &[Vec<f64>], iteration: usize| -> Vec<f64> {
        curves.iter().map(|curve| curve[iteration - 1]).collect()
    };
    // By schedule and rate, over the seeds.
    let accuracies = Vec::from_iter(curves.iter().map(|curves| after(curves, iterations)));
    let by_schedule = Vec::from_iter(accuracies.chunks(rates.len()));
    let best = Vec::from_iter(by_schedule.iter().map(|accuracies| best(accuracies)));
    let reference = &by_schedule[0][best[0]];

    let keys = Vec::from_iter(rates.iter().map(|rate| format!("rate-{rate}")));
    let mut columns = vec![
        Column::number("best", "best rate", 2),
        Column::percent("accuracy", "accuracy with it", 2),
        Column::percent("difference", "difference to the first row", 2),
        Column::percent("error", "its standard error, seed by seed", 2),
    ];
    columns.extend(zip(&keys, rates).map(|(key, rate)| Column::percent(key, &format!("rate {rate}"), 2)));
    let mut findings = Findings::new(
        &format!(
            "Accuracy on MNIST in validation after {iterations} iterations with {} hidden units, by the schedule of \
             the learning rate",
            usual.hidden
        ),
        columns,
    );
    let mut chart = Chart::new("Accuracy in validation, each with its best rate", "iteration", "accuracy");
    for (index, &(key, label, _)) in cases.iter().enumerate() {
        let (accuracies, best) = (by_schedule[index], best[index]);
        let mut cells = vec![("best", Cell::from(rates[best])), ("accuracy", accuracies[best].as_slice().into())];
        if index > 0 {
            let Comparison { difference, paired, .. } = Comparison::of(reference, &accuracies[best]);
            cells.extend([("difference", Cell::from(difference)), ("error", paired.into())]);
        }
        cells.extend(zip(&keys, accuracies).map(|(key, accuracies)| (key.as_str(), accuracies.as_slice().into())));
        findings.row(key, label, cells);
        let curves = &curves[index * rates.len() + best];
        let points = (1..=iterations).map(|iteration| (iteration as f64, Summary::of(&after(curves, iteration))));
        chart.band(label, points);
    }
    findings.charts.push(chart);
    Ok(findings)
}

/// Returns the index of the rate with the highest mean accuracy; of several, the first.
fn best(accuracies: &[Vec<f64>]) -> usize {
    let mean = |index: usize| accuracies[index].iter().sum::<f64>();
    (1..accuracies.len()).fold(0, |best, index| if mean(index) > mean(best) { index } else { best })
}

/// Trains a network as the step does, with another schedule of the learning rate.
fn by_hand(
    schedule: Schedule,
    examples: &Examples,
    hyperparameters: &Hyperparameters,
    seed: u64,
    observer: &mut impl Observer<Network>,
) -> Network {
    let &Hyperparameters { batch, iterations, learning_rate, .. } = hyperparameters;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = Network::new(examples, hyperparameters, &mut rng);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let batches = order.len().div_ceil(batch);
    for iteration in 0..iterations {
        order.shuffle(&mut rng);
        let mut error = 0.0;
        for (index, batch) in order.chunks(batch).enumerate() {
            // In the middle of the batch.
            let progress = ((iteration * batches + index) as f64 + 0.5) / (batches * iterations) as f64;
            let learning_rate = learning_rate * schedule.factor(iteration, progress);
            network.feed_forward(&examples.inputs.select(batch));
            let targets = examples.targets.select(Axis(0), batch);
            error +=
                network.back_propagate(targets.view(), &Hyperparameters { learning_rate, ..hyperparameters.clone() });
        }
        if observer.iteration(&mut network, error / examples.len() as f64).is_break() {
            break;
        }
    }
    network
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    #[test]
    fn the_divided_course_by_hand_is_that_of_the_step() {
        let examples = datasets::digits(1).train;
        // Factors that are exact, so that the order of the divisions makes no difference.
        let hyperparameters = Hyperparameters { iterations: 3, rate_decay: 1.0, ..Hyperparameters::digits() };
        let network = crate::train::<Network>(&examples, &hyperparameters, 1, &mut ());
        let weights = |schedule| by_hand(schedule, &examples, &hyperparameters, 1, &mut ()).output_weights;
        assert_eq!(weights(Divided(1.0)), network.output_weights);
        assert_ne!(weights(Constant), network.output_weights);
    }

    #[test]
    fn each_course_has_its_beginning_its_middle_and_its_end() {
        for (schedule, expected) in [
            (Constant, [1.0, 1.0, 1.0]),
            (Divided(0.5), [1.0, 2.0 / 3.0, 4.0 / 9.0]),
            (Falling, [1.0, 0.5, 0.0]),
            (RisingAndFalling(0.5), [0.0, 1.0, 0.0]),
            (RisingAndFalling(0.2), [0.0, 0.625, 0.0]),
        ] {
            let factors =
                [(0, 0.0), (1, 0.5), (2, 1.0)].map(|(iteration, progress)| schedule.factor(iteration, progress));
            assert_abs_diff_eq!(factors[..], expected[..], epsilon = 1e-12);
        }
    }

    #[test]
    fn the_best_rate_has_the_highest_mean() {
        assert_eq!(best(&[vec![0.9, 0.9], vec![0.8, 0.99], vec![0.95, 0.84]]), 0);
        assert_eq!(best(&[vec![0.9, 0.9], vec![0.9, 0.92]]), 1);
        assert_eq!(best(&[vec![0.9], vec![0.9]]), 0, "the first of several");
    }
}
