//! The cost of the steps and of the same work in Python, of the order in which memory is walked, of the way in which a
//! loop is written, and of the place where its data lie; and the least that the machine allows.
//!
//! All run on one core.

use std::{array::from_fn, env, hint::black_box, iter::zip, path::Path, process::Command};

use evaluation::median;
use ndarray::{Array1, Array2, azip};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use vectorized::weighted_sums;

use crate::{
    Bench, Cell, Chart, Column, Error, Findings,
    timing::{Case, INPUTS, MNIST, made_up, medians, repeat, seconds, training},
};

/// The shape of the weights from input to hidden layer.
const ROWS: usize = INPUTS + 1;
const COLUMNS: usize = 100;
const WEIGHTS: usize = ROWS * COLUMNS;
const REPETITIONS: usize = 31;

/// Measures seconds for an iteration over MNIST: the steps, and the tutorial's algorithms in Python.
pub fn speed(bench: &Bench) -> Result<Findings, Error> {
    /// Few, so that most repetitions are over before the system gives the core to somebody else.
    const PART: usize = 10;
    let examples = made_up(PART);
    let names = ["naive-loops", "vectorized", "tanh-softmax", "init-shuffle", "regularized"];
    let cases = [
        training::<naive_loops::Network>(&examples, &[]),
        training::<vectorized::Network>(&examples, &[]),
        training::<tanh_softmax::Network>(&examples, &[]),
        training::<init_shuffle::Network>(&examples, &[]),
        training::<regularized::Network>(&examples, &[]),
    ];
    let steps = medians(cases, bench.repetitions(9 * REPETITIONS)).map(|seconds| seconds * MNIST as f64 / PART as f64);
    let rows = names.map(|name| (name.to_owned(), name.to_owned()));
    let vectorized = steps[1];

    let mut findings = Findings::new(
        "One iteration over 60,000 examples of 784 inputs, 100 hidden units and 10 outputs, extrapolated from a part",
        [Column::number("ratio", "times vectorized", 1), Column::seconds("seconds", "seconds", 1)],
    );
    let python = if bench.is_trial() { Vec::new() } else { python() };
    for ((key, label), seconds) in python.into_iter().chain(zip(rows, steps)) {
        findings.row(key, label, [("ratio", Cell::from(seconds / vectorized)), ("seconds", seconds.into())]);
    }
    Ok(findings)
}

/// Returns the key, the label and the seconds of each algorithm in Python, by the interpreter that the variable PYTHON
/// names; none if it cannot be asked.
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

/// Reads lines as `loops over lists   771.0 s an iteration (extrapolated)`.
fn times(text: &str) -> Vec<((String, String), f64)> {
    let read = |line: &str| {
        let (label, seconds) = line.split_once(" s an iteration")?.0.rsplit_once(' ')?;
        let label = label.trim();
        let key: String = label.chars().filter(|c| *c != ',').map(|c| if c == ' ' { '-' } else { c }).collect();
        Some(((key, format!("Python: {label}")), seconds.parse().ok()?))
    };
    text.lines().filter_map(read).collect()
}

/// Measures nanoseconds for a weight in a product of vector and matrix, by the size of the matrix and the order in
/// which it is walked.
pub fn memory_order(bench: &Bench) -> Result<Findings, Error> {
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
        let cases: [Case; 3] = [
            Box::new(|| repeat(passes, || sum_down(&weights, black_box(&vector), down))),
            Box::new(|| repeat(passes, || sum_along(&weights, black_box(&vector), along))),
            Box::new(|| repeat(passes, || sum_rows(&weights, black_box(&vector), rows))),
        ];
        let repetitions = if side > 2000 { 5 } else { REPETITIONS };
        let times =
            medians(cases, bench.repetitions(repetitions)).map(|seconds| seconds / (passes * side * side) as f64 * 1e9);
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

/// As the first step does it: finishes a unit's sum, then goes to the next column.
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

/// The result of `sum_down` from the walk of `sum_along`: goes on with all sums a little, row by row.
fn sum_rows(weights: &[f64], vector: &[f64], sums: &mut [f64]) {
    sums.fill(0.0);
    for (row, x) in zip(weights.chunks_exact(sums.len()), vector) {
        for (sum, weight) in zip(&mut *sums, row) {
            *sum += x * weight;
        }
    }
}

/// Measures the least time that an example can take, by what the machine reads and writes, and the time that it takes.
pub fn limits(bench: &Bench) -> Result<Findings, Error> {
    const PASSES: usize = 20;
    let examples = made_up(PASSES);
    let mut matrix = vec![0.5; WEIGHTS];
    let copy = matrix.clone();
    let mut large = vec![0.5; 100 * WEIGHTS];
    let large_copy = large.clone();
    let cases: [Case; 5] = [
        Box::new(|| repeat(PASSES, || _ = black_box(read(black_box(&copy))))),
        Box::new(|| repeat(PASSES, || read_and_write(black_box(&mut matrix)))),
        training::<vectorized::Network>(&examples, &[]),
        Box::new(|| _ = black_box(read(black_box(&large_copy)))),
        Box::new(|| read_and_write(black_box(&mut large))),
    ];
    let [read, write, vectorized, read_far, write_far] = medians(cases, bench.repetitions(REPETITIONS));
    let [read, write, vectorized] = [read, write, vectorized].map(|seconds| seconds / PASSES as f64);
    // The weights are read on the way forwards; on the way back they are read and written, and so is the last change.
    let limit = read + 2.0 * write;

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
    row(
        "limit",
        "read them, then read and write them and their last change: the least for an example",
        limit,
        5.0 * bytes,
    );
    row("vectorized", "vectorized, an example", vectorized, 5.0 * bytes);
    row("read-far", "read a hundred times as many, for each hundredth", read_far / 100.0, bytes);
    row("write-far", "read and write a hundred times as many, for each hundredth", write_far / 100.0, 2.0 * bytes);
    Ok(findings)
}

/// Returns the sum of all, in 32 parts, so that no addition waits for the last one.
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

/// Measures the time of the same machine code by the place where its data lie.
pub fn placement(bench: &Bench) -> Result<Findings, Error> {
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
    for _ in 0..bench.repetitions(REPETITIONS) {
        for (layer, [forward, step]) in zip(&mut layers, &mut times) {
            let [weights, activations, deltas, sums] = layer.parts();
            sum_rows(weights, activations, sums); // brings the weights into the cache
            forward.push(seconds(|| repeat(PASSES, || sum_rows(black_box(weights), activations, sums))));
            step.push(seconds(|| repeat(PASSES, || descend(black_box(weights), activations, deltas))));
        }
    }
    let nanoseconds = |times: &Vec<f64>| median(times) / (PASSES * WEIGHTS) as f64 * 1e9;
    let times: Vec<[f64; 2]> = times.iter().map(|times| times.each_ref().map(nanoseconds)).collect();
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

/// Moves weights against a gradient, without a last change: so little that they stay nearly as they are.
fn descend(weights: &mut [f64], activations: &[f64], deltas: &[f64]) {
    for (row, activation) in zip(weights.chunks_exact_mut(deltas.len()), activations) {
        for (weight, delta) in zip(row, deltas) {
            *weight -= RATE * (activation * delta);
        }
    }
}

/// Returns the greatest number by the least.
fn spread(numbers: &[f64]) -> f64 {
    let greatest = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    greatest / numbers.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Weights, activations, deltas and sums of the hidden layer, each some numbers after the start of a line of 64 bytes.
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

/// Measures what the ways to write a loop are worth.
pub fn loops(bench: &Bench) -> Result<Findings, Error> {
    const PASSES: usize = 5;
    const SUMS: [(&str, &str); 7] = [
        ("sum-index", "sums: unit after unit, by index, as naive-loops"),
        ("sum-dot", "sums: ndarray's dot of vector and matrix"),
        ("sum-scaled-add", "sums: row by row, scaled_add"),
        ("sum-rows", "sums: row by row, azip!, as vectorized"),
        ("sum-slices", "sums: row by row, slices"),
        ("sum-four", "sums: four rows at a time, slices"),
        ("sum-transposed", "sums: ndarray's dot of the transposed matrix, stored as such, and the vector"),
    ];
    const UPDATES: [(&str, &str); 4] = [
        ("update-index", "update: weight by weight, by index, as naive-loops"),
        ("update-rows", "update: row by row, azip!, as vectorized"),
        ("update-slices", "update: row by row, slices"),
        ("update-factors", "update: slices, and two vectors for the last change, whose outer product it is"),
    ];
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut draw = || rng.random_range(-1.0..1.0);
    let matrix = Array2::from_shape_simple_fn((ROWS, COLUMNS), &mut draw);
    let turned = matrix.t().as_standard_layout().into_owned();
    let activations = Array1::from_shape_simple_fn(ROWS, &mut draw);
    let deltas = Array1::from_shape_simple_fn(COLUMNS, &mut draw);
    let (x, d) = (activations.as_slice().expect(CONTIGUOUS), deltas.as_slice().expect(CONTIGUOUS));
    let weights = matrix.as_slice().expect(CONTIGUOUS);

    let mut sums = from_fn::<_, 5, _>(|_| Array1::zeros(COLUMNS));
    let mut slices = from_fn::<_, 2, _>(|_| vec![0.0; COLUMNS]);
    let ([index, dot, scaled, rows, transposed], [one, four]) = (&mut sums, &mut slices);
    let cases: [Case; 7] = [
        Box::new(|| repeat(PASSES, || sum_by_index(&activations, black_box(&matrix), index))),
        Box::new(|| repeat(PASSES, || *dot = activations.dot(black_box(&matrix)))),
        Box::new(|| repeat(PASSES, || sum_by_scaled_add(&activations, black_box(&matrix), scaled))),
        Box::new(|| repeat(PASSES, || weighted_sums(&activations, black_box(&matrix), rows))),
        Box::new(|| repeat(PASSES, || sum_rows(black_box(weights), x, one))),
        Box::new(|| repeat(PASSES, || sum_rows_together::<4>(black_box(weights), x, four))),
        Box::new(|| repeat(PASSES, || *transposed = black_box(&turned).dot(&activations))),
    ];
    let sums = medians(cases, bench.repetitions(REPETITIONS));

    let mut layers = from_fn::<_, 4, _>(|_| [matrix.clone(), Array2::zeros(matrix.dim())]);
    let mut factors = Factors::zeros(matrix.dim());
    let [index, rows, slices, outer] = &mut layers;
    let cases: [Case; 4] = [
        Box::new(|| repeat(PASSES, || update_by_index(black_box(index), &activations, &deltas))),
        Box::new(|| repeat(PASSES, || update_by_rows(black_box(rows), &activations, &deltas))),
        Box::new(|| repeat(PASSES, || update_slices(in_slices(black_box(slices)), x, d))),
        Box::new(|| repeat(PASSES, || factors.update(in_slices(black_box(outer))[0], x, d))),
    ];
    let updates = medians(cases, bench.repetitions(REPETITIONS));

    let mut findings = Findings::new(
        "The same sums and the same update, written in several ways, for weights of shape (785, 100)",
        [
            Column::number("ratio", "times vectorized", 2),
            Column::number("microseconds", "microseconds", 1),
            Column::number("nanoseconds", "nanoseconds for a weight", 3),
        ],
    );
    let timed = zip(SUMS, sums.map(|time| (time, sums[3]))).chain(zip(UPDATES, updates.map(|time| (time, updates[1]))));
    for ((key, label), (time, own)) in timed {
        let time_of_one = time / PASSES as f64;
        let cells = [
            ("ratio", Cell::from(time / own)),
            ("microseconds", (1e6 * time_of_one).into()),
            ("nanoseconds", (1e9 * time_of_one / WEIGHTS as f64).into()),
        ];
        findings.row(key, label, cells);
    }
    Ok(findings)
}

const CONTIGUOUS: &str = "vectors and matrices lie in one piece";
/// Small, so that the weights stay nearly as they are.
const RATE: f64 = 1e-9;

/// The total inputs of a layer, as the first step sums them.
fn sum_by_index(activations: &Array1<f64>, weights: &Array2<f64>, sums: &mut Array1<f64>) {
    for j in 0..sums.len() {
        let mut sum = 0.0;
        for i in 0..activations.len() {
            sum += activations[i] * weights[(i, j)];
        }
        sums[j] = sum;
    }
}

fn sum_by_scaled_add(activations: &Array1<f64>, weights: &Array2<f64>, sums: &mut Array1<f64>) {
    sums.fill(0.0);
    for (&activation, row) in zip(activations, weights.rows()) {
        sums.scaled_add(activation, &row);
    }
}

/// Takes `N` rows at a time, so that a sum is loaded and stored once for all of them.
fn sum_rows_together<const N: usize>(weights: &[f64], activations: &[f64], sums: &mut [f64]) {
    sums.fill(0.0);
    let (together, rest) = activations.as_chunks::<N>();
    let (rows_together, rows_of_rest) = weights.split_at(N * together.len() * sums.len());
    zip(together, rows_together.chunks_exact(N * sums.len())).for_each(|(some, rows)| add_rows(some, rows, sums));
    zip(rest, rows_of_rest.chunks_exact(sums.len())).for_each(|(&one, row)| add_rows(&[one], row, sums));
}

/// Adds to `sums` the activations times their `N` rows of weights.
fn add_rows<const N: usize>(activations: &[f64; N], weights: &[f64], sums: &mut [f64]) {
    let rows: [&[f64]; N] = from_fn(|row| &weights[row * sums.len()..][..sums.len()]);
    for (unit, sum) in sums.iter_mut().enumerate() {
        for (activation, row) in zip(activations, rows) {
            *sum += activation * row[unit];
        }
    }
}

/// Weights of a layer and their last changes, of the same shape.
type Layer = [Array2<f64>; 2];

/// Moves weights by the printed rule, as the first step does it.
fn update_by_index([weights, changes]: &mut Layer, activations: &Array1<f64>, deltas: &Array1<f64>) {
    for i in 0..activations.len() {
        for j in 0..deltas.len() {
            let change = activations[i] * deltas[j];
            weights[(i, j)] -= RATE * change + changes[(i, j)];
            changes[(i, j)] = change;
        }
    }
}

/// As the steps do it from the second on.
fn update_by_rows([weights, changes]: &mut Layer, activations: &Array1<f64>, deltas: &Array1<f64>) {
    azip!((weights in weights.rows_mut(), changes in changes.rows_mut(), &activation in activations) {
        azip!((weight in weights, last_change in changes, &delta in deltas) {
            let change = activation * delta;
            *weight -= RATE * change + *last_change;
            *last_change = change;
        });
    });
}

fn in_slices(layer: &mut Layer) -> [&mut [f64]; 2] {
    layer.each_mut().map(|matrix| matrix.as_slice_mut().expect(CONTIGUOUS))
}

fn update_slices([weights, changes]: [&mut [f64]; 2], activations: &[f64], deltas: &[f64]) {
    let rows = zip(weights.chunks_exact_mut(deltas.len()), changes.chunks_exact_mut(deltas.len()));
    for ((weights, changes), activation) in zip(rows, activations) {
        for ((weight, last_change), delta) in zip(zip(weights, changes), deltas) {
            let change = activation * delta;
            *weight -= RATE * change + *last_change;
            *last_change = change;
        }
    }
}

/// The last change of a layer's weights as the outer product of two vectors, which say all that the matrix would.
struct Factors {
    activations: Vec<f64>,
    deltas: Vec<f64>,
}

impl Factors {
    fn zeros((rows, columns): (usize, usize)) -> Self {
        Self { activations: vec![0.0; rows], deltas: vec![0.0; columns] }
    }

    fn update(&mut self, weights: &mut [f64], activations: &[f64], deltas: &[f64]) {
        let rows = zip(weights.chunks_exact_mut(deltas.len()), zip(activations, &self.activations));
        for (weights, (activation, last_activation)) in rows {
            for (weight, (delta, last_delta)) in zip(weights, zip(deltas, &self.deltas)) {
                *weight -= RATE * (activation * delta) + last_activation * last_delta;
            }
        }
        self.activations.copy_from_slice(activations);
        self.deltas.copy_from_slice(deltas);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    const VECTOR: [f64; 5] = [1.0, -1.0, 2.0, 0.5, 3.0];

    fn matrix() -> Array2<f64> {
        array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0], [2.0, 4.0, 6.0], [0.0, 1.0, -1.0]]
    }

    /// Returns the sums that `case` writes over others.
    fn sums(case: impl FnOnce(&mut [f64])) -> [f64; 3] {
        let mut sums = [9.0; 3];
        case(&mut sums);
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
        assert_eq!(sums(|sums| sum_rows_together::<2>(weights, &VECTOR, sums)), wanted);
        assert_eq!(sums(|sums| sum_rows_together::<4>(weights, &VECTOR, sums)), wanted);
        for case in [sum_by_index, sum_by_scaled_add, weighted_sums] {
            let mut sums = array![9.0, 9.0, 9.0];
            case(&vector, &matrix, &mut sums);
            assert_eq!(sums, Array1::from_iter(wanted));
        }
        assert_eq!(vector.dot(&matrix), Array1::from_iter(wanted));
        assert_eq!(turned.dot(&vector), Array1::from_iter(wanted));
    }

    #[test]
    fn all_ways_to_update_give_the_same_bits() {
        type Update = fn(&mut Layer, &Array1<f64>, &Array1<f64>);
        let examples = [(Array1::from_iter(VECTOR), array![0.1, 2.0, -1.0]), (Array1::ones(5), array![0.7, -0.3, 5e8])];
        let updated = |update: Update| {
            let mut layer = [matrix(), Array2::zeros((5, 3))];
            // The last example's change is applied by the one that follows it.
            examples.iter().chain(&examples).for_each(|(activations, deltas)| update(&mut layer, activations, deltas));
            layer
        };
        let wanted = updated(update_by_index);
        // From 9: the changes of the first three examples, and each of the four times the rate.
        let [first, second] = [-2.0, 5e8];
        assert!((wanted[0][(2, 2)] - (9.0 - (2.0 + 2.0 * RATE) * first - (1.0 + 2.0 * RATE) * second)).abs() < 1e-6);
        assert_eq!(updated(update_by_rows), wanted);
        let slices = updated(|layer, activations, deltas| {
            update_slices(in_slices(layer), activations.as_slice().unwrap(), deltas.as_slice().unwrap());
        });
        assert_eq!(slices, wanted);
        let (mut factors, mut weights) = (Factors::zeros((5, 3)), matrix());
        for (activations, deltas) in examples.iter().chain(&examples) {
            let weights = weights.as_slice_mut().unwrap();
            factors.update(weights, activations.as_slice().unwrap(), deltas.as_slice().unwrap());
        }
        assert_eq!(weights, wanted[0]);
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
    fn a_spread_is_the_greatest_by_the_least() {
        assert_eq!(spread(&[3.0, 1.5, 2.0]), 2.0);
    }
}
