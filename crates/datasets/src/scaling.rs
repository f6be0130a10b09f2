use ndarray::{Array1, ArrayView1, Axis, Slice, azip};

use crate::{Examples, Features};

/// How a network scales its inputs: `(input - offset) * factor`, feature by feature, learnt on the training set.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// What is subtracted from each feature, in the unit of the feature.
    pub offset: Array1<f64>,
    /// What the difference is multiplied with, in 1 / the unit of the feature.
    pub factor: Array1<f64>,
}

impl Scaling {
    /// Bring the inputs to the range from 0 to 1: pixels by the value of full ink, columns of a table each by its own
    /// least and greatest value. A constant column becomes 0.
    pub fn zero_to_one(examples: &Examples) -> Self {
        let features = examples.inputs.ncols();
        if let Features::Pixels { white, .. } = examples.features {
            return Self {
                offset: Array1::zeros(features),
                factor: Array1::from_elem(features, 1.0 / f64::from(white)),
            };
        }
        let least = |column: ArrayView1<f32>| f64::from(column.fold(f32::INFINITY, |least, &x| least.min(x)));
        let greatest =
            |column: ArrayView1<f32>| f64::from(column.fold(f32::NEG_INFINITY, |greatest, &x| greatest.max(x)));
        let offset = examples.inputs.map_axis(Axis(0), least);
        let range = examples.inputs.map_axis(Axis(0), greatest) - &offset;
        Self { offset, factor: range.mapv(reciprocal) }
    }

    /// Bring the inputs to mean 0 and deviation 1 (Efficient BackProp, 4.3): the columns of a table each by its own mean
    /// and standard deviation, since each has a unit of its own, and pixels all by the same, since they share one. A
    /// constant column becomes 0.
    pub fn mean_zero(examples: &Examples) -> Self {
        let inputs = &examples.inputs;
        let (offset, deviation) = match examples.features {
            Features::Pixels { .. } => vec![mean_and_deviation(inputs.iter()); inputs.ncols()].into_iter().unzip(),
            Features::Columns => inputs.columns().into_iter().map(|column| mean_and_deviation(column.iter())).unzip(),
        };
        Self { offset: Array1::from_vec(offset), factor: Array1::from_vec(deviation).mapv(reciprocal) }
    }

    /// Scale the `inputs` of one example, of shape (features), and write them to the first places of `activations`.
    /// What comes after them, a network's bias, stays as it is.
    pub fn apply(&self, inputs: ArrayView1<f32>, activations: &mut Array1<f64>) {
        let activations = activations.slice_axis_mut(Axis(0), Slice::from(..inputs.len()));
        azip!((activation in activations, &input in inputs, &offset in &self.offset, &factor in &self.factor)
            *activation = (f64::from(input) - offset) * factor);
    }
}

/// The mean of all `values` and their standard deviation.
fn mean_and_deviation<'a>(values: impl ExactSizeIterator<Item = &'a f32> + Clone) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.clone().map(|&x| f64::from(x)).sum::<f64>() / count;
    let variance = values.map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt())
}

/// 1 / `x`, and 1 for 0, so that nothing is divided by the spread of a constant feature.
fn reciprocal(x: f64) -> f64 {
    if x > 0.0 { 1.0 / x } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use ndarray::{Array2, array};

    use super::*;

    const PIXELS: Features = Features::Pixels { height: 1, width: 3, white: 16.0 };

    fn examples(inputs: Array2<f32>, features: Features) -> Examples {
        let labels = vec![0; inputs.nrows()];
        Examples::new(inputs, labels, 1, features)
    }

    /// The scaled inputs of all examples.
    fn scaled(scaling: &Scaling, examples: &Examples) -> Array2<f64> {
        let mut scaled = Array2::zeros(examples.inputs.dim());
        for (inputs, mut row) in examples.inputs.rows().into_iter().zip(scaled.rows_mut()) {
            let mut activations = Array1::zeros(inputs.len());
            scaling.apply(inputs, &mut activations);
            row.assign(&activations);
        }
        scaled
    }

    #[test]
    fn zero_to_one_takes_pixels_by_full_ink() {
        let examples = examples(array![[0.0, 4.0, 8.0], [0.0, 4.0, 16.0]], PIXELS);
        let scaling = Scaling::zero_to_one(&examples);
        assert_eq!(scaled(&scaling, &examples), array![[0.0, 0.25, 0.5], [0.0, 0.25, 1.0]]);
    }

    #[test]
    fn zero_to_one_takes_columns_by_their_own_range() {
        let examples = examples(array![[-10.0, 1.0, 7.0], [30.0, 2.0, 7.0], [10.0, 1.5, 7.0]], Features::Columns);
        let scaling = Scaling::zero_to_one(&examples);
        assert_eq!(scaled(&scaling, &examples), array![[0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.5, 0.5, 0.0]]);
    }

    #[test]
    fn mean_zero_divides_columns_each_by_its_own_deviation() {
        let examples = examples(array![[1.0, 100.0, 7.0], [3.0, 500.0, 7.0]], Features::Columns);
        let scaling = Scaling::mean_zero(&examples);
        assert_eq!(scaled(&scaling, &examples), array![[-1.0, -1.0, 0.0], [1.0, 1.0, 0.0]]);
    }

    #[test]
    fn mean_zero_takes_all_pixels_by_the_same_mean_and_deviation() {
        let examples = examples(array![[1.0, 10.0, 7.0], [3.0, 16.0, 5.0]], PIXELS);
        let scaling = Scaling::mean_zero(&examples);
        // Mean 7, squares of the differences 36 + 9 + 0 + 16 + 81 + 4.
        assert_abs_diff_eq!(scaling.offset, array![7.0, 7.0, 7.0], epsilon = 1e-12);
        assert_abs_diff_eq!(scaling.factor, Array1::from_elem(3, (6.0_f64 / 146.0).sqrt()), epsilon = 1e-12);
        let scaled = scaled(&scaling, &examples);
        assert_abs_diff_eq!(scaled.mean().unwrap(), 0.0, epsilon = 1e-12);
        assert_abs_diff_eq!(scaled.mapv(|x| x * x).mean().unwrap(), 1.0, epsilon = 1e-12);
    }

    #[test]
    fn constant_inputs_become_zero() {
        let columns = examples(array![[0.1, 0.0, -1e30], [0.1, 0.0, -1e30], [0.1, 0.0, -1e30]], Features::Columns);
        assert_eq!(scaled(&Scaling::mean_zero(&columns), &columns), Array2::<f64>::zeros((3, 3)));
        let pixels = examples(array![[5.0, 5.0, 5.0]], PIXELS);
        assert_eq!(scaled(&Scaling::mean_zero(&pixels), &pixels), Array2::<f64>::zeros((1, 3)));
    }

    #[test]
    fn the_bias_stays_as_it_is() {
        let examples = examples(array![[16.0, 8.0, 0.0]], PIXELS);
        let mut activations = array![9.0, 9.0, 9.0, 1.0];
        Scaling::zero_to_one(&examples).apply(examples.inputs.row(0), &mut activations);
        assert_eq!(activations, array![1.0, 0.5, 0.0, 1.0]);
    }

    #[test]
    fn the_greatest_numbers_do_not_overflow() {
        let examples = examples(array![[f32::MAX], [f32::MIN]], Features::Columns);
        assert_eq!(scaled(&Scaling::mean_zero(&examples), &examples), array![[1.0], [-1.0]]);
        assert_eq!(scaled(&Scaling::zero_to_one(&examples), &examples), array![[1.0], [0.0]]);
    }
}
