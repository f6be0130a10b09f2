//! Weights to begin with
//!
//! Small enough that no unit is saturated, large enough that none is idle: with weights from the normal distribution of
//! mean 0 and deviation 1/sqrt(inputs), the total input of every unit has a deviation near 1, however many activations
//! come in.
//!
//! `evaluation::standard_normal(rng)` draws a number from the normal distribution of mean 0 and deviation 1. It takes
//! its logarithm from `libm`, so that the same seed gives the same bits on every system; the one of the crate
//! `rand_distr` is quicker, but takes exp and ln from the system.

use exercises::not_yet;
use ndarray::Array2;
use rand::rngs::ChaCha8Rng;

/// Returns weights of shape (inputs, units) from the normal distribution of mean 0 and deviation 1/sqrt(inputs). All
/// random numbers come from `rng`: the same seed gives the same weights.
pub fn random_weights(inputs: usize, units: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    not_yet((inputs, units, rng))
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    // 40,000 weights: in two of three cases their mean is within 0.005 deviations of 0, and their own deviation within
    // 0.4 % of the right one. The limits below are five times as wide: right weights miss one once in a million times.
    const INPUTS: usize = 100;
    const UNITS: usize = 400;

    fn weights(seed: u64) -> Array2<f64> {
        random_weights(INPUTS, UNITS, &mut ChaCha8Rng::seed_from_u64(seed))
    }

    #[test]
    fn a_row_for_each_input() {
        let shape = weights(1).dim();
        assert!(
            shape == (INPUTS, UNITS),
            "Yours are of shape {shape:?}, expected {:?}: a row for each input, a column for each unit.",
            (INPUTS, UNITS)
        );
    }

    #[test]
    fn the_mean_is_near_zero() {
        let mean = weights(2).mean().expect("there are some") * (INPUTS as f64).sqrt();
        assert!(
            mean.abs() < 0.025,
            "The mean of your weights is {mean:.3} times 1/sqrt(inputs), but should be near 0.\nRandom numbers from 0 \
             to 1 are all positive: the tutorial's program has this mistake in its output layer."
        );
    }

    #[test]
    fn the_deviation_is_one_divided_by_the_root_of_the_inputs() {
        let deviation = weights(3).std(0.0);
        let right = 1.0 / (INPUTS as f64).sqrt();
        let is = |other: f64| (deviation / other - 1.0).abs() < 0.02;
        let lesson = match () {
            () if is(1.0) => "This is a deviation of 1: the scale is missing.",
            () if is(1.0 / INPUTS as f64) => "This is 1/inputs, the variance: the deviation is its root.",
            () if is(1.0 / (UNITS as f64).sqrt()) => "This is 1/sqrt(units): the sum at a unit is over the inputs.",
            () if is((INPUTS as f64).sqrt()) => "This is sqrt(inputs): divide by the root, do not multiply by it.",
            () if is(right / 12.0_f64.sqrt()) || is(right / 3.0_f64.sqrt()) => {
                "This is the deviation of a uniform distribution that ends at 1/sqrt(inputs): 1/sqrt(inputs) is the \
                 deviation, not the limit."
            }
            () => "Divide random numbers of deviation 1 by sqrt(inputs).",
        };
        assert!(
            is(right),
            "The deviation of your weights for {INPUTS} inputs and {UNITS} units is {deviation:.4}, expected \
             {right:.4}.\n{lesson}"
        );
    }

    #[test]
    fn they_are_normal() {
        let weights = weights(4);
        let deviation = weights.std(0.0);
        let within = weights.iter().filter(|weight| weight.abs() < deviation).count() as f64 / weights.len() as f64;
        assert!(
            (within - 0.6827).abs() < 0.012,
            "{:.1} % of your weights are within one deviation of 0. In a normal distribution it is 68.3 %, in a \
             uniform one 57.7 %.",
            100.0 * within
        );
    }

    #[test]
    fn the_seed_decides() {
        assert!(
            weights(5) == weights(5),
            "The same seed gave two different matrices: draw all numbers from `rng`, and from no other generator."
        );
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        assert!(
            random_weights(3, 3, &mut rng) != random_weights(3, 3, &mut rng),
            "Two matrices from one generator are the same: draw from `rng`, not from a generator that starts anew each \
             time."
        );
    }
}
