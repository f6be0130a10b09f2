//! The meeting of the cores
//!
//! Each core has the activations of its hidden units, and the rows of the output weights that belong to them. The total
//! input of an output unit is a sum over the hidden units of all cores. Two ways lead there: join what the cores have
//! and take one product, or take a product for each core and add. On paper they are the same. But floating-point
//! numbers are rounded after each addition, so that the order counts; and the network should be the same, to the last
//! bit, on any number of cores.

use exercises::not_yet;
use ndarray::Array2;

/// Returns the total inputs of the output layer, of shape (batch, outputs), with the bits of the product
/// `hidden.dot(&output_weights)` on one core. A share has the activations of a core's hidden units, of shape (batch,
/// units), and their output weights, of shape (units, outputs). The shares are in the order of the units, and at least
/// one.
pub fn output_sums(shares: &[(Array2<f32>, Array2<f32>)]) -> Array2<f32> {
    not_yet(shares)
}

#[cfg(test)]
mod tests {
    use evaluation::standard_normal;
    use exercises::expect;
    use ndarray::{Array2, Axis, array};
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    const PARTIAL: &str = "You add the products of the cores. On paper that is the same, but each sum is rounded by \
                           itself, so that the last bits depend on where the units are divided, and another number of \
                           cores would train another network. Join the activations and the weights, and take one \
                           product.";

    /// Adds the products of the shares, from the first to the last.
    fn partial_sums(shares: &[(Array2<f32>, Array2<f32>)]) -> Array2<f32> {
        let products = shares.iter().map(|(hidden, weights)| hidden.dot(weights));
        products.reduce(|sum, product| sum + product).expect("at least one share")
    }

    #[test]
    fn all_hidden_units_feed_the_outputs() {
        let shares = [
            (array![[1.0, 0.5], [0.0, 1.0]], array![[2.0, 0.0], [4.0, 8.0]]),
            (array![[-1.0], [0.5]], array![[1.0, 16.0]]),
        ];
        let (first, last) = (array![[4.0, 4.0], [4.0, 8.0]], array![[-1.0, -16.0], [0.5, 8.0]]);
        let right = &first + &last;
        expect("the total inputs of 2 outputs for a batch of 2, 3 hidden units on 2 cores", output_sums(&shares))
            .mistake(first, "Only the hidden units of the first core are in it.")
            .mistake(last, "Only the hidden units of the last core are in it.")
            .mistake(&right / 2.0, "This is the mean over the cores: the total input is a sum.")
            .mistake(right.mapv(f32::tanh), "The output layer has no tanh: the total inputs are asked for.")
            .to_be(right);
    }

    #[test]
    fn the_number_of_cores_does_not_show() {
        // From 2^24 = 16,777,216 on, single precision has even numbers only: 2^24 + 1 is rounded to 2^24.
        const LARGE: f32 = 16_777_216.0;
        let whole = array![[1.0, 1.0, 1.0, 1.0]].dot(&array![[1.0], [LARGE], [1.0], [1.0]]);
        let shares = [(array![[1.0, 1.0]], array![[1.0], [LARGE]]), (array![[1.0, 1.0]], array![[1.0], [1.0]])];
        expect("1 + 2^24 from the one core and 1 + 1 from the other", output_sums(&shares))
            .mistake(
                partial_sums(&shares),
                "You add the products of the cores, and here that is even nearer to the truth. But on one core each 1 \
                 is lost, as 2^24 + 1 is rounded to 2^24. Another number of cores would train another network: join \
                 the activations and the weights, and take one product.",
            )
            .mistake(array![[LARGE + 4.0]], "The last share comes first: the order of the units is that of the sum.")
            .to_be_exactly(whole);
    }

    #[test]
    fn any_shares_have_the_bits_of_the_whole() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut random = |shape| Array2::from_shape_simple_fn(shape, || standard_normal(&mut rng) as f32);
        let (hidden, weights) = (random((2, 100)), random((100, 5)));
        for units in [100, 64, 32, 16] {
            let columns = hidden.axis_chunks_iter(Axis(1), units).map(|columns| columns.to_owned());
            let rows = weights.axis_chunks_iter(Axis(0), units).map(|rows| rows.to_owned());
            let shares = Vec::from_iter(columns.zip(rows));
            expect(
                format!("the total inputs of 5 outputs, 100 hidden units in shares of {units}"),
                output_sums(&shares),
            )
            .mistake(partial_sums(&shares), PARTIAL)
            .to_be_exactly(hidden.dot(&weights));
        }
    }
}
