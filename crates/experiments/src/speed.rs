//! Where the time goes: the steps and the same work in Python, the order in which memory is walked, what the machine
//! could do, and what the way a loop is written is worth.
//!
//! Times are medians of repetitions that take turns, so that whatever else the machine does meets all alike. All run on
//! one core, and on numbers that are made up, which makes no difference to the time.

use std::{array::from_fn, env, hint::black_box, iter::zip, path::Path, process::Command, time::Instant};

use datasets::{Examples, Features};
use evaluation::{Classifier, Knobs};
use ndarray::{Array1, Array2};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::{Bench, Cell, Chart, Column, Error, Findings};

const MNIST: usize = 60_000;
/// The shape of the weights from input to hidden layer.
const ROWS: usize = 784 + 1;
const COLUMNS: usize = 100;
const WEIGHTS: usize = ROWS * COLUMNS;
const REPETITIONS: usize = 31;

/// Something whose time is taken.
type Way<'a> = Box<dyn FnMut() + 'a>;

/// Seconds for an iteration over MNIST: the steps, and the tutorial's algorithms in Python.
pub fn speed(_: &Bench) -> Result<Findings, Error> {
    /// Few, so that most repetitions are over before the system gives the core to somebody else.
    const PART: usize = 10;
    let examples = made_up(PART);
    let names = ["naive-loops", "vectorized", "tanh-softmax", "init-shuffle", "regularized"];
    let ways = [
        step::<naive_loops::Network>(&examples),
        step::<vectorized::Network>(&examples),
        step::<tanh_softmax::Network>(&examples),
        step::<init_shuffle::Network>(&examples),
        step::<regularized::Network>(&examples),
    ];
    let steps = medians(ways, 9 * REPETITIONS).map(|seconds| seconds * MNIST as f64 / PART as f64);
    let rows = names.map(|name| (name.to_owned(), name.to_owned()));
    let vectorized = steps[1];

    let mut findings = Findings::new(
        "One iteration over 60,000 examples of 784 inputs, 100 hidden units and 10 outputs, extrapolated from a part",
        [Column::number("ratio", "times vectorized", 1), Column::seconds("seconds", "seconds", 1)],
    );
    for ((key, label), seconds) in python().into_iter().chain(zip(rows, steps)) {
        findings.row(key, label, [("ratio", Cell::from(seconds / vectorized)), ("seconds", seconds.into())]);
    }
    Ok(findings)
}

/// Learn from all `examples` once.
fn step<C: Classifier<Hyperparameters: 'static> + 'static>(examples: &Examples) -> Way<'_> {
    let mut hyperparameters = C::Hyperparameters::mnist();
    hyperparameters.set("iterations", "1").expect("every step has iterations");
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut network = C::new(examples, &hyperparameters, &mut rng);
    Box::new(move || {
        let _ = network.train(examples, &hyperparameters, &mut rng, &mut ());
    })
}

/// So many examples in the shape of MNIST.
fn made_up(examples: usize) -> Examples {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let inputs = Array2::from_shape_simple_fn((examples, ROWS - 1), || rng.random::<u8>());
    let labels = (0..examples).map(|example| example % 10).collect();
    Examples::new(inputs, labels, 10, Features::Pixels { height: 28, width: 28, max: 255 })
}

/// Key, label, and seconds of each way in Python, by the interpreter that the variable PYTHON names; none if it cannot
/// be asked.
fn python() -> Vec<((String, String), f64)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference/speed.py");
    let python = env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let skipped = |why: &str| {
        eprintln!("Python is left out, as {} {why}; PYTHON can name another.", python.display());
        Vec::new()
    };
    match Command::new(&python).arg(script).output() {
        Err(error) => skipped(&format!("does not start: {error}")),
        Ok(output) if !output.status.success() => skipped("fails: is numpy installed?"),
        Ok(output) => times(&String::from_utf8_lossy(&output.stdout)),
    }
}

/// Read lines as `loops over lists   771.0 s an iteration (extrapolated)`.
fn times(text: &str) -> Vec<((String, String), f64)> {
    let read = |line: &str| {
        let (label, seconds) = line.split_once(" s an iteration")?.0.rsplit_once(' ')?;
        let label = label.trim();
        let key: String = label.chars().filter(|c| *c != ',').map(|c| if c == ' ' { '-' } else { c }).collect();
        Some(((key, format!("Python: {label}")), seconds.parse().ok()?))
    };
    text.lines().filter_map(read).collect()
}

/// Nanoseconds for a weight in a product of vector and matrix, by the size of the matrix and the order in which it is
/// walked.
pub fn memory_order(_: &Bench) -> Result<Findings, Error> {
    // No powers of two: columns of these fall into the same few places of a cache, and are slower still.
    const SIDES: [usize; 10] = [36, 60, 100, 180, 300, 500, 900, 1500, 2500, 4500];
    let mut findings = Findings::new(
        "A vector times a square matrix of double precision: nanoseconds for a weight",
        [
            Column::number("ratio", "down ÷ along", 1),
            Column::number("down", "a sum down each column", 2),
            Column::number("along", "a sum along each row", 2),
            Column::number("rows", "all sums, row by row", 2),
        ],
    );
    let mut curves = [const { Vec::new() }; 3];
    for side in SIDES {
        let weights = vec![0.5; side * side];
        let vector = vec![0.5; side];
        let mut sums = [vec![0.0; side], vec![0.0; side], vec![0.0; side]];
        let [down, along, rows] = &mut sums;
        let passes = (200_000 / weights.len()).max(1);
        let ways: [Way; 3] = [
            Box::new(|| repeat(passes, || sum_down(&weights, black_box(&vector), down))),
            Box::new(|| repeat(passes, || sum_along(&weights, black_box(&vector), along))),
            Box::new(|| repeat(passes, || sum_rows(&weights, black_box(&vector), rows))),
        ];
        let repetitions = if side > 2000 { 5 } else { REPETITIONS };
        let times = medians(ways, repetitions).map(|seconds| seconds / (passes * side * side) as f64 * 1e9);
        let kilobytes = (side * side * 8) as f64 / 1000.0;
        let label =
            if kilobytes < 1000.0 { format!("{kilobytes:.0} kB") } else { format!("{:.0} MB", kilobytes / 1e3) };
        let cells = zip(["down", "along", "rows"], times.map(Cell::from));
        findings.row(format!("side-{side}"), label, cells.chain([("ratio", (times[0] / times[1]).into())]));
        zip(&mut curves, times).for_each(|(curve, time)| curve.push((kilobytes.log10(), time)));
    }
    let mut chart = Chart::new("Time for a weight by the size of the matrix", "log₁₀ of the size in kB", "nanoseconds");
    zip(["a sum down each column", "a sum along each row", "all sums, row by row"], curves)
        .for_each(|(label, curve)| chart.curve(label, curve));
    findings.charts.push(chart);
    Ok(findings)
}

/// As the first step does it: finish a unit's sum, then go to the next column.
fn sum_down(weights: &[f64], vector: &[f64], sums: &mut [f64]) {
    let columns = sums.len();
    for (column, sum) in sums.iter_mut().enumerate() {
        *sum = 0.0;
        for (row, x) in vector.iter().enumerate() {
            *sum += x * weights[row * columns + column];
        }
    }
}

/// The same with rows for columns: the same operations in the same order, from a matrix that is turned.
fn sum_along(weights: &[f64], vector: &[f64], sums: &mut [f64]) {
    for (row, sum) in zip(weights.chunks_exact(vector.len()), sums) {
        *sum = 0.0;
        for (weight, x) in zip(row, vector) {
            *sum += x * weight;
        }
    }
}

/// The result of `sum_down` from the walk of `sum_along`: go on with all sums a little, row by row.
fn sum_rows(weights: &[f64], vector: &[f64], sums: &mut [f64]) {
    sums.fill(0.0);
    for (row, &x) in zip(weights.chunks_exact(sums.len()), vector) {
        add_rows(&[x], row, sums);
    }
}

/// The least time that an example can take, by what the machine reads and writes, and the time that it takes.
pub fn limits(_: &Bench) -> Result<Findings, Error> {
    const PASSES: usize = 20;
    let examples = made_up(PASSES);
    let mut matrix = vec![0.5; WEIGHTS];
    let copy = matrix.clone();
    let mut large = vec![0.5; 100 * WEIGHTS];
    let large_copy = large.clone();
    let ways: [Way; 5] = [
        Box::new(|| repeat(PASSES, || _ = black_box(read(black_box(&copy))))),
        Box::new(|| repeat(PASSES, || read_and_write(black_box(&mut matrix)))),
        step::<vectorized::Network>(&examples),
        Box::new(|| _ = black_box(read(black_box(&large_copy)))),
        Box::new(|| read_and_write(black_box(&mut large))),
    ];
    let [read, write, vectorized, read_far, write_far] = medians(ways, REPETITIONS);
    let [read, write, vectorized] = [read, write, vectorized].map(|seconds| seconds / PASSES as f64);
    let limit = read + write;

    let mut findings = Findings::new(
        "What the machine can do with the weights of the hidden layer, 785 x 100 of double precision, and what is done",
        [
            Column::number("ratio", "times the least", 2),
            Column::number("microseconds", "microseconds", 1),
            Column::number("bandwidth", "GB a second", 1),
        ],
    );
    let bytes = (WEIGHTS * size_of::<f64>()) as f64;
    let mut row = |key: &str, label: &str, seconds: f64, bytes: f64| {
        let cells = [("microseconds", seconds * 1e6), ("ratio", seconds / limit), ("bandwidth", bytes / seconds / 1e9)];
        findings.row(key, label, cells.map(|(key, number)| (key, Cell::from(number))));
    };
    row("read", "read them all", read, bytes);
    row("write", "read and write them all", write, 2.0 * bytes);
    row("limit", "both: the least for an example", limit, 3.0 * bytes);
    row("vectorized", "vectorized, an example", vectorized, 3.0 * bytes);
    row("read-far", "read a hundred times as many, for each hundredth", read_far / 100.0, bytes);
    row("write-far", "read and write a hundred times as many, for each hundredth", write_far / 100.0, 2.0 * bytes);
    Ok(findings)
}

/// The sum of all, in 32 parts, so that no addition waits for the last one.
fn read(numbers: &[f64]) -> f64 {
    let mut sums = [0.0; 32];
    for part in numbers.as_chunks::<32>().0 {
        zip(&mut sums, part).for_each(|(sum, number)| *sum += number);
    }
    sums.iter().sum()
}

fn read_and_write(numbers: &mut [f64]) {
    numbers.iter_mut().for_each(|number| *number += 1e-9);
}

/// How the time of the same machine code depends on where its data lie.
pub fn placement(_: &Bench) -> Result<Findings, Error> {
    const PLACES: usize = 40;
    const PASSES: usize = 5;
    let mut findings = Findings::new(
        "Sums and step of the hidden layer by where weights and vectors lie: nanoseconds for a weight",
        [
            Column::number("ratio", "sums, times that at a line's start", 2),
            Column::number("forward", "sums", 3),
            Column::number("step-ratio", "step, times that at a line's start", 2),
            Column::number("step", "step", 3),
        ],
    );
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut places: Vec<[usize; 4]> = [0, 16, 32, 48].map(|offset| [offset; 4]).into();
    places.extend((0..PLACES).map(|_| from_fn(|_| 16 * rng.random_range(0..256))));
    let mut layers: Vec<Placed> = places.iter().map(|&place| Placed::new(place, &mut rng)).collect();
    let mut times = vec![[const { Vec::new() }; 2]; layers.len()];
    for _ in 0..REPETITIONS {
        for (layer, [forward, step]) in zip(&mut layers, &mut times) {
            let [weights, activations, deltas, sums] = layer.parts();
            rows_at_a_time::<4>(weights, activations, sums); // brings the weights into the cache
            forward.push(seconds(|| repeat(PASSES, || rows_at_a_time::<4>(black_box(weights), activations, sums))));
            step.push(seconds(|| repeat(PASSES, || step_parameters(black_box(weights), activations, deltas))));
        }
    }
    let nanoseconds = |times: &mut Vec<f64>| median(times) / (PASSES * WEIGHTS) as f64 * 1e9;
    let times: Vec<[f64; 2]> = times.iter_mut().map(|times| times.each_mut().map(nanoseconds)).collect();
    let [best_forward, best_step] = times[0];
    for (offset, &[forward, step]) in zip(["0", "16", "32", "48"], &times) {
        let cells =
            [("forward", forward), ("step", step), ("ratio", forward / best_forward), ("step-ratio", step / best_step)];
        let label = format!("all {offset} bytes after the start of a line of 64");
        findings.row(format!("offset-{offset}"), label, cells.map(|(key, number)| (key, Cell::from(number))));
    }
    let random = |part: usize, unit: f64| -> Vec<f64> { times[4..].iter().map(|times| times[part] / unit).collect() };
    let cells = [
        ("forward", random(0, 1.0)),
        ("step", random(1, 1.0)),
        ("ratio", random(0, best_forward)),
        ("step-ratio", random(1, best_step)),
    ];
    let label = format!("each somewhere: mean of {PLACES} places");
    findings.row("random", label, cells.iter().map(|(key, numbers)| (*key, Cell::from(numbers.as_slice()))));
    let cells = [("ratio", spread(&random(0, 1.0))), ("step-ratio", spread(&random(1, 1.0)))];
    findings.row("spread", "the slowest of these places by the fastest", cells.map(|(key, x)| (key, Cell::from(x))));
    Ok(findings)
}

/// The greatest number by the least.
fn spread(numbers: &[f64]) -> f64 {
    let greatest = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    greatest / numbers.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Weights, activations, deltas and sums of the hidden layer, each so many numbers after the start of a line of 64
/// bytes.
struct Placed {
    /// With room to spare.
    parts: [Vec<f64>; 4],
    offsets: [usize; 4],
}

impl Placed {
    const LENGTHS: [usize; 4] = [WEIGHTS, ROWS, COLUMNS, COLUMNS];

    fn new(bytes: [usize; 4], rng: &mut ChaCha8Rng) -> Self {
        let offsets = bytes.map(|bytes| bytes / size_of::<f64>());
        let room = |part: usize| Self::LENGTHS[part] + offsets[part] + 64 / size_of::<f64>();
        let parts = from_fn(|part| (0..room(part)).map(|_| rng.random_range(-1.0..1.0)).collect());
        Self { parts, offsets }
    }

    fn parts(&mut self) -> [&mut [f64]; 4] {
        let mut places = zip(self.offsets, Self::LENGTHS);
        self.parts.each_mut().map(|part| {
            let (offset, length) = places.next().expect("a place for each part");
            let line = part.as_ptr().align_offset(64);
            &mut part[line + offset..][..length]
        })
    }
}

/// What the ways to write a loop are worth.
pub fn loops(_: &Bench) -> Result<Findings, Error> {
    const PASSES: usize = 5;
    const SUMS: [(&str, &str); 6] = [
        ("sum-index", "sum: unit after unit, by index"),
        ("sum-ndarray", "sum: row by row, by ndarray"),
        ("sum-one", "sum: one row of a slice at a time"),
        ("sum-two", "sum: two rows"),
        ("sum-four", "sum: four rows, as the steps"),
        ("sum-eight", "sum: eight rows"),
    ];
    const STEPS: [(&str, &str); 4] = [
        ("step-index", "step: weight by weight, by index"),
        ("step-ndarray", "step: row by row, by ndarray"),
        ("step-inline", "step: slices, all in one function"),
        ("step-parameters", "step: slices that are parameters, as the steps"),
    ];
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut draw = || rng.random_range(-1.0..1.0);
    let matrix = Array2::from_shape_simple_fn((ROWS, COLUMNS), &mut draw);
    let activations = Array1::from_shape_simple_fn(ROWS, &mut draw);
    let deltas = Array1::from_shape_simple_fn(COLUMNS, &mut draw);
    let (x, d) = (activations.as_slice().expect(CONTIGUOUS), deltas.as_slice().expect(CONTIGUOUS));
    let weights = matrix.as_slice().expect(CONTIGUOUS);

    let mut sums = from_fn::<_, 2, _>(|_| Array1::zeros(COLUMNS));
    let mut slices = from_fn::<_, 4, _>(|_| vec![0.0; COLUMNS]);
    let ([by_index, by_ndarray], [one, two, four, eight]) = (&mut sums, &mut slices);
    let ways: [Way; 6] = [
        Box::new(|| repeat(PASSES, || indexed(black_box(&matrix), &activations, by_index))),
        Box::new(|| repeat(PASSES, || scaled_add(black_box(&matrix), &activations, by_ndarray))),
        Box::new(|| repeat(PASSES, || rows_at_a_time::<1>(black_box(weights), x, one))),
        Box::new(|| repeat(PASSES, || rows_at_a_time::<2>(black_box(weights), x, two))),
        Box::new(|| repeat(PASSES, || rows_at_a_time::<4>(black_box(weights), x, four))),
        Box::new(|| repeat(PASSES, || rows_at_a_time::<8>(black_box(weights), x, eight))),
    ];
    let sums = medians(ways, REPETITIONS);

    let mut matrices = from_fn::<_, 4, _>(|_| matrix.clone());
    let [by_index, by_ndarray, inline, parameters] = &mut matrices;
    let parameters = parameters.as_slice_mut().expect(CONTIGUOUS);
    let ways: [Way; 4] = [
        Box::new(|| repeat(PASSES, || step_indexed(black_box(by_index), &activations, &deltas))),
        Box::new(|| repeat(PASSES, || step_scaled_add(black_box(by_ndarray), &activations, &deltas))),
        Box::new(|| repeat(PASSES, || step_inline(black_box(inline), &activations, &deltas))),
        Box::new(|| repeat(PASSES, || step_parameters(black_box(parameters), x, d))),
    ];
    let steps = medians(ways, REPETITIONS);

    let mut findings = Findings::new(
        "The same sums and the same step, written in several ways, for weights of shape (785, 100)",
        [
            Column::number("ratio", "times the steps' way", 2),
            Column::number("nanoseconds", "nanoseconds for a weight", 3),
        ],
    );
    let timed = zip(SUMS, sums.map(|time| (time, sums[4]))).chain(zip(STEPS, steps.map(|time| (time, steps[3]))));
    for ((key, label), (time, own)) in timed {
        let nanoseconds = time / (PASSES * WEIGHTS) as f64 * 1e9;
        findings.row(key, label, [("ratio", Cell::from(time / own)), ("nanoseconds", nanoseconds.into())]);
    }
    Ok(findings)
}

const CONTIGUOUS: &str = "vectors and matrices lie in one piece";
/// Small, so that the weights stay as they are.
const RATE: f64 = 1e-9;

/// As the first step does it.
fn indexed(weights: &Array2<f64>, activations: &Array1<f64>, sums: &mut Array1<f64>) {
    for j in 0..sums.len() {
        let mut sum = 0.0;
        for i in 0..activations.len() {
            sum += activations[i] * weights[(i, j)];
        }
        sums[j] = sum;
    }
}

fn scaled_add(weights: &Array2<f64>, activations: &Array1<f64>, sums: &mut Array1<f64>) {
    sums.fill(0.0);
    for (row, &activation) in zip(weights.rows(), activations) {
        sums.scaled_add(activation, &row);
    }
}

/// As the steps do it from the second on, with `N` = 4.
fn rows_at_a_time<const N: usize>(weights: &[f64], activations: &[f64], sums: &mut [f64]) {
    sums.fill(0.0);
    let (many, rest) = activations.as_chunks::<N>();
    let (rows_of_many, rows_of_rest) = weights.split_at(N * many.len() * sums.len());
    zip(many, rows_of_many.chunks_exact(N * sums.len())).for_each(|(many, rows)| add_rows(many, rows, sums));
    zip(rest, rows_of_rest.chunks_exact(sums.len())).for_each(|(&one, row)| add_rows(&[one], row, sums));
}

/// Add to `sums` what comes in over `N` rows of weights.
fn add_rows<const N: usize>(activations: &[f64; N], weights: &[f64], sums: &mut [f64]) {
    let rows: [&[f64]; N] = from_fn(|row| &weights[row * sums.len()..][..sums.len()]);
    for (unit, sum) in sums.iter_mut().enumerate() {
        for (activation, row) in zip(activations, rows) {
            *sum += activation * row[unit];
        }
    }
}

/// As the first step does it, but for the previous change.
fn step_indexed(weights: &mut Array2<f64>, activations: &Array1<f64>, deltas: &Array1<f64>) {
    for i in 0..activations.len() {
        for j in 0..deltas.len() {
            weights[(i, j)] -= RATE * (activations[i] * deltas[j]);
        }
    }
}

fn step_scaled_add(weights: &mut Array2<f64>, activations: &Array1<f64>, deltas: &Array1<f64>) {
    for (mut row, &activation) in zip(weights.rows_mut(), activations) {
        row.scaled_add(-RATE * activation, deltas);
    }
}

/// The compiler cannot know that a row and the deltas do not overlap, and has it checked for each row.
fn step_inline(weights: &mut Array2<f64>, activations: &Array1<f64>, deltas: &Array1<f64>) {
    for (mut row, &activation) in zip(weights.rows_mut(), activations) {
        let (row, deltas) = (row.as_slice_mut().expect(CONTIGUOUS), deltas.as_slice().expect(CONTIGUOUS));
        for (weight, delta) in zip(row, deltas) {
            *weight -= RATE * (activation * delta);
        }
    }
}

/// As the steps do it from the second on, but for the previous change.
fn step_parameters(weights: &mut [f64], activations: &[f64], deltas: &[f64]) {
    let descend = |weights: &mut [f64], activation: &f64, deltas: &[f64]| {
        for (weight, delta) in zip(weights, deltas) {
            *weight -= RATE * (activation * delta);
        }
    };
    for (weights, activation) in zip(weights.chunks_exact_mut(deltas.len()), activations) {
        descend(weights, activation, deltas);
    }
}

fn repeat(passes: usize, mut way: impl FnMut()) {
    for _ in 0..passes {
        way();
    }
}

fn seconds(way: impl FnOnce()) -> f64 {
    let start = Instant::now();
    way();
    start.elapsed().as_secs_f64()
}

/// The median time of each way in seconds. They take turns, after one that does not count.
fn medians<const N: usize>(mut ways: [Way; N], repetitions: usize) -> [f64; N] {
    let mut times = [const { Vec::new() }; N];
    for repetition in 0..=repetitions {
        for (way, times) in zip(&mut ways, &mut times) {
            let time = seconds(way);
            if repetition > 0 {
                times.push(time);
            }
        }
    }
    times.map(|mut times| median(&mut times))
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    const VECTOR: [f64; 5] = [1.0, -1.0, 2.0, 0.5, 3.0];

    fn matrix() -> Array2<f64> {
        array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0], [2.0, 4.0, 6.0], [0.0, 1.0, -1.0]]
    }

    /// What `way` writes to sums that were something else.
    fn sums(way: impl FnOnce(&mut [f64])) -> [f64; 3] {
        let mut sums = [9.0; 3];
        way(&mut sums);
        sums
    }

    #[test]
    fn all_ways_to_sum_give_the_same() {
        let (matrix, vector, wanted) = (matrix(), Array1::from_iter(VECTOR), [12.0, 18.0, 15.0]);
        let weights = matrix.as_slice().unwrap();
        let turned = matrix.t().as_standard_layout().into_owned();
        assert_eq!(sums(|sums| sum_down(weights, &VECTOR, sums)), wanted);
        assert_eq!(sums(|sums| sum_along(turned.as_slice().unwrap(), &VECTOR, sums)), wanted);
        assert_eq!(sums(|sums| sum_rows(weights, &VECTOR, sums)), wanted);
        assert_eq!(sums(|sums| rows_at_a_time::<2>(weights, &VECTOR, sums)), wanted);
        assert_eq!(sums(|sums| rows_at_a_time::<4>(weights, &VECTOR, sums)), wanted);
        for way in [indexed, scaled_add] {
            let mut sums = array![9.0, 9.0, 9.0];
            way(&matrix, &vector, &mut sums);
            assert_eq!(sums, Array1::from_iter(wanted));
        }
    }

    #[test]
    fn all_ways_to_step_give_the_same() {
        let (vector, deltas) = (Array1::from_iter(VECTOR), array![1e9, 2e9, -1e9]);
        let mut wanted = matrix();
        step_indexed(&mut wanted, &vector, &deltas);
        assert_eq!(wanted.row(2), array![5.0, 4.0, 11.0]);
        for way in [step_scaled_add, step_inline] {
            let mut weights = matrix();
            way(&mut weights, &vector, &deltas);
            assert!((&weights - &wanted).iter().all(|difference| difference.abs() < 1e-12));
        }
        let mut weights = matrix();
        step_parameters(weights.as_slice_mut().unwrap(), &VECTOR, deltas.as_slice().unwrap());
        assert_eq!(weights, wanted);
    }

    #[test]
    fn a_layer_lies_where_it_is_put() {
        let mut layer = Placed::new([0, 16, 32, 4080], &mut ChaCha8Rng::seed_from_u64(1));
        let places = layer.parts().map(|part| (part.as_ptr().addr() % 64, part.len()));
        assert_eq!(places, [(0, WEIGHTS), (16, ROWS), (32, COLUMNS), (4080 % 64, COLUMNS)]);
    }

    #[test]
    fn the_times_of_python_are_read() {
        let text = "numpy, freed memory kept       7.6 s an iteration (measured)\n\
                    loops over lists             771.0 s an iteration (extrapolated from 200 examples)\nno time\n";
        let wanted = [
            ("numpy-freed-memory-kept", "Python: numpy, freed memory kept", 7.6),
            ("loops-over-lists", "Python: loops over lists", 771.0),
        ];
        assert_eq!(times(text), wanted.map(|(key, label, seconds)| ((key.to_owned(), label.to_owned()), seconds)));
    }

    #[test]
    fn medians_and_spreads_are_of_all() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(spread(&[3.0, 1.0, 2.0]), 3.0);
        let calls = std::cell::Cell::new(0);
        assert!(medians([Box::new(|| calls.set(calls.get() + 1))], 3)[0] >= 0.0);
        assert_eq!(calls.get(), 4);
    }
}
