use naive_loops::dsigmoid;
use ndarray::{Array1, Array2};

/// Returns the gradient of the error with respect to the total input of each hidden unit, of shape (hidden), from the
/// activations `hidden` of shape (hidden), `output_weights` of shape (hidden, outputs) and `output_deltas` of shape
/// (outputs).
pub fn hidden_deltas(hidden: &Array1<f64>, output_weights: &Array2<f64>, output_deltas: &Array1<f64>) -> Array1<f64> {
    let sums = output_weights.dot(output_deltas); // for each hidden unit, over the outputs that it feeds
    sums * hidden.mapv(dsigmoid)
}
