use rand::{RngExt, rngs::ChaCha8Rng};

/// For each of the `iterations`, the numbers of all `examples`, from 0, in a new random order from `rng`.
pub fn orders(examples: usize, iterations: usize, rng: &mut ChaCha8Rng) -> Vec<Vec<usize>> {
    let mut order = || {
        let mut order: Vec<usize> = (0..examples).collect();
        // As Fisher and Yates did it: each place gets one of those that are not settled yet.
        for place in (1..examples).rev() {
            order.swap(place, rng.random_range(0..=place));
        }
        order
    };
    (0..iterations).map(|_| order()).collect()
}
