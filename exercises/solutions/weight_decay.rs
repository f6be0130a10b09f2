use ndarray::Array2;

/// Moves `weights` against the gradient of the error with weight decay, times `learning_rate`. `gradient` is that of
/// the error without it, and the decay adds `l2 / 2` times the sum of the squared weights. Both are of shape (inputs,
/// units).
pub fn descend(weights: &mut Array2<f64>, gradient: &Array2<f64>, learning_rate: f64, l2: f64) {
    weights.zip_mut_with(gradient, |weight, gradient| *weight -= learning_rate * (gradient + l2 * *weight));
}
