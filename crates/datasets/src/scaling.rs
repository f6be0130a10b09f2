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

    /// Bring the inputs to mean 0 and deviation 1 (Efficient BackProp, 4.3). Each feature loses its own mean. The
    /// columns of a table are divided each by its own standard deviation. Pixels have one unit, so they are divided by
    /// one deviation: a pixel that is hardly ever inked stays weak, rather than shout the one time that it is.
    /// A constant feature becomes 0.
    pub fn mean_zero(examples: &Examples) -> Self {
        let inputs = &examples.inputs;
        let count = inputs.nrows() as f64;
        let mean = inputs.map_axis(Axis(0), |column| column.iter().map(|&x| f64::from(x)).sum::<f64>() / count);
        let mut variance = Array1::<f64>::zeros(inputs.ncols());
        for example in inputs.rows() {
            for ((sum, &x), mean) in variance.iter_mut().zip(example).zip(&mean) {
                *sum += (f64::from(x) - mean).powi(2) / count;
            }
        }
        if let Features::Pixels { .. } = examples.features {
            let shared = variance.mean().unwrap_or(0.0);
            variance.fill(shared);
        }
        Self { offset: mean, factor: variance.mapv(|variance| reciprocal(variance.sqrt())) }
    }

    /// Scale the `inputs` of one example, of shape (features), and write them to the first places of `activations`.
    /// What comes after them, a network's bias, stays as it is.
    pub fn apply(&self, inputs: ArrayView1<f32>, activations: &mut Array1<f64>) {
        let activations = activations.slice_axis_mut(Axis(0), Slice::from(..inputs.len()));
        azip!((activation in activations, &input in inputs, &offset in &self.offset, &factor in &self.factor)
            *activation = (f64::from(input) - offset) * factor);
    }
}

/// 1 / `x`, and 1 for 0, so that nothing is divided by the spread of a constant feature.
fn reciprocal(x: f64) -> f64 {
    if x > 0.0 { 1.0 / x } else { 1.0 }
}
