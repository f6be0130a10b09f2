//! The roofline: operations a second by operations for each byte, of the steps and of batches, under the ceilings of
//! one core.
//!
//! The bytes are counted, not measured: each batch reads the weights on the way forwards, reads and writes both the
//! weights and their velocity (or last change) when it moves them, and reads its inputs. Times are medians of
//! repetitions that take turns, on numbers that are made up, which makes no difference to the time.

use std::{hint::black_box, iter::zip, time::Instant};

use datasets::Examples;
use evaluation::{Classifier, Knobs, median};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    Bench, Cell, Chart, Column, Error, Findings,
    ceiling::{LANES, cycles, multiply_adds, units},
    timing::{INPUTS, OUTPUTS, made_up},
};

/// The hidden units of the steps that learn from one example at a time, and of `minibatch`.
const FEW: usize = 100;
const HIDDEN: usize = 300;
const BATCHES: [usize; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const REPETITIONS: usize = 7;

/// Some work. Returns how much of it there was.
type Way<'a> = Box<dyn FnMut() -> f64 + Send + 'a>;

/// Measures the steps, and batches of any size, under the ceilings of one core.
pub fn roofline(_: &Bench) -> Result<Findings, Error> {
    /// Far more than the caches of a core hold: two arrays of 128 MB.
    const LARGE: usize = 32 << 20;
    const WEIGHTS: usize = (INPUTS + 1) * HIDDEN;
    let (few, some) = (made_up(100), made_up(6 * 1024));
    let mut large = [vec![0.5_f32; LARGE], vec![1e-9; LARGE]];
    let mut small = [vec![0.5_f32; WEIGHTS], vec![1e-9; WEIGHTS]];
    let mut ways: Vec<Way> = vec![
        Box::new(|| multiply_adds(1_000_000) as f64),
        Box::new(|| cycles(50_000_000) as f64),
        Box::new(|| step_along(&mut large)),
        Box::new(|| (0..100).map(|_| step_along(&mut small)).sum()),
        training::<naive_loops::Network>(&few, FEW, None),
        training::<vectorized::Network>(&few, FEW, None),
    ];
    ways.extend(BATCHES.map(|batch| training::<minibatch::Network>(&some, HIDDEN, Some(batch))));
    let rates = rates(ways);
    let [registers, clock, memory, cache, naive_loops, vectorized] = rates[..6] else { unreachable!("six ways") };
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

/// Returns the operations for each byte, in batches of numbers of so many bytes.
fn intensity(hidden: usize, batch: usize, bytes: usize) -> f64 {
    let weights = (INPUTS + 1) * hidden + hidden * OUTPUTS;
    let moved = (5 * weights + batch * (INPUTS + 1)) * bytes;
    operations(hidden) * batch as f64 / moved as f64
}

/// Returns the additions and multiplications for an example: two for each weight forwards, as many for its gradient,
/// and as many back through the output layer; none back to the inputs.
fn operations(hidden: usize) -> f64 {
    (2 * (2 * (INPUTS + 1) * hidden + 3 * hidden * OUTPUTS)) as f64
}

/// Moves weights by their velocity. Returns the bytes that are read and written.
fn step_along([weights, velocity]: &mut [Vec<f32>; 2]) -> f64 {
    zip(&mut *weights, black_box(&*velocity)).for_each(|(weight, velocity)| *weight -= 0.1 * velocity);
    3.0 * size_of_val(weights.as_slice()) as f64
}

/// Learns from all `examples` once. Returns the operations that this takes.
fn training<C>(examples: &Examples, hidden: usize, batch: Option<usize>) -> Way<'_>
where
    C: Classifier<Hyperparameters: Send + 'static> + Send + 'static,
{
    let mut hyperparameters = C::Hyperparameters::mnist();
    let mut set = |name: &str, value: usize| {
        hyperparameters.set(name, &value.to_string()).unwrap_or_else(|_| panic!("a step without {name}"));
    };
    set("hidden", hidden);
    set("iterations", 1);
    if let Some(batch) = batch {
        set("batch", batch);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut network = C::new(examples, &hyperparameters, &mut rng);
    Box::new(move || {
        let _ = network.train(examples, &hyperparameters, &mut rng, &mut ());
        operations(hidden) * examples.len() as f64
    })
}

/// Returns the median of what each way does in a second. They take turns, after one that does not count.
fn rates(mut ways: Vec<Way>) -> Vec<f64> {
    let mut rates = vec![Vec::new(); ways.len()];
    for repetition in 0..=REPETITIONS {
        for (way, rates) in zip(&mut ways, &mut rates) {
            let start = Instant::now();
            let done = way();
            if repetition > 0 {
                rates.push(done / start.elapsed().as_secs_f64());
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
        let way: Way = Box::new(|| {
            calls += 1;
            0.0
        });
        assert_eq!(rates(vec![way]), [0.0]);
        assert_eq!(calls, REPETITIONS + 1);
    }
}
