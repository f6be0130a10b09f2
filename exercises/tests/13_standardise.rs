//! Inputs of mean zero
//!
//! Subtract from every column of a table its mean and divide by its standard deviation, so that all features count
//! alike, whatever their units. (Pixels share a unit, and the steps scale them all by the same two numbers.) There are
//! two traps. A column may be constant: its deviation is 0. And the network may learn nothing from the test set, not
//! even its mean: it is scaled by the numbers of the training set.

use exercises::not_yet;
use ndarray::Array2;

/// Brings each feature, a column of `train`, to mean 0 and deviation 1 (the root of the mean square, dividing by n),
/// and does the same to `test`, by the numbers of `train`. Both are of shape (examples, features). A feature that is
/// constant in `train` is only shifted.
pub fn standardise(train: &Array2<f64>, test: &Array2<f64>) -> (Array2<f64>, Array2<f64>) {
    not_yet((train, test))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::{Array2, array};

    use super::*;

    /// Means 4 and 100, deviations 2 and 30.
    fn train() -> Array2<f64> {
        array![[2.0, 70.0], [6.0, 130.0], [2.0, 130.0], [6.0, 70.0]]
    }

    #[test]
    fn each_feature_has_mean_zero_and_deviation_one() {
        let right = array![[-1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]];
        let all = train();
        let (train, _) = standardise(&all, &array![[0.0, 0.0]]);
        expect("the training set [[2, 70], [6, 130], [2, 130], [6, 70]]", train)
            .mistake(&right * 0.75_f64.sqrt(), "The deviation divides by n − 1 here: it should be n.")
            .mistake(&all / &array![2.0, 30.0], "The mean is not subtracted.")
            .mistake(&right * &array![2.0, 30.0], "The deviation is missing.")
            .mistake(&right / &array![2.0, 30.0], "This divides by the variance: the deviation is its root.")
            .mistake((&all - 52.0) / all.std(0.0), "All features share one mean here: each column should have its own.")
            .to_be(right);
    }

    #[test]
    fn the_test_set_is_scaled_as_the_training_set() {
        let (_, test) = standardise(&train(), &array![[4.0, 130.0], [8.0, 160.0]]);
        expect(
            "the test set [[4, 130], [8, 160]], where the training set has means [4, 100] and deviations [2, 30]",
            test,
        )
        .mistake(
            array![[-1.0, -1.0], [1.0, 1.0]],
            "The test set is scaled by its own mean and deviation: use those of the training set.",
        )
        .mistake(
            array![[4.0, 130.0], [8.0, 160.0]],
            "The test set is left as it was: the network would not recognise it.",
        )
        .to_be(array![[0.0, 1.0], [2.0, 2.0]]);
    }

    #[test]
    fn a_constant_feature_is_not_divided_by_zero() {
        let (train, test) = standardise(&array![[7.0, 1.0], [7.0, 3.0]], &array![[7.0, 2.0], [9.0, 2.0]]);
        expect("the training set [[7, 1], [7, 3]], where the first feature is constant", train)
            .mistake(array![[f64::NAN, -1.0], [f64::NAN, 1.0]], "0/0 is NaN.")
            .mistake(array![[7.0, -1.0], [7.0, 1.0]], "A constant feature is still to be shifted to mean 0.")
            .to_be(array![[0.0, -1.0], [0.0, 1.0]]);
        expect(
            "the test set [[7, 2], [9, 2]]: the feature that was constant in the training set is shifted by 7",
            test,
        )
        .mistake(array![[0.0, 0.0], [f64::INFINITY, 0.0]], "This divides by a deviation of 0: put 1 in its place.")
        .mistake(
            array![[0.0, 0.0], [0.0, 0.0]],
            "Only shift the feature: a value that differs from the constant should still differ.",
        )
        .to_be(array![[0.0, 0.0], [2.0, 0.0]]);
    }
}
