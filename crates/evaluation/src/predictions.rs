use ndarray::ArrayView2;

/// Returns the predicted class of each row of `outputs`, of shape (examples, classes): the one with the
/// largest activation, the first of them on a tie. NaN never wins: a row that holds only NaN gives class 0.
pub fn predictions(outputs: ArrayView2<f64>) -> Vec<usize> {
    outputs
        .rows()
        .into_iter()
        .map(|row| {
            let (mut prediction, mut largest) = (0, f64::NEG_INFINITY);
            for (class, &output) in row.indexed_iter() {
                if output > largest {
                    (prediction, largest) = (class, output);
                }
            }
            prediction
        })
        .collect()
}

/// Returns the fraction of `predictions` that are right, from 0 to 1; 0 if there are none.
///
/// # Panics
///
/// If there is not one prediction for each label.
pub fn accuracy(predictions: &[usize], labels: &[usize]) -> f64 {
    assert_eq!(predictions.len(), labels.len(), "one prediction for each label");
    let right = predictions.iter().zip(labels).filter(|(prediction, label)| prediction == label).count();
    right as f64 / labels.len().max(1) as f64
}

/// Returns up to `n` examples that a network got wrong most confidently, the worst first: where the largest of its
/// `outputs`, of shape (examples, classes), is largest and is not the label's. On a tie the earlier example is first.
///
/// # Panics
///
/// If there is not one row of `outputs` for each label.
pub fn worst_mistakes(outputs: ArrayView2<f64>, labels: &[usize], n: usize) -> Vec<usize> {
    assert_eq!(outputs.nrows(), labels.len(), "one row of outputs for each label");
    let mut mistakes: Vec<(usize, f64)> = predictions(outputs)
        .into_iter()
        .enumerate()
        .filter(|&(example, prediction)| prediction != labels[example])
        // A NaN is no confidence: `max` gives the other number.
        .map(|(example, prediction)| (example, outputs[(example, prediction)].max(f64::NEG_INFINITY)))
        .collect();
    mistakes.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    mistakes.into_iter().take(n).map(|(example, _)| example).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    const NAN: f64 = f64::NAN;

    #[test]
    fn the_largest_output_answers() {
        let outputs = array![[0.1, 0.7, 0.2], [0.9, 0.05, 0.05], [-3.0, -2.0, -1.0]];
        assert_eq!(predictions(outputs.view()), [1, 0, 2]);
    }

    #[test]
    fn the_first_answers_on_a_tie() {
        assert_eq!(predictions(array![[0.2, 0.4, 0.4], [0.0, 0.0, 0.0]].view()), [1, 0]);
    }

    #[test]
    fn nan_never_answers_where_a_number_can() {
        let outputs = array![[NAN, 0.1, 0.2], [0.3, NAN, 0.2], [NAN, NAN, NAN], [NAN, f64::INFINITY, 0.0]];
        assert_eq!(predictions(outputs.view()), [2, 0, 0, 1]);
    }

    #[test]
    fn no_examples_have_no_answers() {
        assert_eq!(predictions(Array2::zeros((0, 3)).view()), []);
        assert_eq!(accuracy(&[], &[]), 0.0);
    }

    #[test]
    fn accuracy_is_the_fraction_that_is_right() {
        assert_eq!(accuracy(&[0, 1, 2, 2], &[0, 1, 1, 2]), 0.75);
    }

    #[test]
    fn the_worst_mistake_is_the_most_confident() {
        let outputs = array![[0.6, 0.4], [0.9, 0.1], [0.2, 0.8], [0.1, 0.9], [NAN, NAN], [0.9, 0.1]];
        let labels = [1, 1, 1, 0, 1, 1];
        assert_eq!(worst_mistakes(outputs.view(), &labels, 9), [1, 3, 5, 0, 4], "the third is right, NaN is last");
        assert_eq!(worst_mistakes(outputs.view(), &labels, 2), [1, 3]);
    }
}
