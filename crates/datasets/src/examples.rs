use ndarray::{Array2, Axis};

use crate::Inputs;

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
}

#[cfg(test)]
mod tests {
    use ndarray::array;

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
}
