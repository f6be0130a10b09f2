use ndarray::{Array1, Array2};

/// Returns the gradient of the error with respect to the weights between two layers, of shape (inputs, units): from the
/// `activations` that come in, of shape (inputs), and the `deltas` of the units, of shape (units).
pub fn changes(activations: &Array1<f64>, deltas: &Array1<f64>) -> Array2<f64> {
    Array2::from_shape_fn((activations.len(), deltas.len()), |(i, j)| activations[i] * deltas[j])
}
