use ndarray::{Array1, Array2, ArrayViewMut1, Axis, Slice, azip};
use num_traits::{AsPrimitive, Float};

use crate::{Examples, Features, Inputs, Row};

/// The scaling of a network's inputs: `(input - offset) * factor`, feature by feature, learned from the training set.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// The number that is subtracted from each feature, in the unit of the feature.
    pub offset: Array1<f64>,
    /// The factor that the difference is multiplied by, in 1 / the unit of the feature.
    pub factor: Array1<f64>,
}

impl Scaling {
    /// Returns the scaling to the range from 0 to 1: of pixels by the value of full ink, of the columns of a table each
    /// by its own least and greatest value. A constant column becomes 0.
    pub fn zero_to_one(examples: &Examples) -> Self {
        let inputs = &examples.inputs;
        let (offset, range) = match examples.features {
            Features::Pixels { max, .. } => vec![(0.0, f64::from(max)); inputs.ncols()].into_iter().unzip(),
            Features::Columns => (0..inputs.ncols()).map(|column| least_and_range(inputs.column(column))).unzip(),
        };
        Self { offset: Array1::from_vec(offset), factor: Array1::from_vec(range).mapv(reciprocal) }
    }

    /// Returns the scaling to mean 0 and deviation 1 (Efficient BackProp, 4.3): of the columns of a table each by its
    /// own mean and standard deviation, since each has a unit of its own, and of pixels all by the same, since they
    /// share one. A constant column becomes 0.
    pub fn mean_zero(examples: &Examples) -> Self {
        let inputs = &examples.inputs;
        let (offset, deviation) = match examples.features {
            Features::Pixels { .. } => vec![mean_and_deviation(inputs.iter()); inputs.ncols()].into_iter().unzip(),
            Features::Columns => (0..inputs.ncols()).map(|column| mean_and_deviation(inputs.column(column))).unzip(),
        };
        Self { offset: Array1::from_vec(offset), factor: Array1::from_vec(deviation).mapv(reciprocal) }
    }

    /// Scales the `inputs` of one example, of shape (features), and writes them to the first places of `activations`.
    /// Whatever comes after them, a network's bias, stays as it is. Bytes are exact in any precision; other numbers are
    /// scaled in double precision, and rounded to that of the activations at the end.
    pub fn apply<F: Float + From<u8> + 'static>(&self, inputs: Row, activations: ArrayViewMut1<F>)
    where
        f64: AsPrimitive<F>,
    {
        let activations = activations.slice_axis_move(Axis(0), Slice::from(..inputs.len()));
        let Self { offset, factor } = self;
        match inputs {
            Row::Bytes(inputs) => {
                azip!((activation in activations, &input in inputs, offset in offset, factor in factor)
                *activation = (<F as From<u8>>::from(input) - offset.as_()) * factor.as_())
            }
            Row::Reals(inputs) => {
                azip!((activation in activations, &input in inputs, offset in offset, factor in factor)
                *activation = ((input - offset) * factor).as_())
            }
        }
    }

    /// Returns the scaled `inputs` of some examples, of shape (examples, features + 1): with a bias of 1 for each.
    pub fn apply_all<F: Float + From<u8> + 'static>(&self, inputs: &Inputs) -> Array2<F>
    where
        f64: AsPrimitive<F>,
    {
        let mut activations = Array2::ones((inputs.nrows(), inputs.ncols() + 1));
        for (inputs, activations) in inputs.rows().zip(activations.rows_mut()) {
            self.apply(inputs, activations);
        }
        activations
    }
}

/// Returns the least of the `values`, and how far the greatest lies above it.
fn least_and_range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let [least, greatest] = values.fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], x| [a.min(x), b.max(x)]);
    (least, greatest - least)
}

/// Returns the mean of all `values` and their standard deviation.
fn mean_and_deviation(values: impl ExactSizeIterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.len() as f64;
    let (least, range) = least_and_range(values.clone());
    if range == 0.0 {
        return (least, 0.0); // the sum of equal numbers may be rounded, and their mean differ from all of them
    }
    let mean = values.clone().sum::<f64>() / count;
    let variance = values.map(|x| (x - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt())
}

/// Returns 1 / `x`, and 1 for 0, so that nothing is divided by the spread of a constant feature.
fn reciprocal(x: f64) -> f64 {
    if x > 0.0 { 1.0 / x } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use ndarray::array;

    use super::*;

    const PIXELS: Features = Features::Pixels { height: 1, width: 3, max: 16 };

    fn examples(inputs: impl Into<Inputs>, features: Features) -> Examples {
        let inputs = inputs.into();
        let labels = vec![0; inputs.nrows()];
        Examples::new(inputs, labels, 1, features)
    }

    /// Returns the scaled inputs of all examples, without the bias.
    fn scaled(scaling: &Scaling, examples: &Examples) -> Array2<f64> {
        scaling.apply_all(&examples.inputs).slice_axis_move(Axis(1), Slice::from(..-1))
    }

    #[test]
    fn zero_to_one_takes_pixels_by_full_ink() {
        let examples = examples(array![[0_u8, 4, 8], [0, 4, 16]], PIXELS);
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
        let examples = examples(array![[1_u8, 10, 7], [3, 16, 5]], PIXELS);
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
        let pixels = examples(array![[5_u8, 5, 5]], PIXELS);
        assert_eq!(scaled(&Scaling::mean_zero(&pixels), &pixels), Array2::<f64>::zeros((1, 3)));
    }

    #[test]
    fn the_bias_stays_as_it_is() {
        let examples = examples(array![[16_u8, 8, 0]], PIXELS);
        let mut activations = array![9.0, 9.0, 9.0, 1.0];
        Scaling::zero_to_one(&examples).apply(examples.inputs.row(0), activations.view_mut());
        assert_eq!(activations, array![1.0, 0.5, 0.0, 1.0]);
    }

    #[test]
    fn the_greatest_numbers_do_not_overflow() {
        let examples = examples(array![[f64::from(f32::MAX)], [f64::from(f32::MIN)]], Features::Columns);
        assert_eq!(scaled(&Scaling::mean_zero(&examples), &examples), array![[1.0], [-1.0]]);
        assert_eq!(scaled(&Scaling::zero_to_one(&examples), &examples), array![[1.0], [0.0]]);
    }

    #[test]
    fn time_stamps_stay_apart() {
        let stamps = examples(array![[1.75e9], [1.75e9 + 1.0], [1.75e9 + 2.0]], Features::Columns);
        assert_eq!(scaled(&Scaling::zero_to_one(&stamps), &stamps), array![[0.0], [0.5], [1.0]]);
    }

    #[test]
    fn single_precision_is_rounded_once() {
        let scaling = Scaling { offset: array![1.0, 0.1, f64::from(f32::MIN)], factor: array![0.5, 3.0, 1e-38] };
        let inputs = Inputs::from(array![[4.0, 2.0, f64::from(f32::MAX)]]);
        let [single, double] = [scaling.apply_all(&inputs), scaling.apply_all::<f64>(&inputs).mapv(|x| x as f32)];
        assert_eq!(single, double);
        assert_eq!(single, array![[1.5, 5.7, 6.805647, 1.0]]);
    }
}
