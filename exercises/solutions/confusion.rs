use ndarray::Array2;

/// Returns how often each answer was given to each class, of shape (classes, classes): true class by answer. `labels`
/// are the true classes, `answers` those of the network, one for each example.
pub fn confusion(labels: &[usize], answers: &[usize], classes: usize) -> Array2<usize> {
    let mut counts = Array2::zeros((classes, classes));
    for (&label, &answer) in labels.iter().zip(answers) {
        counts[(label, answer)] += 1;
    }
    counts
}

/// Returns the fraction of the answers that are right, from 0 to 1. There is at least one answer.
pub fn accuracy(confusion: &Array2<usize>) -> f64 {
    confusion.diag().sum() as f64 / confusion.sum() as f64
}
