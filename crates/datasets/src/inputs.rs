use ndarray::{Array2, ArrayView1, Axis};

/// The features of some examples as they were recorded, of shape (examples, features).
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    /// Whole numbers from 0 to 255, such as the pixels of an image: a byte each.
    Bytes(Array2<u8>),
    /// Any numbers, such as the columns of a table. Double precision keeps a time stamp apart from the next one.
    Reals(Array2<f64>),
}

/// The features of one example, of shape (features).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Row<'a> {
    /// A row of [`Inputs::Bytes`].
    Bytes(ArrayView1<'a, u8>),
    /// A row of [`Inputs::Reals`].
    Reals(ArrayView1<'a, f64>),
}

impl Inputs {
    /// The number of examples and the number of features of each.
    pub fn dim(&self) -> (usize, usize) {
        match self {
            Self::Bytes(inputs) => inputs.dim(),
            Self::Reals(inputs) => inputs.dim(),
        }
    }

    /// The number of examples.
    pub fn nrows(&self) -> usize {
        self.dim().0
    }

    /// The number of features of an example.
    pub fn ncols(&self) -> usize {
        self.dim().1
    }

    /// The features of the example at `index`.
    ///
    /// # Panics
    ///
    /// If there is no such example.
    pub fn row(&self, index: usize) -> Row<'_> {
        match self {
            Self::Bytes(inputs) => Row::Bytes(inputs.row(index)),
            Self::Reals(inputs) => Row::Reals(inputs.row(index)),
        }
    }

    /// The features of each example, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.nrows()).map(|index| self.row(index))
    }

    /// The features in the `column`, example by example.
    ///
    /// # Panics
    ///
    /// If there is no such column, as soon as a feature is taken.
    pub fn column(&self, column: usize) -> impl ExactSizeIterator<Item = f64> + Clone + '_ {
        (0..self.nrows()).map(move |row| self.get(row, column))
    }

    /// The features of all examples, example by example.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = f64> + Clone + '_ {
        let columns = self.ncols().max(1);
        (0..self.nrows() * self.ncols()).map(move |index| self.get(index / columns, index % columns))
    }

    fn get(&self, row: usize, column: usize) -> f64 {
        match self {
            Self::Bytes(inputs) => f64::from(inputs[(row, column)]),
            Self::Reals(inputs) => inputs[(row, column)],
        }
    }

    /// The examples with the given indices, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such example.
    pub fn select(&self, indices: &[usize]) -> Self {
        match self {
            Self::Bytes(inputs) => Self::Bytes(inputs.select(Axis(0), indices)),
            Self::Reals(inputs) => Self::Reals(inputs.select(Axis(0), indices)),
        }
    }

    /// Copies of at most `size` examples each, which together are all of them, in order.
    ///
    /// # Panics
    ///
    /// If `size` is 0.
    pub fn chunks(&self, size: usize) -> impl Iterator<Item = Self> {
        (0..self.nrows()).step_by(size).map(move |start| {
            let end = self.nrows().min(start + size);
            self.select(&Vec::from_iter(start..end))
        })
    }
}

impl Row<'_> {
    /// The number of features.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(features) => features.len(),
            Self::Reals(features) => features.len(),
        }
    }

    /// Returns true if there are no features.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The features in order.
    pub fn iter(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.len()).map(|feature| match self {
            Self::Bytes(features) => f64::from(features[feature]),
            Self::Reals(features) => features[feature],
        })
    }
}

impl From<Array2<u8>> for Inputs {
    fn from(inputs: Array2<u8>) -> Self {
        Self::Bytes(inputs)
    }
}

impl From<Array2<f64>> for Inputs {
    fn from(inputs: Array2<f64>) -> Self {
        Self::Reals(inputs)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn bytes_and_reals_are_used_alike() {
        for inputs in
            [Inputs::from(array![[1_u8, 2], [3, 4], [5, 6]]), array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]].into()]
        {
            assert_eq!((inputs.dim(), inputs.nrows(), inputs.ncols()), ((3, 2), 3, 2));
            let rows = |inputs: &Inputs| Vec::from_iter(inputs.rows().map(|row| Vec::from_iter(row.iter())));
            assert_eq!(rows(&inputs), [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
            assert_eq!(rows(&inputs.select(&[2, 0])), [[5.0, 6.0], [1.0, 2.0]]);
            assert_eq!(Vec::from_iter(inputs.chunks(2)), [inputs.select(&[0, 1]), inputs.select(&[2])]);
            assert_eq!((inputs.row(1).len(), inputs.row(1).is_empty()), (2, false));
        }
    }
}
