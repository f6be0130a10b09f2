/// Learns from each of the `examples` once, and returns the mean of the errors. `learn` takes the index of an example,
/// learns from it, and returns its error.
pub fn mean_error(examples: usize, mut learn: impl FnMut(usize) -> f64) -> f64 {
    let mut error = 0.0;
    for example in 0..examples {
        error += learn(example);
    }
    error / examples as f64
}
