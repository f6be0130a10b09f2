//! The slopes that cancel
//!
//! With softmax and cross-entropy the output deltas become so simple that it looks like a mistake. Work out the
//! gradient of `-sum of target · ln(output)` with respect to the total inputs; the targets have the sum 1. Then compare
//! with `output_deltas`.

use exercises::not_yet;
use ndarray::Array1;

/// Returns the gradient of the cross-entropy with respect to the total input of each output unit, of shape (outputs),
/// where the probabilities of softmax are `output` and should be `targets`.
pub fn softmax_deltas(output: &Array1<f64>, targets: &Array1<f64>) -> Array1<f64> {
    not_yet((output, targets))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::{Array1, array};

    use super::*;

    fn softmax(z: &Array1<f64>) -> Array1<f64> {
        let mut output = z.clone();
        tanh_softmax::softmax(output.view_mut());
        output
    }

    #[test]
    fn they_are_the_gradient_of_the_error() {
        let z = array![0.2, 1.5, -0.7];
        let output = softmax(&z);
        for targets in [array![0.0, 1.0, 0.0], array![0.0, 0.0, 1.0], array![0.3, 0.5, 0.2]] {
            let error = |z: &Array1<f64>| -(&targets * &softmax(z).ln()).sum();
            let gradient: Array1<f64> = (0..3)
                .map(|unit| {
                    let moved = |by| {
                        let mut z = z.clone();
                        z[unit] += by;
                        error(&z)
                    };
                    (moved(1e-5) - moved(-1e-5)) / 2e-5
                })
                .collect();
            let difference = &output - &targets;
            let description = format!("the deltas for probabilities {output:.3} and targets {targets}");
            expect(description, softmax_deltas(&output, &targets))
                .mistake(-&difference, "The sign: the gradient points to where the error grows.")
                .mistake(&difference * &output * (1.0 - &output), "This still has the slope y (1 − y): it cancels.")
                .mistake(
                    &difference * (1.0 - &output * &output),
                    "This has the slope of tanh, which is for the hidden units.",
                )
                .mistake(
                    -&targets / &output,
                    "This is the gradient with respect to the output. Go on to the total inputs.",
                )
                .mistake(
                    -&targets * (1.0 - &output),
                    "This has the slope of each output with respect to its own total input. Each total input moves the \
                     other outputs too.",
                )
                .to_be(gradient);
        }
    }
}
