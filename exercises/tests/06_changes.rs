//! The gradient of a layer at once
//!
//! The gradient of a weight is the activation on its input side times the delta on its output side. For a whole layer
//! that is a matrix of all such products, the *outer product* of two vectors, in the shape of the weights.

use exercises::not_yet;
use ndarray::{Array1, Array2};

/// Returns the gradient of the error with respect to the weights between two layers, of shape (inputs, units): from the
/// `activations` that come in, of shape (inputs), and the `deltas` of the units, of shape (units).
pub fn changes(activations: &Array1<f64>, deltas: &Array1<f64>) -> Array2<f64> {
    not_yet((activations, deltas))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::array;

    use super::*;

    #[test]
    fn a_row_for_each_activation() {
        expect(
            "the changes for activations [1, 2, 3] and deltas [10, −1]",
            changes(&array![1.0, 2.0, 3.0], &array![10.0, -1.0]),
        )
        .mistake(array![[10.0, 20.0, 30.0], [-1.0, -2.0, -3.0]], "It is transposed: shape (2, 3), expected (3, 2).")
        .to_be(array![[10.0, -1.0], [20.0, -2.0], [30.0, -3.0]]);
    }

    #[test]
    fn a_square_layer_is_not_transposed_either() {
        expect("the changes for activations [1, 2] and deltas [3, 5]", changes(&array![1.0, 2.0], &array![3.0, 5.0]))
            .mistake(
                array![[3.0, 6.0], [5.0, 10.0]],
                "It is transposed: only a layer that is not square would have shown it.",
            )
            .mistake(
                array![[3.0, 0.0], [0.0, 10.0]],
                "Only activation i and delta i meet here: each meets all of the other.",
            )
            .mistake(
                array![[3.0, 10.0], [3.0, 10.0]],
                "These are the products element by element, repeated in each row.",
            )
            .mistake(
                array![[-3.0, -5.0], [-6.0, -10.0]],
                "The sign: this is the direction of the move. The gradient points uphill.",
            )
            .to_be(array![[3.0, 5.0], [6.0, 10.0]]);
    }
}
