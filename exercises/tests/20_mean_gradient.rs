//! The mean gradient of a batch
//!
//! The gradient of one example is an outer product. For a batch, the activations that come in are the rows of a matrix,
//! and so are the deltas, and the mean of all these outer products takes no loop: it is one product of two matrices,
//! and a division.

use exercises::not_yet;
use ndarray::Array2;

/// Returns the mean gradient of the error with respect to the weights between two layers, of shape (inputs, units):
/// from the `activations` that come in, of shape (batch, inputs), and the `deltas` of the units, of shape (batch,
/// units).
pub fn mean_gradient(activations: &Array2<f64>, deltas: &Array2<f64>) -> Array2<f64> {
    not_yet((activations, deltas))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::array;

    use super::*;

    #[test]
    fn mean_of_two_outer_products() {
        expect(
            "two examples: activations [1, 2, 0] and [3, −1, 1], deltas [10, −2] and [20, 4]",
            mean_gradient(&array![[1.0, 2.0, 0.0], [3.0, -1.0, 1.0]], &array![[10.0, -2.0], [20.0, 4.0]]),
        )
        .mistake(array![[70.0, 10.0], [0.0, -8.0], [20.0, 4.0]], "This is the sum. Divide by the number of examples.")
        .mistake(
            array![[70.0 / 3.0, 10.0 / 3.0], [0.0, -8.0 / 3.0], [20.0 / 3.0, 4.0 / 3.0]],
            "It is divided by the number of activations, not of examples.",
        )
        .mistake(array![[35.0, 0.0, 10.0], [5.0, -4.0, 2.0]], "It is transposed: shape (2, 3), expected (3, 2).")
        .mistake(
            array![[30.0, 2.0], [7.5, 0.5], [7.5, 0.5]],
            "The product of the means is not the mean of the products.",
        )
        .mistake(array![[60.0, 12.0], [-20.0, -4.0], [20.0, 4.0]], "Only the last example is in it.")
        .mistake(
            array![[-35.0, -5.0], [0.0, 4.0], [-10.0, -2.0]],
            "The sign: this is the direction of the move. The gradient points uphill.",
        )
        .to_be(array![[35.0, 5.0], [0.0, -4.0], [10.0, 2.0]]);
    }

    #[test]
    fn batch_of_one_is_an_outer_product() {
        expect(
            "one example: activations [1, 2], deltas [3, 5, 7]",
            mean_gradient(&array![[1.0, 2.0]], &array![[3.0, 5.0, 7.0]]),
        )
        .to_be(array![[3.0, 5.0, 7.0], [6.0, 10.0, 14.0]]);
    }

    #[test]
    fn same_example_twice_changes_nothing() {
        expect(
            "the same example twice: activations [1, 2], deltas [3, 5]",
            mean_gradient(&array![[1.0, 2.0], [1.0, 2.0]], &array![[3.0, 5.0], [3.0, 5.0]]),
        )
        .mistake(array![[6.0, 10.0], [12.0, 20.0]], "This is the sum. Divide by the number of examples.")
        .to_be(array![[3.0, 5.0], [6.0, 10.0]]);
    }
}
