use ndarray::{Array2, Axis};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use crate::{Error, Inputs};

/// A training set and a test set of the same kind.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Its name in a report: `digits`, `mnist`, or the name of a file.
    pub name: String,
    /// The names of the classes, by label: `0` to `9` for digits.
    pub classes: Vec<String>,
    /// The examples that a network learns from.
    pub train: Examples,
    /// The examples that a network is judged by, and never learns from.
    pub test: Examples,
}

/// Examples to learn from or to be judged by: the features and the class of each.
#[derive(Clone, Debug)]
pub struct Examples {
    /// The features as they were recorded, of shape (examples, features).
    pub inputs: Inputs,
    /// The class of each example, from 0 to the number of classes less one.
    pub labels: Vec<usize>,
    /// The outputs that a network should have, of shape (examples, classes): 1 for the example's class, 0 for the
    /// others (one-hot).
    pub targets: Array2<f64>,
    /// The meaning of the features.
    pub features: Features,
}

/// The meaning of an example's features.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Features {
    /// The pixels of an image, row by row, from 0 for the background to `max`: all in the same unit.
    Pixels {
        /// Rows of the image.
        height: usize,
        /// Columns of the image.
        width: usize,
        /// The value of a pixel that is fully inked.
        max: u8,
    },
    /// The columns of a table: each has a unit of its own.
    Columns,
}

impl Examples {
    /// Returns examples with `inputs` of shape (examples, features) and a label below `classes` for each.
    ///
    /// # Panics
    ///
    /// If there is not one label for each row of `inputs`, or a label is not below `classes`.
    pub fn new(inputs: impl Into<Inputs>, labels: Vec<usize>, classes: usize, features: Features) -> Self {
        let inputs = inputs.into();
        assert_eq!(inputs.nrows(), labels.len(), "one label for each example");
        let mut targets = Array2::zeros((labels.len(), classes));
        for (mut target, &label) in targets.rows_mut().into_iter().zip(&labels) {
            target[label] = 1.0;
        }
        Self { inputs, labels, targets, features }
    }

    /// The number of examples.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Returns true if there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The number of classes that the labels are from.
    pub fn classes(&self) -> usize {
        self.targets.ncols()
    }

    /// The examples with the given indices, in that order.
    pub fn select(&self, indices: &[usize]) -> Self {
        Self {
            inputs: self.inputs.select(indices),
            labels: indices.iter().map(|&index| self.labels[index]).collect(),
            targets: self.targets.select(Axis(0), indices),
            features: self.features,
        }
    }

    /// Divides the examples by `seed` into a training set and a test set, both in random order. The test set gets
    /// `test_fraction` of each class, rounded so that the fraction holds over all classes too, but never all examples
    /// of a class (stratified).
    ///
    /// ```
    /// use datasets::{Examples, Features};
    /// use ndarray::array;
    ///
    /// let inputs = array![[1.0, 2.0], [1.5, 1.8], [7.0, 9.0], [8.0, 9.5]];
    /// let examples = Examples::new(inputs, vec![0, 0, 1, 1], 2, Features::Columns);
    /// let (train, test) = examples.split(0.5, 1)?;
    /// assert_eq!((train.len(), test.len()), (2, 2));
    /// # Ok::<(), datasets::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `test_fraction` does not lie between 0 and 1, or there are too few examples for a test set.
    pub fn split(&self, test_fraction: f64, seed: u64) -> Result<(Self, Self), Error> {
        check_fraction(test_fraction)?;
        let (examples, classes) = (self.len(), self.classes());
        let (train, test) = split(&self.labels, classes, test_fraction, seed);
        if test.is_empty() {
            return Err(Error::NoTestSet { examples, classes, test_fraction });
        }
        Ok((self.select(&train), self.select(&test)))
    }
}

/// An error if a `test_fraction` does not lie between 0 and 1.
pub(crate) fn check_fraction(test_fraction: f64) -> Result<(), Error> {
    let lies_between = test_fraction > 0.0 && test_fraction < 1.0;
    lies_between.then_some(()).ok_or(Error::TestFraction(test_fraction))
}

/// Deals the examples with these `labels` as [`Examples::split`] does. Returns their indices.
fn split(labels: &[usize], classes: usize, test_fraction: f64, seed: u64) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let mut members = vec![Vec::new(); classes];
    for &example in &order {
        members[labels[example]].push(example);
    }
    let mut is_test = vec![false; labels.len()];
    let mut wanted = 0.0_f64;
    for members in &members {
        let before = wanted.round();
        wanted += test_fraction * members.len() as f64;
        let count = ((wanted.round() - before) as usize).min(members.len().saturating_sub(1));
        for &example in &members[..count] {
            is_test[example] = true;
        }
    }
    let (test, train) = order.into_iter().partition(|&example| is_test[example]);
    (train, test)
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn selects_inputs_labels_and_targets_alike() {
        let examples = Examples::new(array![[1.0], [2.0], [3.0]], vec![0, 2, 1], 3, Features::Columns);
        assert_eq!(examples.targets, array![[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]);
        let selected = examples.select(&[2, 0, 2]);
        assert_eq!(selected.inputs, Inputs::Reals(array![[3.0], [1.0], [3.0]]));
        assert_eq!(selected.labels, [1, 0, 1]);
        assert_eq!(selected.targets, array![[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
        assert_eq!((selected.len(), selected.classes(), selected.is_empty()), (3, 3, false));
    }

    #[test]
    fn without_a_test_set_there_is_no_split() {
        let examples = Examples::new(array![[1.0], [2.0]], vec![0, 0], 2, Features::Columns);
        for (fraction, problem) in [(0.1, "too few"), (0.0, "between 0 and 1"), (1.0, "between 0 and 1")] {
            let error = examples.split(fraction, 1).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
        }
        let (train, test) = examples.split(0.9, 1).unwrap();
        assert_eq!((train.len(), test.len()), (1, 1));
    }

    proptest! {
        #[test]
        fn a_split_takes_the_same_share_of_each_class(
            labels in proptest::collection::vec(0usize..5, 5..200), fraction in 0.01..0.99, seed: u64,
        ) {
            let labels: Vec<usize> = (0..5).chain(labels).collect();
            let (train, test) = split(&labels, 5, fraction, seed);
            let mut all = [&train[..], &test].concat();
            all.sort();
            prop_assert_eq!(all, (0..labels.len()).collect::<Vec<_>>());
            for class in 0..5 {
                let count = |examples: &[usize]| examples.iter().filter(|&&example| labels[example] == class).count();
                prop_assert!(count(&train) > 0);
                let wanted = fraction * (count(&train) + count(&test)) as f64;
                prop_assert!(count(&test) as f64 <= wanted + 1.0);
                prop_assert!(count(&test) as f64 >= wanted - 1.0 || count(&train) == 1);
            }
            prop_assert_eq!(split(&labels, 5, fraction, seed), (train, test));
        }
    }
}
