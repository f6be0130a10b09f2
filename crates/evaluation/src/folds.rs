use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use crate::Error;

/// One way to divide examples for cross-validation: which to learn from, and which to be judged by. The indices of each
/// part are in ascending order, so that the examples keep theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    /// The examples to learn from.
    pub train: Vec<usize>,
    /// The examples to be judged by.
    pub validation: Vec<usize>,
}

/// Divide the examples with these `labels` into `k` folds at random by `seed`. Each example is in the validation part
/// of exactly one fold. The validation parts differ by at most one in size, and by at most one in the number of
/// examples that they have of any class (stratified). With labels that are all the same, the folds are plain ones.
///
/// # Errors
///
/// If `k` is less than 2, or there are fewer than `k` examples.
pub fn folds(labels: &[usize], k: usize, seed: u64) -> Result<Vec<Fold>, Error> {
    if k < 2 {
        return Err(Error::TooFewFolds(k));
    }
    if k > labels.len() {
        return Err(Error::TooManyFolds { folds: k, examples: labels.len() });
    }
    // Dealt to the folds in turn, as cards are, class after class: no fold is ever more than one card ahead, of all
    // cards or of a class.
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    order.sort_by_key(|&example| labels[example]);
    let mut fold_of = vec![0; labels.len()];
    for (turn, &example) in order.iter().enumerate() {
        fold_of[example] = turn % k;
    }
    let fold = |fold| {
        let (validation, train) = (0..labels.len()).partition(|&example| fold_of[example] == fold);
        Fold { train, validation }
    };
    Ok((0..k).map(fold).collect())
}

/// The mean of `values` and their sample standard deviation (dividing by n - 1). The deviation of one value is NaN,
/// because one value says nothing of how far the next may lie from it; so are both results for no values.
pub fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    // 0 / 0 for one value, 0 / -1 for none.
    let deviation = if values.is_empty() { f64::NAN } else { (squares / (n - 1.0)).sqrt() };
    (mean, deviation)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The difference between the largest and the least of `counts`.
    fn spread(counts: impl Iterator<Item = usize> + Clone) -> usize {
        counts.clone().max().unwrap() - counts.min().unwrap()
    }

    proptest! {
        #[test]
        fn every_example_validates_once_and_folds_are_alike(
            (labels, k) in prop::collection::vec(0..7_usize, 2..150).prop_flat_map(|labels| {
                let examples = labels.len();
                (Just(labels), 2..=examples)
            }),
            seed: u64,
        ) {
            let folds = folds(&labels, k, seed).unwrap();
            prop_assert_eq!(folds.len(), k);

            let mut validated: Vec<usize> = folds.iter().flat_map(|fold| fold.validation.clone()).collect();
            validated.sort();
            prop_assert!(validated.into_iter().eq(0..labels.len()), "each example exactly once");
            for fold in &folds {
                let train: Vec<usize> = (0..labels.len()).filter(|i| !fold.validation.contains(i)).collect();
                prop_assert_eq!(&fold.train, &train, "the rest, in order");
                prop_assert!(fold.validation.is_sorted());
            }

            prop_assert!(spread(folds.iter().map(|fold| fold.validation.len())) <= 1, "sizes");
            for class in 0..7 {
                let of_class = |fold: &Fold| fold.validation.iter().filter(|&&i| labels[i] == class).count();
                prop_assert!(spread(folds.iter().map(of_class)) <= 1, "class {}", class);
            }
        }

        #[test]
        fn deviation_does_not_depend_on_the_mean(values in prop::collection::vec(-1.0..1.0_f64, 2..20), shift in -9.0..9.0_f64) {
            let shifted: Vec<f64> = values.iter().map(|value| value + shift).collect();
            let ((mean, deviation), (shifted_mean, same)) = (mean_and_deviation(&values), mean_and_deviation(&shifted));
            prop_assert!((shifted_mean - mean - shift).abs() < 1e-12);
            prop_assert!((deviation - same).abs() < 1e-12);
        }
    }

    #[test]
    fn the_seed_decides() {
        let labels: Vec<usize> = (0..60).map(|i| i % 3).collect();
        assert_eq!(folds(&labels, 5, 1), folds(&labels, 5, 1));
        assert_ne!(folds(&labels, 5, 1), folds(&labels, 5, 2));
    }

    #[test]
    fn a_number_of_folds_that_cannot_be_is_an_error() {
        assert_eq!(folds(&[0, 1, 0], 0, 1), Err(Error::TooFewFolds(0)));
        assert_eq!(folds(&[0, 1, 0], 1, 1), Err(Error::TooFewFolds(1)));
        assert_eq!(folds(&[0, 1, 0], 4, 1), Err(Error::TooManyFolds { folds: 4, examples: 3 }));
        assert!(folds(&[0, 1, 0], 3, 1).is_ok());
    }

    #[test]
    fn mean_and_deviation_of_known_values() {
        assert_eq!(mean_and_deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]), (5.0, (32.0_f64 / 7.0).sqrt()));
        let (mean, deviation) = mean_and_deviation(&[0.97]);
        assert!(mean == 0.97 && deviation.is_nan());
        let (mean, deviation) = mean_and_deviation(&[]);
        assert!(mean.is_nan() && deviation.is_nan());
    }
}
