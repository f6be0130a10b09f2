use ndarray::Array1;

/// Returns the gradient of the cross-entropy with respect to the total input of each output unit, of shape (outputs),
/// where the probabilities of softmax are `output` and should be `targets`.
pub fn softmax_deltas(output: &Array1<f64>, targets: &Array1<f64>) -> Array1<f64> {
    output - targets
}
