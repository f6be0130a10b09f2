//! What batches are worth: how steady their gradients are, how quickly they are computed, and what a network makes of
//! them.
//!
//! Times are medians of repetitions that take turns, extrapolated to MNIST's 60,000 examples from a part, on numbers
//! that are made up, which makes no difference to the time.

use std::{
    hint,
    iter::zip,
    num::NonZero,
    ops::ControlFlow,
    thread,
    time::{Duration, Instant},
};

use ::minibatch::{Hyperparameters, Network};
use datasets::{Examples, Features};
use evaluation::{Classifier, Knobs, Observer};
use ndarray::{Array2, Axis, linalg::general_mat_mul};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};
use rayon::{ThreadPool, ThreadPoolBuilder, prelude::*};

use crate::{Bench, Cell, Chart, Column, Error, Findings, Summary, tried};

const MNIST: usize = 60_000;
const INPUTS: usize = 784;
const OUTPUTS: usize = 10;
/// The batch and the hidden units where the other one varies.
const BATCH: usize = 128;
const HIDDEN: usize = 300;
/// From how many examples an iteration is extrapolated.
const PART: usize = 6_000;
const REPETITIONS: usize = 5;
/// The side of the matrices whose product shows what the machine can do.
const SIDE: usize = 1024;

/// Seconds for an iteration over MNIST by the size of the batch, on one core and on all of them.
pub fn minibatch_speed(_: &Bench) -> Result<Findings, Error> {
    const BATCHES: [usize; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
    let examples = made_up(PART);
    let pools = [pool(1), pool(cores())];
    let ways_on_one = BATCHES.map(|batch| training::<Network>(&examples, HIDDEN, batch));
    let ways_on_all = BATCHES.map(|batch| training::<parallel::Network>(&examples, HIDDEN, batch));
    let [one, all] = [(&pools[0], ways_on_one), (&pools[1], ways_on_all)]
        .map(|(pool, ways)| medians(pool, ways.into_iter().chain([product(pool)])));
    let peaks = [&one, &all].map(|times| PRODUCT / times[BATCHES.len()]);
    let mut findings = Findings::new(
        &format!(
            "One iteration over 60,000 examples of 784 inputs, {HIDDEN} hidden units and 10 outputs, by the size of the batch"
        ),
        [
            Column::number("loads", "loads of a weight", 0),
            Column::seconds("one", "seconds on one core", 2),
            Column::percent("one-peak", "share of its peak", 0),
            Column::seconds("all", &format!("seconds on {} cores", cores()), 2),
            Column::percent("all-peak", "share of their peak", 0),
        ],
    );
    let mut curves = [const { Vec::new() }; 2];
    for (index, batch) in BATCHES.into_iter().enumerate() {
        let seconds = [&one, &all].map(|times| times[index] * MNIST as f64 / PART as f64);
        let [share_of_one, share_of_all] = [0, 1].map(|pool| ideal(HIDDEN, peaks[pool]) / seconds[pool]);
        let cells = [
            ("loads", Cell::from((MNIST as f64 / batch as f64).ceil())),
            ("one", seconds[0].into()),
            ("one-peak", share_of_one.into()),
            ("all", seconds[1].into()),
            ("all-peak", share_of_all.into()),
        ];
        findings.row(format!("batch-{batch}"), format!("{batch} at a time"), cells);
        zip(&mut curves, [share_of_one, share_of_all])
            .for_each(|(curve, share)| curve.push(((batch as f64).log2(), 100.0 * share)));
    }
    let mut chart = Chart::new("How near an iteration comes to the peak", "log₂ of the batch", "share of the peak (%)");
    zip(["one core".to_owned(), format!("{} cores", cores())], curves)
        .for_each(|(label, curve)| chart.curve(&label, curve));
    findings.charts.push(chart);
    Ok(findings)
}

/// The same by hidden units, and by examples.
pub fn minibatch_size(_: &Bench) -> Result<Findings, Error> {
    const UNITS: [usize; 5] = [100, 200, 400, 800, 1600];
    const COUNTS: [usize; 4] = [6_000, 15_000, 30_000, 60_000];
    let pool = pool(cores());
    let part = made_up(PART);
    let all = COUNTS.map(made_up);
    let units = UNITS.map(|hidden| training::<parallel::Network>(&part, hidden, BATCH));
    let counts = all.each_ref().map(|examples| training::<parallel::Network>(examples, HIDDEN, BATCH));
    let times = medians(&pool, units.into_iter().chain(counts).chain([product(&pool)]));
    let units: Vec<f64> = times[..UNITS.len()].iter().map(|time| time * MNIST as f64 / PART as f64).collect();
    let counts = &times[UNITS.len()..];
    let peak = PRODUCT / counts[COUNTS.len()];

    let mut findings = Findings::new(
        &format!("One iteration in batches of {BATCH} on {} cores", cores()),
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
    for (examples, &time) in zip(COUNTS, counts) {
        row(format!("examples-{examples}"), HIDDEN, examples, time);
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

/// Seconds for an iteration over MNIST of a machine that always does `peak` operations a second.
fn ideal(hidden: usize, peak: f64) -> f64 {
    operations(hidden) * MNIST as f64 / peak
}

/// What it costs to share work out: how much longer than one share all of them take side by side, by how long one
/// thread worked alone before.
pub fn minibatch_sharing(_: &Bench) -> Result<Findings, Error> {
    const ALONE: [u64; 6] = [0, 5, 10, 20, 50, 100];
    const SHARE: Duration = Duration::from_micros(300);
    const TIMES: usize = 2_000;
    let costs = |alone: u64| {
        let mut costs = Vec::new();
        for _ in 0..TIMES {
            busy(Duration::from_micros(alone));
            let start = Instant::now();
            (0..rayon::current_num_threads()).into_par_iter().with_max_len(1).for_each(|_| busy(SHARE));
            costs.push(1e6 * (start.elapsed() - SHARE).as_secs_f64());
        }
        costs.sort_by(f64::total_cmp);
        costs
    };
    let mut findings = Findings::new(
        &format!(
            "What it costs to share work out: how many microseconds longer shares of {} take on {} cores side by side",
            SHARE.as_micros(),
            cores()
        ),
        [Column::number("median", "median", 0), Column::number("most", "nine of ten times less than", 0)],
    );
    let pool = pool(cores());
    for alone in ALONE {
        let costs = pool.install(|| costs(alone));
        let cells = [("median", costs[TIMES / 2].into()), ("most", costs[TIMES * 9 / 10].into())];
        findings.row(format!("alone-{alone}"), format!("after {alone} µs on one core alone"), cells);
    }
    Ok(findings)
}

/// Have the thread work for so long.
fn busy(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        hint::spin_loop();
    }
}

/// How many additions and multiplications an example takes: two for each weight and direction, and none back to the
/// inputs.
fn operations(hidden: usize) -> f64 {
    2.0 * (2 * (INPUTS + 1) * hidden + 3 * hidden * OUTPUTS) as f64
}

/// Something whose time is taken.
type Way<'a> = Box<dyn FnMut() + Send + 'a>;

/// Learn from all `examples` once.
fn training<C>(examples: &Examples, hidden: usize, batch: usize) -> Way<'_>
where
    C: Classifier<Hyperparameters: Send + 'static> + Send + 'static,
{
    let mut hyperparameters = C::Hyperparameters::mnist();
    for (name, value) in [
        ("hidden", hidden.to_string()),
        ("batch", batch.to_string()),
        ("iterations", "1".to_owned()),
        ("learning_rate", "1e-3".to_owned()),
    ] {
        hyperparameters.set(name, &value).expect("a setting of a step with batches");
    }
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut network = C::new(examples, &hyperparameters, &mut rng);
    Box::new(move || {
        let _ = network.train(examples, &hyperparameters, &mut rng, &mut ());
    })
}

/// So many examples in the shape of MNIST.
fn made_up(examples: usize) -> Examples {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let inputs = Array2::from_shape_simple_fn((examples, INPUTS), || rng.random::<u8>());
    let labels = (0..examples).map(|example| example % OUTPUTS).collect();
    Examples::new(inputs, labels, OUTPUTS, Features::Pixels { height: 28, width: 28, max: 255 })
}

/// The operations of `product`.
const PRODUCT: f64 = 2.0 * (SIDE * SIDE * SIDE) as f64;

/// A large product of matrices of single precision, of which each thread computes its rows.
fn product(pool: &ThreadPool) -> Way<'static> {
    let [a, b] = [0.5, 2.0].map(|x| Array2::<f32>::from_elem((SIDE, SIDE), x));
    let mut product = Array2::zeros((SIDE, SIDE));
    let share = SIDE.div_ceil(pool.current_num_threads());
    Box::new(move || {
        let shares = (a.axis_chunks_iter(Axis(0), share), product.axis_chunks_iter_mut(Axis(0), share));
        shares.into_par_iter().for_each(|(a, mut product)| general_mat_mul(1.0, &a, &b, 0.0, &mut product));
    })
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("the system starts as many threads as it has cores")
}

/// The median time of each way in seconds. They take turns, after one that does not count.
fn medians<'a>(pool: &ThreadPool, ways: impl IntoIterator<Item = Way<'a>>) -> Vec<f64> {
    let mut ways: Vec<Way> = ways.into_iter().collect();
    let mut times = vec![Vec::new(); ways.len()];
    for repetition in 0..=REPETITIONS {
        for (way, times) in zip(&mut ways, &mut times) {
            let start = Instant::now();
            pool.install(way);
            if repetition > 0 {
                times.push(start.elapsed().as_secs_f64());
            }
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    times.into_iter().map(median).collect()
}

/// How a batch's gradient differs from that of all examples, on the digits, in a network that has learnt a little.
pub fn minibatch_noise(bench: &Bench) -> Result<Findings, Error> {
    const BATCHES: [usize; 6] = [1, 4, 16, 64, 256, 1024];
    const SEEDS: u64 = 10;
    let seeds: Vec<u64> = (1..=SEEDS).collect();
    let noises = bench.all(&seeds, |&seed| Ok(noise(&BATCHES, seed)))?;
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

/// For each of `batches`: how far the gradient of so many examples, drawn at random, is from the mean gradient, in
/// lengths of that, as a root mean square, and the mean angle between the two in degrees, over many draws.
fn noise(batches: &[usize], seed: u64) -> Vec<[f64; 2]> {
    const DRAWS: usize = 300;
    let examples = datasets::digits(seed).train;
    let early = Hyperparameters { iterations: 2, ..Hyperparameters::digits() };
    let weights = crate::train::<Network>(&examples, &early, seed, &mut ()).weights();
    let plain = Hyperparameters { learning_rate: 1.0, momentum: 0.0, l2_in: 0.0, l2_out: 0.0, ..early };
    let mut network = Network::from_weights(weights.clone());
    let input_weights = network.input_weights.clone();
    let output_weights = network.output_weights.clone();
    let mut gradient = |batch: &[usize]| -> Vec<f64> {
        network.input_weights.assign(&input_weights);
        network.output_weights.assign(&output_weights);
        learn(&mut network, &examples, batch, &plain);
        let layers = [(&input_weights, &network.input_weights), (&output_weights, &network.output_weights)];
        let moves = layers.into_iter().flat_map(|(before, after)| zip(before, after));
        moves.map(|(before, after)| f64::from(before - after)).collect()
    };
    let mean = gradient(&Vec::from_iter(0..examples.len()));
    let dot = |one: &[f64], other: &[f64]| zip(one, other).map(|(one, other)| one * other).sum::<f64>();
    let length = dot(&mean, &mean).sqrt();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut of_batch = |batch: usize| {
        let (mut distance, mut angle) = (0.0, 0.0);
        for _ in 0..DRAWS {
            let drawn: Vec<usize> = (0..batch).map(|_| rng.random_range(0..examples.len())).collect();
            let gradient = gradient(&drawn);
            let difference: Vec<f64> = zip(&gradient, &mean).map(|(one, mean)| one - mean).collect();
            distance += dot(&difference, &difference);
            angle += (dot(&gradient, &mean) / length / dot(&gradient, &gradient).sqrt()).acos().to_degrees();
        }
        [(distance / DRAWS as f64).sqrt() / length, angle / DRAWS as f64]
    };
    batches.iter().map(|&batch| of_batch(batch)).collect()
}

/// Learn from the examples of a batch.
fn learn(network: &mut Network, examples: &Examples, batch: &[usize], hyperparameters: &Hyperparameters) -> f64 {
    network.feed_forward(&examples.inputs.select(batch));
    network.back_propagate(examples.targets.select(Axis(0), batch).view(), hyperparameters)
}

const SEEDS: u64 = 3;
const ITERATIONS: usize = 5;
/// How many of MNIST's training set judge: the last ones.
const JUDGES: usize = 10_000;

/// What MNIST's network makes of batches: the accuracy by their size and by the learning rate.
pub fn minibatch(bench: &Bench) -> Result<Findings, Error> {
    const BATCHES: [usize; 6] = [8, 32, 128, 512, 2048, 8192];
    let usual = Hyperparameters { iterations: ITERATIONS, ..Hyperparameters::mnist() };
    let times = |batch: usize| batch as f64 / usual.batch as f64;
    let ways = BATCHES.map(|batch| {
        let rates = [1.0, times(batch).sqrt(), times(batch)].map(|factor| usual.learning_rate * factor);
        rates.map(|learning_rate| Hyperparameters { batch, learning_rate, ..usual.clone() })
    });
    let subjects: Vec<(&Hyperparameters, u64)> =
        ways.iter().flatten().flat_map(|way| (1..=SEEDS).map(move |seed| (way, seed))).collect();
    let (learnt, judge) = parts()?;
    let found = bench.all(&subjects, |&(way, seed)| {
        let mut network = alone(|| crate::train::<Network>(&learnt, way, seed, &mut ()));
        Ok(tried(&mut network, &judge).accuracy())
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
    for (batch, found) in zip(BATCHES, found.chunks(3 * SEEDS as usize)) {
        let accuracies =
            zip(["same", "root", "proportional"], found.chunks(SEEDS as usize)).map(|(key, found)| (key, found.into()));
        let moves = ("moves", Cell::from(learnt.len().div_ceil(batch) as f64));
        findings.row(format!("batch-{batch}"), format!("{batch} at a time"), [moves].into_iter().chain(accuracies));
    }
    Ok(findings)
}

/// The learning rate in the course of a training, as a share of the greatest: its key, its label, and what it is after
/// a part of the training.
type Course = (&'static str, &'static str, fn(f64) -> f64);

const WARM_UP: f64 = 0.1;
const COURSES: [Course; 4] = [
    ("constant", "constant", |_| 1.0),
    ("rising", "rises, then stays", |progress| f64::min(progress / WARM_UP, 1.0)),
    ("falling", "falls from the start", |progress| 1.0 - progress),
    ("both", "rises, then falls", |progress| f64::min(progress / WARM_UP, 1.0 - progress)),
];

/// What it is worth that the learning rate rises, and that it falls.
pub fn warm_up(bench: &Bench) -> Result<Findings, Error> {
    const RATES: [f64; 3] = [0.05, 0.1, 0.3];
    let usual = Hyperparameters { iterations: ITERATIONS, ..Hyperparameters::mnist() };
    let (learnt, judge) = parts()?;
    let mut subjects = Vec::new();
    for course in COURSES {
        for learning_rate in RATES {
            subjects.extend((1..=SEEDS).map(|seed| (course, learning_rate, seed)));
        }
    }
    let curves = bench.all(&subjects, |&((.., course), learning_rate, seed)| {
        let mut watch = Watch { judge: &judge, accuracies: Vec::new() };
        let hyperparameters = Hyperparameters { learning_rate, ..usual.clone() };
        alone(|| by_hand(course, &learnt, &hyperparameters, seed, &mut watch));
        Ok(watch.accuracies)
    })?;
    let mut findings = Findings::new(
        &format!("Accuracy on MNIST in validation after {ITERATIONS} iterations, by the course of the learning rate"),
        RATES.map(|rate| Column::percent(&format!("rate-{rate}"), &format!("{rate} at most"), 2)),
    );
    let mut chart =
        Chart::new(&format!("Accuracy in validation, learning rate {} at most", RATES[1]), "iteration", "accuracy");
    let seeds = SEEDS as usize;
    for ((key, label, _), curves) in zip(COURSES, curves.chunks(RATES.len() * seeds)) {
        let last = |curves: &[Vec<f64>]| curves.iter().map(|curve| curve[ITERATIONS - 1]).collect::<Vec<f64>>();
        let keys = RATES.map(|rate| format!("rate-{rate}"));
        let cells =
            zip(&keys, curves.chunks(seeds)).map(|(key, curves)| (key.as_str(), last(curves).as_slice().into()));
        findings.row(key, label, cells);
        let drawn = &curves[seeds..2 * seeds];
        let after = |iteration: usize| drawn.iter().map(|curve| curve[iteration - 1]).collect::<Vec<f64>>();
        chart.band(label, (1..=ITERATIONS).map(|iteration| (iteration as f64, Summary::of(&after(iteration)))));
    }
    findings.charts.push(chart);
    Ok(findings)
}

/// The examples of MNIST's training set to learn from, and those that judge.
fn parts() -> Result<(Examples, Examples), Error> {
    let examples = datasets::mnist(None)?.train;
    let learnt = examples.len() - JUDGES;
    let part = |range| examples.select(&Vec::from_iter(range));
    Ok((part(0..learnt), part(learnt..examples.len())))
}

/// Do it on one core: on the others, other trainings run.
fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    pool(1).install(work)
}

/// Train a network as [`train`](crate::train) does, with another course of the learning rate.
fn by_hand(
    course: fn(f64) -> f64,
    examples: &Examples,
    hyperparameters: &Hyperparameters,
    seed: u64,
    observer: &mut impl Observer<Network>,
) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = Network::new(examples, hyperparameters, &mut rng);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let batches = order.len().div_ceil(hyperparameters.batch);
    for iteration in 0..hyperparameters.iterations {
        order.shuffle(&mut rng);
        let mut error = 0.0;
        for (index, batch) in order.chunks(hyperparameters.batch).enumerate() {
            let progress = ((iteration * batches + index) as f64 + 0.5) / (batches * hyperparameters.iterations) as f64;
            let learning_rate = hyperparameters.learning_rate * course(progress);
            error +=
                learn(&mut network, examples, batch, &Hyperparameters { learning_rate, ..hyperparameters.clone() });
        }
        if observer.iteration(&mut network, error / examples.len() as f64).is_break() {
            break;
        }
    }
    network
}

/// Keeps the accuracy after each iteration.
struct Watch<'a> {
    judge: &'a Examples,
    accuracies: Vec<f64>,
}

impl Observer<Network> for Watch<'_> {
    fn iteration(&mut self, network: &mut Network, _: f64) -> ControlFlow<()> {
        self.accuracies.push(tried(network, self.judge).accuracy());
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_course_by_hand_is_that_of_the_step() {
        let examples = datasets::digits(1).train;
        let hyperparameters = Hyperparameters { iterations: 2, rate_decay: 0.0, ..Hyperparameters::digits() };
        let network = crate::train::<Network>(&examples, &hyperparameters, 1, &mut ());
        let [(.., constant), .., (.., both)] = COURSES;
        assert_eq!(by_hand(constant, &examples, &hyperparameters, 1, &mut ()).output_weights, network.output_weights);
        assert_ne!(by_hand(both, &examples, &hyperparameters, 1, &mut ()).output_weights, network.output_weights);
    }

    #[test]
    fn noise_falls_with_the_root_of_the_batch() {
        let [one, hundred] = noise(&[1, 100], 1)[..] else { panic!("two batches") };
        let ratio = one[0] / hundred[0];
        assert!((8.0..12.5).contains(&ratio), "{one:?} and {hundred:?}");
        assert!(one[1] > hundred[1] + 10.0, "degrees: {one:?} and {hundred:?}");
    }

    #[test]
    fn operations_are_two_for_each_weight_and_way() {
        // Forward all weights, back those of the output layer, and once more all for the gradients.
        assert_eq!(operations(1), 2.0 * ((785 + 10) + 10 + (785 + 10)) as f64);
    }

    #[test]
    fn medians_are_of_all_but_the_first() {
        let calls = std::sync::atomic::AtomicUsize::new(0);
        let way: Way = Box::new(|| _ = calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        assert!(medians(&pool(1), [way])[0] >= 0.0);
        assert_eq!(calls.into_inner(), REPETITIONS + 1);
    }
}
