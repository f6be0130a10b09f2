//! Blame, handed back
//!
//! A hidden unit has no target. But it feeds the output units, and each of those has its delta. So the hidden unit
//! collects their deltas, each multiplied by the weight in between, and multiplies the sum by its own slope.

use exercises::not_yet;
use ndarray::{Array1, Array2};

/// Returns the gradient of the error with respect to the total input of each hidden unit, of shape (hidden), from the
/// activations `hidden` of shape (hidden), `output_weights` of shape (hidden, outputs) and `output_deltas` of shape
/// (outputs).
pub fn hidden_deltas(hidden: &Array1<f64>, output_weights: &Array2<f64>, output_deltas: &Array1<f64>) -> Array1<f64> {
    not_yet((hidden, output_weights, output_deltas))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use naive_loops::sigmoid;
    use ndarray::{Array1, array};

    use super::*;

    #[test]
    fn two_units_by_hand() {
        // Both units are at 1/2, where the slope is 1/4: (1 · 4 + 2 · 8) / 4 and (3 · 4 + 0 · 8) / 4.
        let deltas = hidden_deltas(&array![0.5, 0.5], &array![[1.0, 2.0], [3.0, 0.0]], &array![4.0, 8.0]);
        expect("the deltas of two hidden units at 1/2, weights [[1, 2], [3, 0]], output deltas [4, 8]", deltas)
            .mistake(array![20.0, 12.0], "The sums are right. The slopes of the hidden units are missing.")
            .mistake(array![7.0, 2.0], "The weights are transposed: row j holds the weights from hidden unit j.")
            .mistake(array![28.0, 8.0], "The weights are transposed, and the slopes of the hidden units are missing.")
            .mistake(array![3.0, 3.0], "All deltas count alike here: multiply each by the weight in between.")
            .mistake(array![10.0, 6.0], "These are the sums times the activations. Take the slopes, y (1 − y).")
            .to_be(array![5.0, 3.0]);
    }

    #[test]
    fn they_are_the_gradient_of_the_error() {
        let total = array![0.3, -0.8, 2.0];
        let output_weights = array![[0.5, -1.0], [2.0, 0.1], [-0.7, 0.9]];
        let targets = array![0.0, 1.0];
        let output = |total: &Array1<f64>| total.mapv(sigmoid).dot(&output_weights).mapv(sigmoid);
        let error = |total: &Array1<f64>| 0.5 * (&targets - &output(total)).mapv(|d| d * d).sum();
        let gradient: Array1<f64> = (0..3)
            .map(|unit| {
                let moved = |by| {
                    let mut total = total.clone();
                    total[unit] += by;
                    error(&total)
                };
                (moved(1e-5) - moved(-1e-5)) / 2e-5
            })
            .collect();
        let output = output(&total);
        let output_deltas = (&output - &targets) * &output * (1.0 - &output);
        let hidden = total.mapv(sigmoid);
        let sums = output_weights.dot(&output_deltas);
        expect(
            "the deltas of 3 hidden units in a network with 2 outputs",
            hidden_deltas(&hidden, &output_weights, &output_deltas),
        )
        .mistake(sums.clone(), "The slopes of the hidden units are missing.")
        .mistake(&sums * (1.0 - &hidden * &hidden), "This has the slope of tanh, but the units are sigmoids.")
        .mistake(&sums * &hidden, "These are the sums times the activations. Take the slopes, y (1 − y).")
        .to_be(gradient);
    }
}
