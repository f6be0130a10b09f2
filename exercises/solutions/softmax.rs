use ndarray::Array1;

/// Turns the total inputs `z` of a layer, of shape (outputs), into probabilities of sum 1, however large or small `z`
/// is.
pub fn softmax(z: &Array1<f64>) -> Array1<f64> {
    let largest = z.fold(f64::NEG_INFINITY, |largest, &z| largest.max(z));
    let powers = z.mapv(|z| libm::exp(z - largest)); // at most 1, and one of them is 1
    &powers / powers.sum()
}
