/// A division of examples that cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// One fold would leave nothing to learn from.
    #[error("{0} folds are too few for cross-validation: it takes 2 or more")]
    TooFewFolds(usize),
    /// Some folds would have nothing to be judged by.
    #[error("{folds} folds are too many for {examples} examples: each fold needs one of its own")]
    TooManyFolds {
        /// The number of folds that was asked for.
        folds: usize,
        /// The number of examples that there are.
        examples: usize,
    },
    /// There would be nothing to learn from, or nothing to be judged by.
    #[error("{fraction} of {examples} examples are {held_back}; both parts need one or more")]
    EmptyPart {
        /// The part of the examples that was to be held back.
        fraction: f64,
        /// The number of examples that there are.
        examples: usize,
        /// The number of examples that this fraction is.
        held_back: usize,
    },
}
