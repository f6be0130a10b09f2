use naive_loops::sigmoid;
use ndarray::{Array1, Array2, Axis, array, concatenate};

/// Feeds `inputs`, of shape (inputs), through a network with `input_weights` of shape (inputs + 1, hidden), the last
/// row for the bias, and `output_weights` of shape (hidden, outputs). Returns the activations of the hidden layer and
/// of the output layer.
pub fn feed_forward(
    inputs: &Array1<f64>,
    input_weights: &Array2<f64>,
    output_weights: &Array2<f64>,
) -> (Array1<f64>, Array1<f64>) {
    let bias = array![1.0];
    let input = concatenate![Axis(0), inputs.view(), bias.view()];
    let hidden = input.dot(input_weights).mapv(sigmoid);
    let output = hidden.dot(output_weights).mapv(sigmoid);
    (hidden, output)
}
