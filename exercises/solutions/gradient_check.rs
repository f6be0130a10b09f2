use ndarray::Array1;

/// Returns true if `gradient` is that of `error` at `weights`, as far as central differences can tell. Both are of
/// shape (weights). A gradient with NaN in it is wrong.
pub fn gradient_is_right(gradient: &Array1<f64>, weights: &Array1<f64>, error: impl Fn(&Array1<f64>) -> f64) -> bool {
    const H: f64 = 1e-5;
    gradient.indexed_iter().all(|(index, &given)| {
        let moved = |by: f64| {
            let mut weights = weights.clone();
            weights[index] += by;
            error(&weights)
        };
        let measured = (moved(H) - moved(-H)) / (2.0 * H);
        // Relative to the gradient, and a little more where it is near 0. With NaN no comparison is true.
        (given - measured).abs() <= 1e-4 * given.abs().max(measured.abs()) + 1e-8
    })
}
