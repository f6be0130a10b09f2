//! The roofline: operations a second by operations for each byte, of the steps and of batches, under the ceilings of
//! one core.
//!
//! The bytes are counted, not measured: each batch reads the weights on the way forwards, reads and writes both the
//! weights and their velocity (or last change) when it moves them, and reads its inputs.

use std::{hint::black_box, iter::zip};

use datasets::Examples;
use evaluation::{Classifier, median};

use crate::{
    Bench, Cell, Chart, Column, Error, Findings,
    ceiling::{LANES, cycles, multiply_adds, units},
    timing::{INPUTS, OUTPUTS, made_up, operations, seconds, training},
};

/// The hidden units of the steps that learn from one example at a time, and of `minibatch`.
const FEW: usize = 100;
const HIDDEN: usize = 300;
const BATCHES: [usize; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const REPETITIONS: usize = 7;

/// Some work. Returns its amount.
type Work<'a> = Box<dyn FnMut() -> f64 + Send + 'a>;

/// Measures the steps, and batches of any size, under the ceilings of one core.
pub fn roofline(bench: &Bench) -> Result<Findings, Error> {
    const WEIGHTS: usize = (INPUTS + 1) * HIDDEN;
    let (few, some) = (made_up(100), made_up(bench.examples(6 * 1024)));
    // Far more than the caches of a core hold: two arrays of 128 MB.
    let large = if bench.is_trial() { WEIGHTS } else { 32 << 20 };
    let mut large = [vec![0.5_f32; large], vec![1e-9; large]];
    let mut small = [vec![0.5_f32; WEIGHTS], vec![1e-9; WEIGHTS]];
    let mut all: Vec<Work> = vec![
        Box::new(|| multiply_adds(1_000_000) as f64),
        Box::new(|| cycles(50_000_000) as f64),
        Box::new(|| step_along(&mut large)),
        Box::new(|| (0..100).map(|_| step_along(&mut small)).sum()),
        learning::<naive_loops::Network>(&few, &[("hidden", FEW)]),
        learning::<vectorized::Network>(&few, &[("hidden", FEW)]),
    ];
    all.extend(BATCHES.map(|batch| learning::<minibatch::Network>(&some, &[("hidden", HIDDEN), ("batch", batch)])));
    let rates = rates(all, bench.repetitions(REPETITIONS));
    let [registers, clock, memory, cache, naive_loops, vectorized] = rates[..6] else {
        unreachable!("six and the batches")
    };
    let ridge = registers / cache;

    let mut findings = Findings::new(
        "Operations a second on one core, by the operations for each byte that is read or written",
        [
            Column::number("intensity", "FLOP for each byte", 2),
            Column::number("rate", "GFLOP/s", 1),
            Column::percent("part", "of the lower ceiling there", 0),
            Column::number("bandwidth", "GB/s", 0),
        ],
    );
    let units = units(LANES, registers, clock);
    let lanes = format!("{LANES} lanes x 2 x {units} units x {:.2} GHz", clock / 1e9);
    let computed = (2 * LANES) as f64 * units * clock;
    findings.row("computed", format!("multiply-adds, computed: {lanes}"), [("rate", Cell::from(computed / 1e9))]);
    findings.row("registers", "multiply-adds in registers", [("rate", Cell::from(registers / 1e9))]);
    findings.row("memory", "bytes from memory", [("bandwidth", Cell::from(memory / 1e9))]);
    findings.row("cache", "bytes from where the weights lie", [("bandwidth", Cell::from(cache / 1e9))]);
    let mut row = |key: &str, label: &str, intensity: f64, rate: f64| {
        let ceiling = registers.min(cache * intensity);
        let cells = [("intensity", intensity), ("rate", rate / 1e9), ("part", rate / ceiling)];
        findings.row(key, label, cells.map(|(key, number)| (key, Cell::from(number))));
        (intensity, rate / 1e9)
    };
    let one_by_one = intensity(FEW, 1, size_of::<f64>());
    let naive_loops = row("naive-loops", "naive-loops", one_by_one, naive_loops);
    let vectorized = row("vectorized", "vectorized", one_by_one, vectorized);
    let batches = zip(BATCHES, &rates[6..]).map(|(batch, &rate)| {
        let label = format!("minibatch, {batch} at a time");
        row(&format!("batch-{batch}"), &label, intensity(HIDDEN, batch, size_of::<f32>()), rate)
    });
    let batches: Vec<(f64, f64)> = batches.collect();

    let (least, most) = (one_by_one, intensity(HIDDEN, 1024, size_of::<f32>()));
    let slope = |bandwidth: f64, to: f64| [least, to].map(|intensity| (intensity, bandwidth * intensity / 1e9));
    let mut chart =
        Chart::new("What one core does, under what it could do", "operations for each byte", "GFLOP/s").logarithmic();
    chart.curve("multiply-adds in registers", [ridge, most].map(|intensity| (intensity, registers / 1e9)));
    chart.curve("bytes from where the weights lie", slope(cache, ridge));
    chart.curve("bytes from memory", slope(memory, registers / memory));
    chart.dots("minibatch, batches of 1, 2, 4 … 1,024", batches);
    chart.dots("vectorized", [vectorized]);
    chart.dots("naive-loops", [naive_loops]);
    findings.charts.push(chart);
    Ok(findings)
}

/// Returns the operations for each byte, in batches of numbers of this many bytes.
fn intensity(hidden: usize, batch: usize, bytes: usize) -> f64 {
    let weights = (INPUTS + 1) * hidden + hidden * OUTPUTS;
    let moved = (5 * weights + batch * (INPUTS + 1)) * bytes;
    operations(hidden) * batch as f64 / moved as f64
}

/// Moves weights by their velocity. Returns the bytes that are read and written.
fn step_along([weights, velocity]: &mut [Vec<f32>; 2]) -> f64 {
    zip(&mut *weights, black_box(&*velocity)).for_each(|(weight, velocity)| *weight -= 0.1 * velocity);
    3.0 * size_of_val(weights.as_slice()) as f64
}

/// Returns the work of learning from all `examples` once: its amount are the operations.
fn learning<'a, C>(examples: &'a Examples, settings: &[(&str, usize)]) -> Work<'a>
where
    C: Classifier<Hyperparameters: Send + 'static> + Send + 'static,
{
    let hidden = settings.iter().find(|(name, _)| *name == "hidden").expect("a number of hidden units").1;
    let mut case = training::<C>(examples, settings);
    Box::new(move || {
        case();
        operations(hidden) * examples.len() as f64
    })
}

/// Returns the median amount of each work in a second. They take turns, after a round that does not count.
fn rates(mut all: Vec<Work>, repetitions: usize) -> Vec<f64> {
    let mut rates = vec![Vec::new(); all.len()];
    for repetition in 0..=repetitions {
        for (work, rates) in zip(&mut all, &mut rates) {
            let mut amount = 0.0;
            let time = seconds(|| amount = work());
            if repetition > 0 {
                rates.push(amount / time);
            }
        }
    }
    rates.iter().map(|rates| median(rates)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_batch_has_more_operations_for_a_byte() {
        // 785 * 2 + 2 * 10 = 1590 weights: five times, and 785 inputs, of four bytes each.
        assert_eq!(intensity(2, 1, 4), 2.0 * (2.0 * 1570.0 + 3.0 * 20.0) / (4.0 * (5.0 * 1590.0 + 785.0)));
        let doubled = intensity(300, 2, 4) / intensity(300, 1, 4);
        assert!((1.99..2.0).contains(&doubled), "{doubled}");
        assert_eq!(intensity(300, 1, 4), 2.0 * intensity(300, 1, 8));
    }

    #[test]
    fn a_step_reads_both_and_writes_one() {
        let mut arrays = [vec![1.0; 100], vec![0.5; 100]];
        assert_eq!(step_along(&mut arrays), 1200.0);
        assert_eq!(arrays[0], vec![0.95; 100]);
    }

    #[test]
    fn the_median_does_not_count_the_first() {
        let mut calls = 0;
        let work: Work = Box::new(|| {
            calls += 1;
            if calls == 1 { f64::INFINITY } else { 0.0 }
        });
        assert_eq!(rates(vec![work], 2), [0.0]);
        assert_eq!(calls, 3);
    }
}
