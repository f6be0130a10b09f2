//! The meanings of 97 %
//!
//! Count the answers to each class: rows are the true classes, columns the answers. The accuracy can be read from that
//! matrix, and so can other numbers that look like it. The 97 % that the tutorial reports is one of the others.

use exercises::not_yet;
use ndarray::Array2;

/// Returns how often each answer was given to each class, of shape (classes, classes): true class by answer. `labels`
/// are the true classes, `answers` those of the network, one for each example.
pub fn confusion(labels: &[usize], answers: &[usize], classes: usize) -> Array2<usize> {
    not_yet((labels, answers, classes))
}

/// Returns the fraction of the answers that are right, from 0 to 1. There is at least one answer.
pub fn accuracy(confusion: &Array2<usize>) -> f64 {
    not_yet(confusion)
}

#[cfg(test)]
mod tests {
    use evaluation::Confusion;
    use exercises::expect;
    use ndarray::array;

    use super::*;

    #[test]
    fn rows_are_true_and_columns_answered() {
        let counts = confusion(&[0, 0, 1, 2, 2, 2], &[0, 1, 1, 0, 0, 2], 3);
        expect("the confusion of the labels 0 0 1 2 2 2 with the answers 0 1 1 0 0 2", counts)
            .mistake(
                array![[1, 0, 2], [1, 1, 0], [0, 0, 1]],
                "It is transposed: a row for each true class, a column for each answer.",
            )
            .mistake(
                array![[1, 1, 0], [0, 1, 0], [1, 0, 1]],
                "A pair that comes again is not counted: add 1 each time.",
            )
            .mistake(
                array![[1, 0, 0], [0, 1, 0], [0, 0, 1]],
                "Only the right answers are counted: the mistakes are the interesting part.",
            )
            .to_be(array![[1, 1, 0], [0, 1, 0], [2, 0, 1]]);
    }

    #[test]
    fn classes_without_examples_have_a_row_too() {
        expect("the confusion of the labels 0 1 with the answers 0 0, of 3 classes", confusion(&[0, 1], &[0, 0], 3))
            .to_be(array![[1, 0, 0], [1, 0, 0], [0, 0, 0]]);
    }

    #[test]
    fn accuracy_counts_every_answer_alike() {
        // Ten examples, seven right. By class: recalls 5/8 and 1, precisions 1 and 2/5.
        let counts = array![[5, 3], [0, 2]];
        expect("the accuracy of [[5, 3], [0, 2]]", accuracy(&counts))
            .mistake(0.0, "A division of whole numbers: convert to f64 first.")
            .mistake(7.0, "This is the number of right answers: divide it by the number of all.")
            .mistake(0.3, "This is the fraction that is wrong.")
            .mistake(
                (5.0 / 8.0 + 1.0) / 2.0,
                "This is the mean of the recalls: small classes count as much as large ones.",
            )
            .mistake((1.0 + 2.0 / 5.0) / 2.0, "This is the mean of the precisions.")
            .mistake(0.8 + 0.2 * 0.4, "This is the weighted precision, which the tutorial reports as its 97 %.")
            .to_be(Confusion { counts: counts.clone() }.accuracy());
    }
}
