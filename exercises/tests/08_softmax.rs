//! Probabilities that do not overflow
//!
//! Softmax turns total inputs into probabilities: raise e to the power of each, and divide by the sum. But e to the
//! power of 1000 is more than a floating-point number holds, and infinity divided by infinity is NaN.
//!
//! The steps raise e by `libm::exp(z)`, which gives the same bits on every system. The tests accept `z.exp()`, that of
//! the system, too: its last bit may differ.

use exercises::not_yet;
use ndarray::Array1;

/// Turns the total inputs `z` of a layer, of shape (outputs), into probabilities of sum 1, however large or small `z`
/// is.
pub fn softmax(z: &Array1<f64>) -> Array1<f64> {
    not_yet(z)
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::{Array1, array};

    use super::*;

    #[test]
    fn they_share_one_certainty() {
        let z = array![0.0, 3.0_f64.ln(), 0.0];
        expect("softmax([0, ln 3, 0])", softmax(&z))
            .mistake(array![1.0, 3.0, 1.0], "Divide by their sum.")
            .mistake(array![0.5, 0.75, 0.5], "This is the sigmoid of each: they should have the sum 1.")
            .mistake(array![0.0, 1.0, 0.0], "This divides z by its sum: e^z is missing.")
            .mistake(array![1.0 / 3.0, 1.0, 1.0 / 3.0], "Divided by the largest: divide by the sum.")
            .mistake(
                array![3.0 / 7.0, 1.0 / 7.0, 3.0 / 7.0],
                "The larger z, the smaller yours: the sign of the exponent.",
            )
            .to_be(array![0.2, 0.6, 0.2]);
    }

    #[test]
    fn it_equals_the_step() {
        let z = array![0.3, -2.0, 1.7, 0.0];
        let mut right = z.clone();
        tanh_softmax::softmax(right.view_mut());
        let powers_of_two: Array1<f64> = z.mapv(f64::exp2);
        expect(format!("softmax({z})"), softmax(&z))
            .mistake(&powers_of_two / powers_of_two.sum(), "The base is 2 here: it should be e.")
            .to_be(right);
    }

    #[test]
    fn large_inputs_do_not_overflow() {
        expect("softmax([1000, 1000 + ln 3])", softmax(&array![1000.0, 1000.0 + 3.0_f64.ln()]))
            .mistake(
                array![f64::NAN, f64::NAN],
                "e^1000 is infinite, and infinity divided by infinity is NaN. Subtracting the same number from all of \
                 z changes nothing in the result.",
            )
            .to_be(array![0.25, 0.75]);
    }

    #[test]
    fn small_inputs_do_not_vanish() {
        expect("softmax([−1000, −1000])", softmax(&array![-1000.0, -1000.0])).to_be(array![0.5, 0.5]);
        expect("softmax([−1000, −2000, −1000])", softmax(&array![-1000.0, -2000.0, -1000.0]))
            .to_be(array![0.5, 0.0, 0.5]);
    }

    #[test]
    fn a_wide_range_neither_overflows_nor_vanishes() {
        expect(
            "softmax([800, 0, −800]): subtract the largest, not the mean or the least",
            softmax(&array![800.0, 0.0, -800.0]),
        )
        .to_be(array![1.0, 0.0, 0.0]);
    }
}
