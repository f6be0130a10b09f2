use ndarray::Array1;

/// The slope of the cross-entropy with respect to the total input of each output unit, of shape (outputs), where
/// softmax gave the probabilities `output` and they should be `targets`.
pub fn softmax_deltas(output: &Array1<f64>, targets: &Array1<f64>) -> Array1<f64> {
    output - targets
}
