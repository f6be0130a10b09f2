//! The first deltas
//!
//! A delta is the gradient of the error with respect to a unit's total input, the sum before the sigmoid. For an output
//! unit it has two factors: how fast the error changes with the output, and how fast the output changes with the total
//! input. The error is half the sum of `(target - output)²` over the output units.

use exercises::not_yet;
use ndarray::Array1;

/// Returns the gradient of the error with respect to the total input of each output unit, of shape (outputs), where the
/// activations are `output` and should be `targets`.
pub fn output_deltas(output: &Array1<f64>, targets: &Array1<f64>) -> Array1<f64> {
    not_yet((output, targets))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use naive_loops::sigmoid;
    use ndarray::{Array1, array};

    use super::*;

    #[test]
    fn one_unit_by_hand() {
        expect(
            "the delta of an output of 0.5 that should be 1: −1/2 times the slope 1/4",
            output_deltas(&array![0.5], &array![1.0]),
        )
        .mistake(
            array![0.125],
            "The sign: a larger total input would make this error smaller, so its gradient is negative.",
        )
        .mistake(array![-0.5], "This is the gradient with respect to the output. The slope of the sigmoid is missing.")
        .mistake(array![0.0], "The slope of the sigmoid is taken at the target here. It is at the output.")
        .mistake(array![0.5], "This is target − output: the sign is wrong, and the slope of the sigmoid is missing.")
        .mistake(array![-0.25], "Twice too much: half the square has the slope output − target, without the 2.")
        .to_be(array![-0.125]);
    }

    #[test]
    fn they_are_the_gradient_of_the_error() {
        let total = array![0.4, -1.5, 3.0];
        let (output, targets) = (total.mapv(sigmoid), array![1.0, 0.0, 0.0]);
        let error = |total: &Array1<f64>| 0.5 * (&targets - &total.mapv(sigmoid)).mapv(|d| d * d).sum();
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
        let difference = &output - &targets;
        expect("the deltas of three units with total inputs [0.4, −1.5, 3]", output_deltas(&output, &targets))
            .mistake(difference.clone(), "This is output − target alone: the slope of the sigmoid is missing.")
            .mistake(
                &difference * &targets * (1.0 - &targets),
                "The slope is taken at the targets. It is at the output.",
            )
            .mistake(&difference * (1.0 - &output * &output), "This has the slope of tanh, but the units are sigmoids.")
            .mistake(
                &difference * &output.mapv(|y| sigmoid(y) * (1.0 - sigmoid(y))),
                "The slope is that at z = output: the output has been through the sigmoid already.",
            )
            .to_be(gradient);
    }
}
