//! Spot the bug: the momentum that is not
//!
//! The tutorial's program adds the previous change to each step and calls it momentum. A ball that rolls down a slope
//! gathers speed: part of its last move carries over into the next, and fades. Here is the tutorial's rule in Rust.
//! Make it classical momentum: the velocity is the last velocity times `momentum`, plus the step against this gradient.

/// Moves `weight` against the `gradient`. `memory` is 0 at first, and yours to use between the steps.
pub fn descend(weight: &mut f64, memory: &mut f64, gradient: f64, learning_rate: f64, momentum: f64) {
    *weight -= learning_rate * gradient + momentum * *memory;
    *memory = gradient;
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::{Array1, array};

    use super::*;

    /// Returns the weight, which starts at 0, after each of the `gradients`.
    fn path(gradients: &[f64], learning_rate: f64, momentum: f64) -> Array1<f64> {
        let (mut weight, mut memory) = (0.0, 0.0);
        gradients
            .iter()
            .map(|&gradient| {
                descend(&mut weight, &mut memory, gradient, learning_rate, momentum);
                weight
            })
            .collect()
    }

    #[test]
    fn one_push_carries_over_and_fades() {
        // The velocities are 0.1, 0.05, 0.025 and 0.0125.
        expect("a weight from 0, rate 0.1, momentum 0.5, gradients 1, 0, 0, 0", path(&[1.0, 0.0, 0.0, 0.0], 0.1, 0.5))
            .untouched(array![-0.1, -0.6, -0.6, -0.6])
            .mistake(
                array![-0.1, -0.15, -0.15, -0.15],
                "The last gradient has the learning rate now, but it is forgotten after one step: the memory should \
                 hold the velocity, not a gradient.",
            )
            .mistake(
                array![-0.1, -0.6, -0.85, -0.975],
                "It adds up now, but only the new gradient is multiplied by the learning rate.",
            )
            .mistake(array![-0.1, -0.1, -0.1, -0.1], "This is gradient descent without a memory.")
            .mistake(
                array![-0.05, -0.075, -0.0875, -0.09375],
                "This is a mean of past gradients: the new one is multiplied by (1 − momentum) here, and should count \
                 in full.",
            )
            .mistake(
                array![-0.15, -0.175, -0.1875, -0.19375],
                "This is Nesterov's momentum, a good rule, but not the classical one.",
            )
            .mistake(array![-0.1, -0.2, -0.3, -0.4], "It never fades: multiply the old velocity by `momentum`.")
            .mistake(array![0.1, 0.15, 0.175, 0.1875], "The sign: this climbs.")
            .to_be(array![-0.1, -0.15, -0.175, -0.1875]);
    }

    #[test]
    fn steady_gradients_gather_speed() {
        // 0.1 · (1 + 0.8 + 0.64 + ...) approaches 0.1 / (1 − 0.8) = 0.5.
        let path = path(&[1.0; 200], 0.1, 0.8);
        expect("the length of the last of 200 steps, gradients of 1, rate 0.1, momentum 0.8", path[198] - path[199])
            .untouched(0.9)
            .mistake(0.1, "It does not gather speed: the velocity is not accumulated.")
            .mistake(
                0.18,
                "The last gradient helps once, but it does not gather speed: the velocity is not accumulated.",
            )
            .to_be(0.5);
    }

    #[test]
    fn without_momentum_it_is_a_plain_step() {
        expect("a weight from 0, rate 0.1, momentum 0, gradients 1, −2, 3", path(&[1.0, -2.0, 3.0], 0.1, 0.0))
            .to_be(array![-0.1, 0.1, -0.2]);
    }
}
