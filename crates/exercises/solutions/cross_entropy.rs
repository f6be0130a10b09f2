use ndarray::Array1;

/// The cross-entropy of the probabilities `output` where `targets` were right, of shape (outputs) both, with the
/// natural logarithm. Never NaN for probabilities. Where a target has the probability 0, infinite, or at least 20.
pub fn cross_entropy(output: &Array1<f64>, targets: &Array1<f64>) -> f64 {
    let expected = targets.iter().zip(output).filter(|&(&target, _)| target > 0.0);
    expected.map(|(target, output)| -target * output.ln()).sum()
}
