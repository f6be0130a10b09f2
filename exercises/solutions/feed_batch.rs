use ndarray::Array2;
use tanh_softmax::softmax;

/// Feeds the `inputs` of a batch, of shape (batch, inputs + 1), the last column for the bias, through tanh and softmax.
/// Returns the probabilities of shape (batch, outputs). `input_weights` are of shape (inputs + 1, hidden),
/// `output_weights` of shape (hidden, outputs).
pub fn feed_batch(inputs: &Array2<f64>, input_weights: &Array2<f64>, output_weights: &Array2<f64>) -> Array2<f64> {
    let hidden = inputs.dot(input_weights).mapv(libm::tanh);
    let mut output = hidden.dot(output_weights);
    output.rows_mut().into_iter().for_each(softmax);
    output
}
