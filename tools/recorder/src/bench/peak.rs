//! The rates of the processor in single precision, in thousand millions of operations a second: multiply-adds in
//! registers, and matrix products. And its clock, in thousand millions of cycles a second.

use std::{collections::BTreeMap, hint::black_box, iter::zip, thread, time::Instant};

use experiments::ceiling;
use ndarray::{Array2, linalg::general_mat_mul};

use super::contenders::THREADS;

const REPETITIONS: usize = 5;
/// Products of a matrix (rows, inner) and another (inner, columns).
const PRODUCTS: [(&str, [usize; 3]); 4] = [
    ("product", [1024, 1024, 1024]),
    // Of the network 784-300-10 and a batch of 128: total inputs, gradients, and what takes almost no time.
    ("forward", [128, 785, 300]),
    ("gradient", [785, 128, 300]),
    ("output", [128, 300, 10]),
];

/// By what is done and the number of threads, as in `product-2`. Each thread has registers and matrices of its own.
pub fn peaks() -> BTreeMap<String, f64> {
    let mut peaks = BTreeMap::new();
    for threads in THREADS {
        peaks.insert(format!("clock-{threads}"), median(threads, || timed(|| ceiling::cycles(100_000_000))));
        peaks.insert(format!("registers-{threads}"), median(threads, || timed(|| ceiling::multiply_adds(5_000_000))));
        for (name, [rows, inner, columns]) in PRODUCTS {
            let rate = median(threads, || product(rows, inner, columns));
            peaks.insert(format!("{name}-{threads}"), rate);
        }
    }
    peaks
}

/// Returns the median of what all threads do together in a nanosecond. `work` returns how much it did, and when that
/// began and ended.
fn median(threads: usize, work: impl Fn() -> (f64, Instant, Instant) + Sync) -> f64 {
    let measure = || {
        let all: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
            workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
        });
        let begin = all.iter().map(|(_, begin, _)| *begin).min();
        let end = all.iter().map(|(_, _, end)| *end).max();
        let operations: f64 = all.iter().map(|(operations, ..)| operations).sum();
        zip(begin, end).map(|(begin, end)| operations / (end - begin).as_secs_f64() / 1e9).sum()
    };
    let mut rates: Vec<f64> = (0..REPETITIONS).map(|_| measure()).collect();
    rates.sort_by(f64::total_cmp);
    rates[REPETITIONS / 2]
}

/// Returns how much `work` did, and when that began and ended.
fn timed(work: impl Fn() -> usize) -> (f64, Instant, Instant) {
    let begin = Instant::now();
    let done = work();
    (done as f64, begin, Instant::now())
}

/// As `minibatch` multiplies, on one thread.
fn product(rows: usize, inner: usize, columns: usize) -> (f64, Instant, Instant) {
    /// About so many operations.
    const OPERATIONS: usize = 2_000_000_000;
    let (left, right) = (Array2::<f32>::ones((rows, inner)), Array2::<f32>::ones((inner, columns)));
    let mut out = Array2::zeros((rows, columns));
    general_mat_mul(1.0, &left, &right, 0.0, &mut out);
    let operations = 2 * rows * inner * columns;
    let passes = OPERATIONS.div_ceil(operations);
    let begin = Instant::now();
    for _ in 0..passes {
        general_mat_mul(1.0, black_box(&left), black_box(&right), 0.0, black_box(&mut out));
    }
    ((passes * operations) as f64, begin, Instant::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operations_of_all_threads_count() {
        let begin = Instant::now();
        let end = begin + std::time::Duration::from_secs(2);
        assert_eq!(median(1, || (4e9, begin, end)), 2.0);
        assert_eq!(median(2, || (4e9, begin, end)), 4.0);
    }

    #[test]
    fn the_operations_of_a_product_are_counted() {
        let (operations, begin, end) = product(100, 100, 100);
        assert_eq!(operations, 2e9);
        assert!(begin < end);
    }
}
