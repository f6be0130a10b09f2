//! A batch forward
//!
//! Put the examples of a batch into the rows of a matrix, and the total inputs of a whole layer, for all of them, are
//! one product of two matrices. Tanh is taken number by number, as before. Only softmax has to know that each row is
//! another example: `tanh_softmax::softmax(row)` turns a row, an `ArrayViewMut1`, into probabilities in place.

use exercises::not_yet;
use ndarray::Array2;

/// Feeds the `inputs` of a batch, of shape (batch, inputs + 1), the last column for the bias, through tanh and softmax.
/// Returns the probabilities of shape (batch, outputs). `input_weights` are of shape (inputs + 1, hidden),
/// `output_weights` of shape (hidden, outputs).
pub fn feed_batch(inputs: &Array2<f64>, input_weights: &Array2<f64>, output_weights: &Array2<f64>) -> Array2<f64> {
    not_yet((inputs, input_weights, output_weights))
}

#[cfg(test)]
mod tests {
    use datasets::{Inputs, Scaling};
    use evaluation::{Classifier, Weights, standard_normal};
    use exercises::expect;
    use ndarray::{Array1, Array2, Axis, array, concatenate};
    use rand::{SeedableRng, rngs::ChaCha8Rng};
    use tanh_softmax::Network;

    use super::*;

    #[test]
    fn each_row_has_its_own_certainty() {
        // One hidden unit, whose activations are tanh(1) and 0, brings the total inputs to [ln 3, 0] and [0, 0].
        let ln_3 = 3.0_f64.ln();
        let output_weights = array![[ln_3 / 1.0_f64.tanh(), 0.0]];
        let output = feed_batch(&array![[0.0, 1.0], [-1.0, 1.0]], &array![[1.0], [1.0]], &output_weights);
        let without_tanh = (ln_3 / 1.0_f64.tanh()).exp();
        let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
        let with_sigmoid = [1.0, 0.0].map(|z| (ln_3 / 1.0_f64.tanh() * sigmoid(z)).exp());
        expect("the probabilities for a batch of two, whose total inputs are [[ln 3, 0], [0, 0]]", output)
            .mistake(
                array![[0.5, 1.0 / 6.0], [1.0 / 6.0, 1.0 / 6.0]],
                "The probabilities of the whole batch have the sum 1: take softmax row by row.",
            )
            .mistake(
                array![[0.75, 0.5], [0.25, 0.5]],
                "Each column has the sum 1: a row is an example, and its probabilities should have the sum 1.",
            )
            .mistake(array![[ln_3, 0.0], [0.0, 0.0]], "These are the total inputs: softmax is missing.")
            .mistake(
                array![[without_tanh / (without_tanh + 1.0), 1.0 / (without_tanh + 1.0)], [0.5, 0.5]],
                "The hidden layer has no tanh here.",
            )
            .mistake(
                Array2::from_shape_fn((2, 2), |(i, k)| [with_sigmoid[i], 1.0][k] / (with_sigmoid[i] + 1.0)),
                "This has the sigmoid in the hidden layer: from `tanh-softmax` on it is tanh.",
            )
            .to_be(array![[0.75, 0.25], [0.5, 0.5]]);
    }

    #[test]
    fn no_row_overflows_or_vanishes() {
        let output = feed_batch(&array![[20.0, 0.0], [-20.0, 0.0]], &array![[1.0], [0.0]], &array![[1000.0, 1000.0]]);
        expect("the probabilities for a batch of two, whose total inputs are [[1000, 1000], [−1000, −1000]]", output)
            .mistake(
                array![[0.5, 0.5], [f64::NAN, f64::NAN]],
                "Subtract the largest of each row, not that of the batch.",
            )
            .mistake(Array2::from_elem((2, 2), f64::NAN), "e^1000 is infinite: subtract the largest of each row.")
            .to_be(array![[0.5, 0.5], [0.5, 0.5]]);
    }

    #[test]
    fn it_equals_one_example_after_the_other() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut random = |shape| Array2::from_shape_simple_fn(shape, || standard_normal(&mut rng));
        let (inputs, input_weights, output_weights) = (random((6, 3)), random((4, 5)), random((5, 2)));
        let with_bias = concatenate![Axis(1), inputs, Array2::ones((6, 1))];
        let output = feed_batch(&with_bias, &input_weights, &output_weights);
        let mut network = Network::from_weights(Weights {
            scaling: Scaling { offset: Array1::zeros(3), factor: Array1::ones(3) },
            input_weights,
            output_weights,
        });
        expect("the probabilities for a batch of 6 in a network with 3 inputs, 5 hidden units and 2 outputs", output)
            .to_be(network.predict(&Inputs::from(inputs)));
    }
}
