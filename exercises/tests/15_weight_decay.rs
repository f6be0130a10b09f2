//! Forget a little
//!
//! Weight decay adds to the error half the sum of the squared weights, times a factor `l2`. Its gradient is added to
//! that of the error, so that every weight also moves towards 0, the faster the larger it is.

use exercises::not_yet;
use ndarray::Array2;

/// Moves `weights` against the gradient of the error with weight decay, times `learning_rate`. `gradient` is that of
/// the error without it, and the decay adds `l2 / 2` times the sum of the squared weights. Both are of shape (inputs,
/// units).
pub fn descend(weights: &mut Array2<f64>, gradient: &Array2<f64>, learning_rate: f64, l2: f64) {
    not_yet((weights, gradient, learning_rate, l2))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::{Array2, array};

    use super::*;

    fn moved(weights: &Array2<f64>, gradient: &Array2<f64>, learning_rate: f64, l2: f64) -> Array2<f64> {
        let mut weights = weights.clone();
        descend(&mut weights, gradient, learning_rate, l2);
        weights
    }

    #[test]
    fn without_decay_it_is_a_plain_step() {
        let weights = array![[1.0, -2.0]];
        expect(
            "weights [[1, −2]], gradient [[0.5, 1]], rate 0.1, l2 0",
            moved(&weights, &array![[0.5, 1.0]], 0.1, 0.0),
        )
        .mistake(weights, "The weights have not moved: change them in place.")
        .mistake(array![[1.05, -1.9]], "The sign: this climbs. The error falls against the gradient.")
        .mistake(array![[0.5, -3.0]], "The learning rate is missing.")
        .to_be(array![[0.95, -2.1]]);
    }

    #[test]
    fn without_gradient_the_weights_shrink() {
        expect(
            "weights [[1, −2]], gradient 0, rate 0.1, l2 0.2",
            moved(&array![[1.0, -2.0]], &Array2::zeros((1, 2)), 0.1, 0.2),
        )
        .mistake(array![[1.0, -2.0]], "The decay is missing.")
        .mistake(array![[1.02, -2.04]], "The sign: the weights grow.")
        .mistake(array![[0.8, -1.6]], "The decay is not multiplied by the learning rate.")
        .mistake(array![[0.96, -1.92]], "Twice too much: half the square has the slope w, without the 2.")
        .mistake(array![[0.99, -1.98]], "Half of it: the ½ goes when the square is differentiated.")
        .mistake(array![[0.98, -2.02]], "This subtracts the same from each weight: a negative one should shrink too.")
        .mistake(
            array![[0.98, -1.98]],
            "This takes the same from the size of each weight (L1): it should be in proportion to the weight.",
        )
        .to_be(array![[0.98, -1.96]]);
    }

    #[test]
    fn it_follows_the_gradient_of_the_whole_error() {
        let (weights, gradient) =
            (array![[0.3, -1.1], [2.0, 0.0], [-0.4, 0.9]], array![[1.0, 0.2], [-0.5, 3.0], [0.0, -0.7]]);
        let (learning_rate, l2) = (0.5, 0.3);
        // A plane with this gradient, plus the penalty.
        let error = |weights: &Array2<f64>| (weights * &gradient).sum() + l2 / 2.0 * weights.mapv(|w| w * w).sum();
        let mut right = weights.clone();
        for (index, weight) in right.indexed_iter_mut() {
            let at = |by| {
                let mut weights = weights.clone();
                weights[index] += by;
                error(&weights)
            };
            *weight -= learning_rate * (at(1e-4) - at(-1e-4)) / 2e-4;
        }
        let after = (&weights - &(learning_rate * &gradient)) * (1.0 - learning_rate * l2);
        expect("weights of shape (3, 2), rate 0.5, l2 0.3", moved(&weights, &gradient, learning_rate, l2))
            .mistake(
                after,
                "The decay is that of the weights after the step: both gradients should be taken before the move.",
            )
            .mistake(&weights - &(learning_rate * &gradient), "The decay is missing.")
            .to_be(right);
    }
}
