use rand::{RngExt, rngs::ChaCha8Rng};

/// Returns for each of the `iterations` the indices of all `examples`, from 0, in a new random order from `rng`.
pub fn orders(examples: usize, iterations: usize, rng: &mut ChaCha8Rng) -> Vec<Vec<usize>> {
    let mut order = || {
        let mut order: Vec<usize> = (0..examples).collect();
        // The shuffle of Fisher and Yates: each place gets one of the examples that have no place yet.
        for place in (1..examples).rev() {
            order.swap(place, rng.random_range(0..=place));
        }
        order
    };
    (0..iterations).map(|_| order()).collect()
}
