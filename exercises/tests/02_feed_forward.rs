//! From inputs to outputs
//!
//! A unit adds up the activations that come in, each multiplied by its weight, and passes the sum through the sigmoid.
//! Do it for the hidden layer, then for the output layer. The bias is an activation that is always 1 and comes after
//! the inputs; the output layer has none.
//!
//! `naive_loops::sigmoid` is the sigmoid of the steps. Its exp is that of the crate `libm`, which gives the same bits
//! on every system: `f64::exp` is the system's, and the last bit of some results depends on it.

use exercises::not_yet;
use ndarray::{Array1, Array2};

/// Feeds `inputs`, of shape (inputs), through a network with `input_weights` of shape (inputs + 1, hidden), the last
/// row for the bias, and `output_weights` of shape (hidden, outputs). Returns the activations of the hidden layer and
/// of the output layer.
pub fn feed_forward(
    inputs: &Array1<f64>,
    input_weights: &Array2<f64>,
    output_weights: &Array2<f64>,
) -> (Array1<f64>, Array1<f64>) {
    not_yet((inputs, input_weights, output_weights))
}

#[cfg(test)]
mod tests {
    use datasets::{Inputs, Scaling};
    use evaluation::{Classifier, Weights, standard_normal};
    use exercises::expect;
    use naive_loops::{Network, sigmoid};
    use ndarray::{Array1, Array2, Axis, array};
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    /// sigmoid(ln 3) is 3/4, and sigmoid(-ln 3) is 1/4.
    const LN_3: f64 = 1.098_612_288_668_109_8;

    #[test]
    fn the_hidden_layer_has_a_bias() {
        // One input, 1. It brings the total inputs to ln 3 and 0, the bias subtracts ln 3 from the second.
        let (hidden, _) = feed_forward(&array![1.0], &array![[LN_3, 0.0], [0.0, -LN_3]], &array![[0.0], [0.0]]);
        expect("the hidden activations for the input [1], weights [[ln 3, 0]] and bias weights [0, −ln 3]", hidden)
            .mistake(
                array![0.75, 0.5],
                "The bias is missing: one more activation, always 1, with the last row of weights.",
            )
            .mistake(array![LN_3, -LN_3], "These are the total inputs: pass them through the sigmoid.")
            .mistake(
                array![LN_3.tanh(), -LN_3.tanh()],
                "This is tanh. It comes later: the first network has the sigmoid.",
            )
            .to_be(array![0.75, 0.25]);
    }

    #[test]
    fn the_output_layer_takes_the_hidden_activations() {
        // Both hidden units have a total input of 0, and so the activation 1/2.
        let (_, output) = feed_forward(&array![1.0], &array![[0.0, 0.0], [0.0, 0.0]], &array![[LN_3], [LN_3]]);
        expect("the output for hidden activations [1/2, 1/2] and output weights [[ln 3], [ln 3]]", output)
            .mistake(array![LN_3], "This is the total input of the output unit: it has a sigmoid too.")
            .mistake(
                array![0.5],
                "This is the output for total inputs of 0: feed the hidden activations forward, not their total \
                 inputs.",
            )
            .mistake(array![sigmoid(LN_3 + 1.0)], "The output layer has no bias.")
            .to_be(array![0.75]);
    }

    #[test]
    fn it_equals_the_step() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut random = |shape| Array2::from_shape_simple_fn(shape, || standard_normal(&mut rng));
        let (input_weights, output_weights) = (random((4, 5)), random((5, 2)));
        let inputs = array![0.5, -1.0, 2.0];
        let mut network = Network::from_weights(Weights {
            scaling: Scaling { offset: Array1::zeros(3), factor: Array1::ones(3) },
            input_weights: input_weights.clone(),
            output_weights: output_weights.clone(),
        });
        network.feed_forward(Inputs::from(inputs.clone().insert_axis(Axis(0))).row(0));
        let (hidden, output) = feed_forward(&inputs, &input_weights, &output_weights);
        let bias_first = array![1.0, 0.5, -1.0, 2.0].dot(&input_weights).mapv(sigmoid);
        expect("the hidden activations of a network with 3 inputs, 5 hidden units and 2 outputs", hidden)
            .mistake(bias_first, "The bias comes after the inputs, not before them.")
            .to_be(network.hidden.clone());
        expect("the outputs of the same network", output).to_be(network.output.clone());
    }
}
