//! The time of a batch in `parallel`, part by part, and the cost of weights that travel between the caches of cores.

use std::{
    array::from_fn,
    hint::{black_box, spin_loop},
    iter::zip,
    sync::{
        RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use datasets::{Examples, Scaling};
use evaluation::{AllGather, Classifier, Tunable, Weights, median};
use ndarray::{Array2, Axis, azip, concatenate, linalg::general_mat_mul};
use parallel::{Hyperparameters, Network, softmax};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::{
    Bench, Cell, Column, Error, Findings,
    activation::{dtanh, tanh},
    timing::{INPUTS, cores, made_up, seconds},
};

const HIDDEN: usize = 300;
const BATCH: usize = 128;
/// The cases take turns this many times, with this many batches each. The first of them do not count, in which threads
/// start and caches fill.
const TURNS: usize = 25;
const BATCHES: usize = 60;
const FIRST: usize = 10;

/// A part of a batch.
#[derive(Clone, Copy)]
enum Part {
    Gather,
    Forward,
    Meeting,
    Output,
    Gradient,
    Move,
}

/// The keys and the labels of all parts, in their order.
const PARTS: [(&str, &str); 6] = [
    ("gather", "gather and scale the inputs"),
    ("forward", "product of inputs and weights"),
    ("meeting", "meeting: give the hidden activations and the output weights, wait for those of the others"),
    ("output", "tanh, the whole output layer, and the deltas"),
    ("gradient", "product of inputs and deltas"),
    ("move", "move of the weights"),
];

/// Measures each part of a batch of `parallel` on one core, and on each of all cores.
pub fn parallel_batch(bench: &Bench) -> Result<Findings, Error> {
    let hyperparameters = Hyperparameters { hidden: HIDDEN, learning_rate: 1e-4, ..Hyperparameters::mnist() };
    let examples = made_up(BATCHES * BATCH);
    let network = Network::new(&examples, &hyperparameters, &mut ChaCha8Rng::seed_from_u64(1));
    let mut teams = [1, cores()].map(|cores| Share::split(&network, cores));
    let mut times = teams.each_ref().map(|team| vec![Vec::new(); team.len()]);
    for _ in 0..bench.repetitions(TURNS) {
        for (team, times) in zip(&mut teams, &mut times) {
            for (times, new) in zip(times, learn(team, &examples, &hyperparameters)) {
                times.extend_from_slice(&new[FIRST..]);
            }
        }
    }
    let [one, all] = times.map(|of_threads| mean_of_medians(&of_threads));

    let mut findings = Findings::new(
        &format!("A batch of {BATCH} examples in a network {INPUTS}-{HIDDEN}-10, by its parts: microseconds"),
        [
            Column::number("one", "on one core", 0),
            Column::number("all", &format!("on each of {} cores", cores()), 0),
            Column::number("ratio", "times as fast", 2),
        ],
    );
    let whole = (("batch", "the whole batch"), one.iter().sum(), all.iter().sum());
    let parts = zip(PARTS, zip(one, all)).map(|(part, (one, all))| (part, one, all));
    for ((key, label), one, all) in parts.chain([whole]) {
        let cells = [("one", 1e6 * one), ("all", 1e6 * all), ("ratio", one / all)];
        findings.row(key, label, cells.map(|(key, number)| (key, Cell::from(number))));
    }
    Ok(findings)
}

/// Returns the median time of each part on each thread, as a mean over the threads.
fn mean_of_medians<const N: usize>(times: &[Vec<[f64; N]>]) -> [f64; N] {
    from_fn(|part| {
        let medians = times.iter().map(|times| median(&Vec::from_iter(times.iter().map(|parts| parts[part]))));
        medians.sum::<f64>() / times.len() as f64
    })
}

/// Has a `team` learn from all `examples` in batches, in their order. Returns the times of the parts of each batch, for
/// each thread.
fn learn(team: &mut [Share], examples: &Examples, hyperparameters: &Hyperparameters) -> Vec<Vec<[f64; PARTS.len()]>> {
    let order = Vec::from_iter(0..examples.len());
    let batches = order.chunks(hyperparameters.batch);
    let learn =
        |share: &mut Share| batches.clone().map(|batch| share.learn(examples, batch, hyperparameters)).collect();
    thread::scope(|scope| {
        let threads = Vec::from_iter(team.iter_mut().map(|share| scope.spawn(|| learn(share))));
        threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
    })
}

/// A core's share of the hidden units. It learns as `parallel` does, with a look at the clock between the parts of a
/// batch.
struct Share {
    scaling: Scaling,
    /// Weights and their last moves, as in [`Network`].
    input_weights: Array2<f32>,
    output_weights: Array2<f32>,
    input_changes: Array2<f32>,
    output_changes: Array2<f32>,
    meeting: AllGather<(Array2<f32>, Array2<f32>)>,
}

impl Share {
    /// Deals the hidden units of a `network` to this many `cores`.
    fn split(network: &Network, cores: usize) -> Vec<Self> {
        let hidden = network.input_weights.ncols();
        let units = hidden.div_ceil(cores);
        let weights = network.weights();
        let shares = zip(weights.split(units), AllGather::among(hidden.div_ceil(units)));
        Vec::from_iter(shares.map(|(Weights { scaling, input_weights, output_weights }, meeting)| Self {
            scaling,
            input_changes: Array2::zeros(input_weights.dim()),
            output_changes: Array2::zeros(output_weights.dim()),
            input_weights: input_weights.mapv(|weight| weight as f32),
            output_weights: output_weights.mapv(|weight| weight as f32),
            meeting,
        }))
    }

    /// Learns from a batch. Returns the time of each part in seconds.
    fn learn(&mut self, examples: &Examples, batch: &[usize], hyperparameters: &Hyperparameters) -> [f64; PARTS.len()] {
        let mut times = [0.0; PARTS.len()];
        let mut last = Instant::now();
        let mut lap = |part: Part| {
            let now = Instant::now();
            times[part as usize] += (now - last).as_secs_f64();
            last = now;
        };
        let input: Array2<f32> = self.scaling.apply_all(&examples.inputs.select(batch));
        lap(Part::Gather);
        let mut hidden = input.dot(&self.input_weights);
        lap(Part::Forward);
        hidden.mapv_inplace(tanh);
        lap(Part::Output);
        let shares = self.meeting.gather((hidden.clone(), self.output_weights.clone()));
        lap(Part::Meeting);
        let of_all = [
            concatenate(Axis(1), &Vec::from_iter(shares.iter().map(|share| share.0.view()))),
            concatenate(Axis(0), &Vec::from_iter(shares.iter().map(|share| share.1.view()))),
        ];
        let [hidden_of_all, weights_of_all] = of_all.map(|joined| joined.expect("shares of one matrix"));
        let mut output = hidden_of_all.dot(&weights_of_all);
        output.rows_mut().into_iter().for_each(softmax);
        let targets = examples.targets.select(Axis(0), batch);
        let output_deltas = &output - &targets.mapv(|target| target as f32);
        let hidden_deltas = output_deltas.dot(&self.output_weights.t()) * hidden.mapv(dtanh);
        let &Hyperparameters { l2_in, l2_out, .. } = hyperparameters;
        let sums = hidden.t().dot(&output_deltas);
        apply(&mut self.output_weights, &mut self.output_changes, &sums, batch.len(), hyperparameters, l2_out);
        lap(Part::Output);
        let sums = input.t().dot(&hidden_deltas);
        lap(Part::Gradient);
        apply(&mut self.input_weights, &mut self.input_changes, &sums, batch.len(), hyperparameters, l2_in);
        lap(Part::Move);
        times
    }
}

/// Moves `weights` by the `sums` of their gradients over a batch, as the step does.
fn apply(
    weights: &mut Array2<f32>,
    changes: &mut Array2<f32>,
    sums: &Array2<f32>,
    batch: usize,
    &Hyperparameters { learning_rate, momentum, .. }: &Hyperparameters,
    l2: f64,
) {
    let [learning_rate, momentum, l2] = [learning_rate, momentum, l2].map(|factor| factor as f32);
    let batch = batch as f32;
    azip!((weight in weights, last_change in changes, &sum in sums) {
        let change = sum / batch;
        *last_change = learning_rate * (change + l2 * *weight) + momentum * *last_change;
        *weight -= *last_change;
    });
}

/// Half of the rows of the input weights, and their last move.
struct Half {
    weights: Array2<f32>,
    changes: Array2<f32>,
}

/// All input weights. Each of two cores reads both halves, and writes its own.
type Halves = [RwLock<Half>; 2];

/// Measures the work of two cores that divide a batch in the other way: each takes its half of the examples forwards,
/// and then moves its half of the weights. Once with weights that both use, so that half of what a core reads was just
/// written by the other; and once with as many weights of its own, which no other core touches.
pub fn weights_travel(bench: &Bench) -> Result<Findings, Error> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut matrix = |shape| Array2::from_shape_simple_fn(shape, || rng.random_range(-0.1..0.1_f32));
    let inputs = [(); 2].map(|()| matrix((BATCH / 2, INPUTS + 1)));
    // Each core moves as many weights, the last row of all aside.
    let rows = [INPUTS / 2, INPUTS / 2 + 1];
    let mut halves = || -> Halves {
        rows.map(|rows| RwLock::new(Half { weights: matrix((rows, HIDDEN)), changes: Array2::zeros((rows, HIDDEN)) }))
    };
    let (shared, own) = (halves(), [halves(), halves()]);
    let mut times = [const { [const { Vec::new() }; 2] }; 2];
    for _ in 0..bench.repetitions(TURNS) {
        let cases = [[&own[0], &own[1]], [&shared, &shared]];
        for (halves, times) in zip(cases, &mut times) {
            for (times, new) in zip(times, travel(halves, &inputs)) {
                times.extend_from_slice(&new[FIRST..]);
            }
        }
    }
    let [owned, shared] = times.map(|of_threads| mean_of_medians(&of_threads));

    let mut findings = Findings::new(
        &format!("Two cores that divide a batch, and then the weights, {INPUTS}-{HIDDEN}: microseconds on each"),
        [
            Column::number("owned", "each has weights of its own", 0),
            Column::number("shared", "half of them come from the other", 0),
            Column::number("ratio", "times as long", 2),
        ],
    );
    let parts = [("forward", "half of the examples times all weights"), ("move", "the move of half of the weights")];
    for ((key, label), (owned, shared)) in zip(parts, zip(owned, shared)) {
        let cells = [("owned", 1e6 * owned), ("shared", 1e6 * shared), ("ratio", shared / owned)];
        findings.row(key, label, cells.map(|(key, number)| (key, Cell::from(number))));
    }
    Ok(findings)
}

/// Has two cores take `inputs` forwards and move weights, in step. Returns the times of both parts in seconds, by core
/// and batch.
fn travel(halves: [&Halves; 2], inputs: &[Array2<f32>; 2]) -> [Vec<[f64; 2]>; 2] {
    let arrived = AtomicUsize::new(0);
    let batches = |core: usize| (0..BATCHES).map(move |batch| (core, batch));
    let learn = |(core, batch): (usize, usize)| {
        [
            in_step(&arrived, 2 * batch, || forward(halves[core], &inputs[core])),
            in_step(&arrived, 2 * batch + 1, || move_weights(&halves[core][core])),
        ]
    };
    thread::scope(|scope| {
        let threads: [_; 2] = from_fn(|core| scope.spawn(move || batches(core).map(learn).collect()));
        threads.map(|thread| thread.join().expect("no thread panics"))
    })
}

/// Does the `work` as soon as both cores have arrived at it, after this many others. Returns its time in seconds.
///
/// The cores wait awake. A thread that sleeps is often woken on the core that wakes it, and both would share a cache.
fn in_step(arrived: &AtomicUsize, others: usize, work: impl FnOnce()) -> f64 {
    arrived.fetch_add(1, Ordering::SeqCst);
    while arrived.load(Ordering::SeqCst) < 2 * (others + 1) {
        spin_loop();
    }
    seconds(work)
}

fn forward(halves: &Halves, input: &Array2<f32>) {
    let [first, second] = halves.each_ref().map(|half| half.read().expect(UNPOISONED));
    let (to_first, to_second) = input.view().split_at(Axis(1), first.weights.nrows());
    let mut hidden = to_first.dot(&first.weights);
    general_mat_mul(1.0, &to_second, &second.weights, 1.0, &mut hidden);
    black_box(hidden);
}

fn move_weights(half: &RwLock<Half>) {
    let Half { weights, changes } = &mut *half.write().expect(UNPOISONED);
    azip!((weight in weights, last_change in changes) {
        *last_change = 1e-6 * *weight + 0.9 * *last_change;
        *weight -= *last_change;
    });
}

const UNPOISONED: &str = "no thread panics";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_learn_the_weights_of_the_step() {
        let examples = datasets::digits(1).train.select(&Vec::from_iter(0..100));
        let hyperparameters = Hyperparameters { hidden: 40, batch: 32, ..Hyperparameters::digits() };
        let mut network = Network::new(&examples, &hyperparameters, &mut ChaCha8Rng::seed_from_u64(1));
        let mut teams = [1, 2, 3].map(|cores| Share::split(&network, cores));
        for batch in Vec::from_iter(0..examples.len()).chunks(32) {
            network.feed_forward(&examples.inputs.select(batch));
            network.back_propagate(examples.targets.select(Axis(0), batch).view(), &hyperparameters);
        }
        for team in &mut teams {
            let times = learn(team, &examples, &hyperparameters);
            assert_eq!((times.len(), times[0].len()), (team.len(), 4));
            let joined = |axis, part: fn(&Share) -> &Array2<f32>| {
                concatenate(axis, &Vec::from_iter(team.iter().map(|share| part(share).view()))).unwrap()
            };
            assert_eq!(joined(Axis(1), |share| &share.input_weights), network.input_weights);
            assert_eq!(joined(Axis(0), |share| &share.output_weights), network.output_weights);
        }
    }

    #[test]
    fn medians_are_by_thread() {
        let times = [vec![[1.0, 5.0], [2.0, 5.0], [9.0, 5.0]], vec![[4.0, 7.0]; 3]];
        assert_eq!(mean_of_medians(&times), [3.0, 6.0]);
    }

    #[test]
    fn both_cores_move_each_its_half() {
        let half =
            |rows| RwLock::new(Half { weights: Array2::ones((rows, HIDDEN)), changes: Array2::zeros((rows, HIDDEN)) });
        let shared = [half(2), half(3)];
        let times = travel([&shared, &shared], &[Array2::ones((4, 5)), Array2::ones((4, 5))]);
        assert_eq!(times.map(|times| times.len()), [BATCHES; 2]);
        for half in shared {
            let Half { weights, changes } = half.into_inner().unwrap();
            // Each move is 1e-6 of the weight and 0.9 of the move before: after many, ten times as long as the first.
            assert!(changes.iter().all(|change| (0.9e-5..1.0e-5).contains(change)));
            assert!(weights.iter().all(|weight| *weight < 1.0 && *weight == weights[(0, 0)]));
        }
    }
}
