//! Times: medians of repetitions that take turns, so that whatever else the machine does meets all alike. They are
//! taken on numbers that are made up, which makes no difference to the time.

use std::{iter::zip, num::NonZero, thread, time::Instant};

use datasets::{Examples, Features};
use evaluation::{Classifier, Tunable, median};
use ndarray::Array2;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The number of MNIST's training examples, which times are extrapolated to.
pub const MNIST: usize = 60_000;
/// The number of inputs and of outputs of a network for MNIST.
pub const INPUTS: usize = 784;
pub const OUTPUTS: usize = 10;

/// Work whose time is taken.
pub type Case<'a> = Box<dyn FnMut() + Send + 'a>;

/// Returns the median time of each case in seconds. They take turns, after a round that does not count.
pub fn medians<const N: usize>(cases: [Case; N], repetitions: usize) -> [f64; N] {
    medians_by(|case| seconds(case), cases, repetitions)
}

fn medians_by<C, const N: usize>(
    mut time: impl FnMut(&mut C) -> f64,
    mut cases: [C; N],
    repetitions: usize,
) -> [f64; N] {
    let mut times = [const { Vec::new() }; N];
    for repetition in 0..=repetitions {
        for (case, times) in zip(&mut cases, &mut times) {
            let time = time(case);
            if repetition > 0 {
                times.push(time);
            }
        }
    }
    times.map(|times| median(&times))
}

/// Does the `work`. Returns its time in seconds.
pub fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// Does the `work` again and again.
pub fn repeat(passes: usize, mut work: impl FnMut()) {
    for _ in 0..passes {
        work();
    }
}

/// Returns a case that learns from all `examples`, with the settings for MNIST and some other values; once, unless
/// these have a number of iterations.
pub fn training<'a, C>(examples: &'a Examples, settings: &[(&str, usize)]) -> Case<'a>
where
    C: Classifier<Hyperparameters: Send + 'static> + Send + 'static,
{
    let mut hyperparameters = C::Hyperparameters::mnist();
    for (name, value) in [("iterations", 1)].iter().chain(settings) {
        hyperparameters.set(name, &value.to_string()).expect("a setting of this step");
    }
    // Small, so that no network diverges on what is made up.
    hyperparameters.set("learning_rate", "1e-4").expect("every step has a learning rate");
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut network = C::new(examples, &hyperparameters, &mut rng);
    Box::new(move || _ = network.train(examples, &hyperparameters, &mut rng, &mut ()))
}

/// Returns the number of additions and multiplications for an example of MNIST: two for each weight forwards, as many
/// for its gradient, and as many back through the output layer; none back to the inputs.
pub fn operations(hidden: usize) -> f64 {
    2.0 * (2 * (INPUTS + 1) * hidden + 3 * hidden * OUTPUTS) as f64
}

/// Makes up this many examples in the shape of MNIST.
pub fn made_up(examples: usize) -> Examples {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let inputs = Array2::from_shape_simple_fn((examples, INPUTS), || rng.random::<u8>());
    let labels = (0..examples).map(|example| example % OUTPUTS).collect();
    Examples::new(inputs, labels, OUTPUTS, Features::Pixels { height: 28, width: 28, max: 255 })
}

/// Returns a `case` that has the threads of `pool`.
pub fn on<'a>(pool: &'a ThreadPool, mut case: Case<'a>) -> Case<'a> {
    Box::new(move || pool.install(&mut case))
}

/// Returns a pool of this many threads.
pub fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("the system starts as many threads as it has cores")
}

/// The number of cores.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn cases_take_turns_and_the_first_round_does_not_count() {
        let mut calls = Vec::new();
        let time = |case: &mut usize| {
            calls.push(*case);
            if calls.len() <= 2 { 1000.0 } else { calls.len() as f64 }
        };
        assert_eq!(medians_by(time, [7, 8], 3), [5.0, 6.0], "of 3, 5, 7 and 4, 6, 8");
        assert_eq!(calls, [7, 8, 7, 8, 7, 8, 7, 8]);
    }

    #[test]
    fn operations_are_two_for_each_weight_and_way() {
        // Forward all weights, back those of the output layer, and once more all for the gradients.
        assert_eq!(operations(1), 2.0 * ((785 + 10) + 10 + (785 + 10)) as f64);
    }

    #[test]
    fn a_case_has_the_threads_of_its_pool() {
        let threads = AtomicUsize::new(0);
        let pool = pool(3);
        on(&pool, Box::new(|| threads.store(rayon::current_num_threads(), Ordering::Relaxed)))();
        assert_eq!(threads.into_inner(), 3);
    }
}
