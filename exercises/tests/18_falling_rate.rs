//! The rate after n iterations
//!
//! Long steps get a network into the right valley, and short ones down to its floor. So the steps from `momentum` on
//! divide the learning rate by 1 + `rate_decay` after every iteration, as the tutorial's last program does. How much is
//! that? The tutorial suggests 0.0001, for 50 iterations. So turn the question round, too: by which decay does the rate
//! fall to a tenth?

use exercises::not_yet;

/// Returns the learning rate after this many `iterations`: after none of them it is `learning_rate` itself.
pub fn rate_after(iterations: usize, learning_rate: f64, rate_decay: f64) -> f64 {
    not_yet((iterations, learning_rate, rate_decay))
}

/// Returns the decay by which the rate falls to this `share` of it over this many `iterations`, which are at least 1.
pub fn rate_decay(share: f64, iterations: usize) -> f64 {
    not_yet((share, iterations))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::{Array1, array};

    use super::*;

    fn rates<const N: usize>(learning_rate: f64, rate_decay: f64) -> Array1<f64> {
        (0..N).map(|iterations| rate_after(iterations, learning_rate, rate_decay)).collect()
    }

    #[test]
    fn each_iteration_divides_the_rate() {
        expect("rate 0.8, decay 1, after 0, 1, 2 and 3 iterations", rates::<4>(0.8, 1.0))
            .mistake(
                array![0.4, 0.2, 0.1, 0.05],
                "The rate after 0 iterations is the one that training starts with: this divides once too often.",
            )
            .mistake(
                array![0.8, 0.4, 0.8 / 3.0, 0.2],
                "This is 1 / (1 + n · decay), another rule, and a good one: here each iteration divides the rate of \
                 the last.",
            )
            .mistake(array![0.8, 0.4, 0.4, 0.4], "It is divided once: each iteration should divide it again.")
            .mistake(array![0.8, 0.0, 0.0, 0.0], "This multiplies by 1 − decay. Divide by 1 + decay.")
            .mistake(
                Array1::from_shape_fn(4, |n| 0.8 * (-(n as f64)).exp()),
                "This is e^(−n · decay), which is the same only for a small decay.",
            )
            .mistake(array![0.8, 1.6, 3.2, 6.4], "It rises: divide.")
            .mistake(array![0.8, 0.8, 0.8, 0.8], "It does not fall.")
            .to_be(array![0.8, 0.4, 0.2, 0.1]);
    }

    #[test]
    fn without_decay_the_rate_stays() {
        expect("rate 0.05, decay 0, after 0, 1 and 2 iterations", rates::<3>(0.05, 0.0))
            .to_be(array![0.05, 0.05, 0.05]);
    }

    #[test]
    fn the_tutorials_decay_hardly_shows() {
        expect("the part that is left of the rate, decay 0.0001, after 50 iterations", rate_after(50, 1.0, 0.0001))
            .mistake(1.0 / 1.0001_f64.powi(49), "That is the part that is left in the 50th iteration, after 49.")
            .to_be(1.0 / 1.0001_f64.powi(50));
    }

    #[test]
    fn a_share_asks_for_a_decay() {
        expect("the decay by which the rate falls to a quarter over 2 iterations", rate_decay(0.25, 2))
            .mistake(3.0, "After one iteration that is a quarter; after two it is a sixteenth.")
            .mistake(0.5, "The rate is divided by 1 + decay, which is 2 here.")
            .mistake(2.0, "That is the divisor, and it is 1 + decay.")
            .mistake(-0.5, "That makes the rate rise to 4 times its size: turn the share round.")
            .mistake(1.5, "Two divisions multiply, they do not add up: take a root.")
            .to_be(1.0);
    }

    #[test]
    fn both_fit_together() {
        expect(
            "a rate of 0.05 after 30 iterations with the decay to a tenth",
            rate_after(30, 0.05, rate_decay(0.1, 30)),
        )
        .to_be(0.005);
    }
}
