use ndarray::{Array2, Axis};

/// Brings each feature, a column of `train`, to mean 0 and deviation 1 (the root of the mean square, dividing by n),
/// and does the same to `test`, by the numbers of `train`. Both are of shape (examples, features). A feature that is
/// constant in `train` is only shifted.
pub fn standardise(train: &Array2<f64>, test: &Array2<f64>) -> (Array2<f64>, Array2<f64>) {
    let mean = train.mean_axis(Axis(0)).expect("there are examples");
    let deviation = train.std_axis(Axis(0), 0.0);
    let divisor = deviation.mapv(|deviation| if deviation > 0.0 { deviation } else { 1.0 });
    let scaled = |inputs: &Array2<f64>| (inputs - &mean) / &divisor;
    (scaled(train), scaled(test))
}
