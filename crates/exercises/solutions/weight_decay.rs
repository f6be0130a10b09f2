use ndarray::Array2;

/// Move `weights` by `learning_rate` against the slopes of the error, which is now the old one, of which `gradient`
/// holds the slopes, plus `l2 / 2` times the sum of the squared weights. Both of shape (inputs, units).
pub fn descend(weights: &mut Array2<f64>, gradient: &Array2<f64>, learning_rate: f64, l2: f64) {
    weights.zip_mut_with(gradient, |weight, gradient| *weight -= learning_rate * (gradient + l2 * *weight));
}
