//! Trust no gradient
//!
//! Networks often learn passably with a wrong gradient, so that nobody notices. But a gradient can be measured: move
//! one weight a little up and a little down, and see how much the error changes. Slow, and sure.

use exercises::not_yet;
use ndarray::Array1;

/// Returns true if `gradient` is that of `error` at `weights`, as far as central differences can tell. Both are of
/// shape (weights). A gradient with NaN in it is wrong.
pub fn gradient_is_right(gradient: &Array1<f64>, weights: &Array1<f64>, error: impl Fn(&Array1<f64>) -> f64) -> bool {
    not_yet((gradient, weights, error))
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, array};

    use super::*;

    /// An error like that of a small network.
    fn error(weights: &Array1<f64>) -> f64 {
        (weights[0] * weights[1]).tanh() + weights[2].exp()
    }

    /// The gradient of [`error`], worked out on paper.
    fn gradient(weights: &Array1<f64>) -> Array1<f64> {
        let slope = 1.0 - (weights[0] * weights[1]).tanh().powi(2);
        array![weights[1] * slope, weights[0] * slope, weights[2].exp()]
    }

    #[test]
    fn a_right_gradient_passes() {
        let weights = array![0.5, -1.2, 0.3];
        assert!(
            gradient_is_right(&gradient(&weights), &weights, error),
            "You reject a right gradient.\nDoes every weight return to its place before the next one moves? Is the \
             difference divided by 2h? A step h of 1e-5 and a relative tolerance of 1e-4 fit together."
        );
    }

    #[test]
    fn a_planted_mistake_is_caught() {
        let weights = array![0.5, -1.2, 0.3];
        for (weight, factor, mistake) in [
            (0, -1.0, "has the wrong sign"),
            (1, 2.0, "is twice too large"),
            (1, 0.0, "is 0"),
            (2, 1.01, "is off by 1 %"),
            (2, f64::NAN, "is NaN (every comparison with NaN is false: ask for what must hold, not for what must not)"),
        ] {
            let mut planted = gradient(&weights);
            planted[weight] *= factor;
            assert!(
                !gradient_is_right(&planted, &weights, error),
                "You accept a wrong gradient: that of weight {weight}, of 0, 1 and 2, {mistake}."
            );
        }
    }

    #[test]
    fn small_gradients_count_too() {
        let small = |weights: &Array1<f64>| 1e-3 * error(weights);
        let weights = array![0.5, -1.2, 0.3];
        assert!(
            !gradient_is_right(&(1.1e-3 * gradient(&weights)), &weights, small),
            "You accept gradients around 0.001 that are wrong by 10 %.\nThe tolerance should be relative to the \
             gradient."
        );
    }

    #[test]
    fn large_gradients_may_differ_by_more() {
        let large = |weights: &Array1<f64>| 1e5 * error(weights);
        let weights = array![0.5, -1.2, 0.3];
        assert!(
            gradient_is_right(&(1e5 * gradient(&weights)), &weights, large),
            "You reject right gradients around 100,000.\nThe tolerance should be relative to the gradient: rounding \
             alone makes a difference of about 1e-16 times the error, divided by h."
        );
    }

    #[test]
    fn it_looks_to_both_sides() {
        let valley = |weights: &Array1<f64>| 1e8 * weights[0] * weights[0];
        assert!(
            gradient_is_right(&array![0.0], &array![0.0], valley),
            "At the bottom of a steep valley the gradient is 0, and you reject it.\n(E(w + h) − E(w)) / h looks to one \
             side only; (E(w + h) − E(w − h)) / 2h sees that both sides are equally high."
        );
    }
}
