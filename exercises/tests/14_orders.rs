//! A new order every time
//!
//! A network that sees its examples in the same order over and over learns the order too. So they are shuffled in each
//! iteration: every example exactly once, and any order as likely as another. Write the shuffle yourself if you like:
//! it takes five lines, and there is a famous way to get it slightly wrong.

use exercises::not_yet;
use rand::rngs::ChaCha8Rng;

/// Returns for each of the `iterations` the indices of all `examples`, from 0, in a new random order from `rng`.
pub fn orders(examples: usize, iterations: usize, rng: &mut ChaCha8Rng) -> Vec<Vec<usize>> {
    not_yet((examples, iterations, rng))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    fn orders_by(seed: u64, examples: usize, iterations: usize) -> Vec<Vec<usize>> {
        orders(examples, iterations, &mut ChaCha8Rng::seed_from_u64(seed))
    }

    #[test]
    fn every_example_comes_exactly_once() {
        let orders = orders_by(1, 50, 4);
        assert!(orders.len() == 4, "4 iterations should have 4 orders, yours are {}.", orders.len());
        for (iteration, order) in orders.iter().enumerate() {
            let mut counts = BTreeMap::new();
            order.iter().for_each(|&example| *counts.entry(example).or_insert(0) += 1);
            for example in 0..50 {
                let count = counts.remove(&example).unwrap_or(0);
                assert!(
                    count == 1,
                    "In order {iteration}, example {example} comes {count} times.\nDrawing a random example each time \
                     repeats some and misses others: shuffle the numbers 0 to 49."
                );
            }
            assert!(counts.is_empty(), "Order {iteration} has examples that do not exist: {:?}.", counts.keys());
        }
    }

    #[test]
    fn every_iteration_has_its_own_order() {
        let orders = orders_by(2, 50, 3);
        let sorted: Vec<usize> = (0..50).collect();
        assert!(orders.iter().all(|order| *order != sorted), "An order is still 0, 1, 2, ...: shuffle it.");
        assert!(
            orders[0] != orders[1] && orders[1] != orders[2],
            "Two iterations have the same order.\nShuffle in each iteration, not once before the first, and with \
             `rng`, not with a generator that starts anew each time."
        );
    }

    #[test]
    fn the_seed_decides() {
        assert!(orders_by(3, 50, 2) == orders_by(3, 50, 2), "The same seed gave other orders: draw from `rng` alone.");
        assert!(orders_by(3, 50, 2) != orders_by(4, 50, 2), "Two seeds gave the same orders: draw from `rng`.");
    }

    #[test]
    fn all_orders_are_equally_likely() {
        // 8,000 of each, with a deviation of 82: 450 is more than five times that. The famous mistake is off by 889.
        let mut counts = BTreeMap::new();
        orders_by(5, 3, 48_000).into_iter().for_each(|order| *counts.entry(order).or_insert(0) += 1);
        let fair = counts.len() == 6 && counts.values().all(|count| (7550..=8450).contains(count));
        assert!(
            fair,
            "Of 48,000 orders of three examples, each of the six should come about 8,000 times. Yours: {counts:?}.\nA \
             shuffle that swaps each place with any other has 27 equally likely ways to 6 orders, and 27 is no \
             multiple of 6: swap place i with one of the places 0 to i. One that never leaves a place alone misses \
             orders."
        );
    }
}
