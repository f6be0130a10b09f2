use ndarray::Array2;

/// Returns the mean gradient of the error with respect to the weights between two layers, of shape (inputs, units):
/// from the `activations` that come in, of shape (batch, inputs), and the `deltas` of the units, of shape (batch,
/// units).
pub fn mean_gradient(activations: &Array2<f64>, deltas: &Array2<f64>) -> Array2<f64> {
    activations.t().dot(deltas) / activations.nrows() as f64
}
