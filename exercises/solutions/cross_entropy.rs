use ndarray::Array1;

/// Returns the cross-entropy of the probabilities `output` where `targets` were right, both of shape (outputs), with
/// the natural logarithm. It is never NaN for probabilities, and infinite, or at least 20, where a target has the
/// probability 0.
pub fn cross_entropy(output: &Array1<f64>, targets: &Array1<f64>) -> f64 {
    let expected = targets.iter().zip(output).filter(|&(&target, _)| target > 0.0);
    expected.map(|(target, output)| -target * libm::log(*output)).sum()
}
