use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use crate::Error;

/// A division of examples into those to learn from and those to be judged by. The indices of each part are in ascending
/// order, so that the examples keep theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    /// The examples to learn from.
    pub train: Vec<usize>,
    /// The examples to be judged by.
    pub validation: Vec<usize>,
}

/// Divides the examples with these `labels` into `k` folds for cross-validation, at random by `seed`. Each example is
/// in the validation part of exactly one fold. The validation parts differ by at most one in size, and by at most one
/// in the number of examples that they have of any class (stratified). With labels that are all the same, the folds are
/// plain.
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

/// Holds back the last `fraction` of so many `examples` for validation, rounded to whole ones. The others are learned
/// from.
///
/// # Errors
///
/// If that leaves nothing to learn from, or nothing to be judged by.
pub fn hold_back(examples: usize, fraction: f64) -> Result<Fold, Error> {
    let held_back = (examples as f64 * fraction).round() as usize;
    if held_back == 0 || held_back >= examples {
        return Err(Error::EmptyPart { fraction, examples, held_back });
    }
    let learned = examples - held_back;
    Ok(Fold { train: (0..learned).collect(), validation: (learned..examples).collect() })
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
    fn the_last_examples_are_held_back() {
        let fold = hold_back(60_000, 0.16667).unwrap();
        assert_eq!((fold.train.len(), fold.validation.len()), (50_000, 10_000));
        assert_eq!((fold.train[0], fold.validation[9_999]), (0, 59_999));
        for (examples, fraction, held_back) in [(10, 0.01, 0), (10, 0.99, 10), (1, 0.5, 1)] {
            let empty = Error::EmptyPart { fraction, examples, held_back };
            assert_eq!(hold_back(examples, fraction), Err(empty));
        }
    }
}
