//! Weights to begin with
//!
//! Small enough that no unit is saturated, large enough that none is idle: from the normal distribution of mean 0 and
//! deviation 1/sqrt(inputs), the total input of every unit has a deviation near 1, however many activations come in.

use exercises::not_yet;
use ndarray::Array2;
use rand::rngs::ChaCha8Rng;

/// Weights from `inputs` activations to `units` units, of shape (inputs, units), from the normal distribution of mean 0
/// and deviation 1/sqrt(inputs). All random numbers come from `rng`: the same seed gives the same weights.
pub fn random_weights(inputs: usize, units: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    not_yet((inputs, units, rng))
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    // 40,000 weights: the mean of so many is within 0.005 deviations of 0 in two of three cases, and their own
    // deviation is known to 0.4 % as often. What is asked for here, right weights miss once in a million times.
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
            "Yours are of shape {shape:?}: a row for each input, a column for each unit."
        );
    }

    #[test]
    fn the_mean_is_near_zero() {
        let mean = weights(2).mean().expect("there are some") * (INPUTS as f64).sqrt();
        assert!(
            mean.abs() < 0.025,
            "The mean of your weights is {mean:.3} times 1/sqrt(inputs), but should be near 0.\nRandom numbers from 0 \
             to 1 are all positive: the tutorial's program has this mistake in its output layer. The normal \
             distribution has the mean that you give it."
        );
    }

    #[test]
    fn the_deviation_is_one_by_the_root_of_the_inputs() {
        let deviation = weights(3).std(0.0);
        let right = 1.0 / (INPUTS as f64).sqrt();
        let is = |other: f64| (deviation / other - 1.0).abs() < 0.02;
        let lesson = match () {
            () if is(1.0) => "This is a deviation of 1, without the scale.",
            () if is(1.0 / INPUTS as f64) => {
                "This is 1/inputs, the variance: the normal distribution takes the deviation."
            }
            () if is(1.0 / (UNITS as f64).sqrt()) => {
                "This is 1/sqrt(units): it is the inputs that are summed up at a unit."
            }
            () if is(right / 12.0_f64.sqrt()) || is(right / 3.0_f64.sqrt()) => {
                "This is what a uniform distribution has. The deviation is asked for, not the limits."
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
            "{:.1} % of your weights are within one deviation of 0. Of the normal distribution it is 68.3 %, of a \
             uniform one 57.7 %.",
            100.0 * within
        );
    }

    #[test]
    fn the_seed_decides() {
        assert!(
            weights(5) == weights(5),
            "The same seed gave two different matrices: draw all numbers from `rng`, and from no generator of your own."
        );
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        assert!(
            random_weights(3, 3, &mut rng) != random_weights(3, 3, &mut rng),
            "Two matrices from one generator are the same: draw from `rng`, not from a generator that starts anew each \
             time."
        );
    }
}
