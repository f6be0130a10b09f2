//! A rate that falls
//!
//! Long steps get a network into the right valley, and short ones down to its floor. So the tutorial's last program
//! divides the learning rate after every iteration by 1 + `rate_decay`. But how much is that? The one that it suggests
//! is
//! 0.0001, for 50 iterations. So turn the question round, too: which decay does a fall take that is worth the name?

use exercises::not_yet;

/// The learning rate of each of the `iterations`. The first has `learning_rate` itself.
pub fn learning_rates(learning_rate: f64, rate_decay: f64, iterations: usize) -> Vec<f64> {
    not_yet((learning_rate, rate_decay, iterations))
}

/// The decay by which the last of the `iterations`, which are 2 or more, has `share` times the rate of the first.
pub fn rate_decay(share: f64, iterations: usize) -> f64 {
    not_yet((share, iterations))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::{Array1, array};

    use super::*;

    #[test]
    fn each_iteration_divides_the_rate() {
        expect("rate 0.8, decay 1, four iterations", Array1::from(learning_rates(0.8, 1.0, 4)))
            .mistake(array![0.4, 0.2, 0.1, 0.05], "The first iteration should have the whole rate: divide after it.")
            .mistake(
                array![0.8, 0.4, 0.8 / 3.0, 0.2],
                "This is 1 / (1 + t · decay), another rule, and a good one: here each iteration divides the rate of \
                 the last.",
            )
            .mistake(array![0.8, 0.0, 0.0, 0.0], "This multiplies by 1 − decay. Divide by 1 + decay.")
            .mistake(array![0.8, 1.6, 3.2, 6.4], "It rises: divide.")
            .mistake(array![0.8, 0.8, 0.8, 0.8], "It does not fall.")
            .to_be(array![0.8, 0.4, 0.2, 0.1]);
    }

    #[test]
    fn without_decay_the_rate_stays() {
        expect("rate 0.05, decay 0, three iterations", Array1::from(learning_rates(0.05, 0.0, 3)))
            .to_be(array![0.05, 0.05, 0.05]);
    }

    #[test]
    fn the_tutorials_decay_hardly_shows() {
        let last = learning_rates(0.01, 0.0001, 50).pop().unwrap_or_default();
        expect("the last rate with the tutorial's rate of 0.01, decay of 0.0001 and 50 iterations", last)
            .mistake(0.01 / 1.0001_f64.powi(50), "That would be the rate of the iteration after it.")
            .to_be(0.01 / 1.0001_f64.powi(49));
    }

    #[test]
    fn a_share_asks_for_a_decay() {
        expect("the decay by which the third of 3 iterations has a quarter of the rate", rate_decay(0.25, 3))
            .mistake(0.587401, "Between three iterations the rate falls twice, not three times.")
            .mistake(0.5, "The rate is divided by 1 + decay, which is 2 here.")
            .mistake(2.0, "That is what the rate is divided by, and it is 1 + decay.")
            .mistake(-0.5, "That makes it rise to 4 times the rate: turn the share round.")
            .mistake(1.5, "Two falls multiply, they do not add up: take a root.")
            .to_be(1.0);
    }

    #[test]
    fn both_fit_together() {
        let last = learning_rates(0.05, rate_decay(0.1, 30), 30).pop().unwrap_or_default();
        expect("the last rate of 30 iterations with 0.05 at first and the decay to a tenth", last).to_be(0.005);
    }
}
