//! What of [`Scaling`] only a network in single precision uses.

use ndarray::{ArrayView1, ArrayViewMut1, Axis, Slice, azip};

use crate::Scaling;

impl Scaling {
    /// Do what [`Scaling::apply`] does, for activations in single precision. The arithmetic is still in double precision:
    /// beside the time to fetch an example from memory, it does not count.
    pub fn apply_single(&self, inputs: ArrayView1<f32>, activations: ArrayViewMut1<f32>) {
        let activations = activations.slice_axis_move(Axis(0), Slice::from(..inputs.len()));
        azip!((activation in activations, &input in inputs, &offset in &self.offset, &factor in &self.factor)
            *activation = ((f64::from(input) - offset) * factor) as f32);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn it_is_the_same_but_for_the_precision() {
        let scaling = Scaling { offset: array![1.0, 0.1, f64::from(f32::MIN)], factor: array![0.5, 3.0, 1e-38] };
        let inputs = array![4.0, 2.0, f32::MAX];
        let (mut double, mut single) = (array![9.0, 9.0, 9.0, 1.0], array![9.0, 9.0, 9.0, 1.0]);
        scaling.apply(inputs.view(), &mut double);
        scaling.apply_single(inputs.view(), single.view_mut());
        assert_eq!(single, double.mapv(|activation| activation as f32));
        assert_eq!(single.as_slice(), Some(&[1.5, 5.7, 6.805647, 1.0][..])); // the bias stays as it is
    }
}
