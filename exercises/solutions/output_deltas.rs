use naive_loops::dsigmoid;
use ndarray::Array1;

/// Returns the gradient of the error with respect to the total input of each output unit, of shape (outputs), where the
/// activations are `output` and should be `targets`.
pub fn output_deltas(output: &Array1<f64>, targets: &Array1<f64>) -> Array1<f64> {
    let errors = output - targets;
    errors * output.mapv(dsigmoid)
}
