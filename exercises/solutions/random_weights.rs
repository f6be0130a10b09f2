use evaluation::standard_normal;
use ndarray::Array2;
use rand::rngs::ChaCha8Rng;

/// Returns weights of shape (inputs, units) from the normal distribution of mean 0 and deviation 1/sqrt(inputs). All
/// random numbers come from `rng`: the same seed gives the same weights.
pub fn random_weights(inputs: usize, units: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let deviation = 1.0 / (inputs as f64).sqrt();
    Array2::from_shape_simple_fn((inputs, units), || deviation * standard_normal(rng))
}
