use ndarray::{Array1, Array2};

/// The gradient of the error with respect to the weights between two layers, of shape (activations, deltas): from the
/// `activations` that come in and the `deltas` of the units where they go.
pub fn changes(activations: &Array1<f64>, deltas: &Array1<f64>) -> Array2<f64> {
    Array2::from_shape_fn((activations.len(), deltas.len()), |(i, j)| activations[i] * deltas[j])
}
