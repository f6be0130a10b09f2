//! What a classifier is, and how good it is.
//!
//! Each step of the series is a [`Classifier`]. Its outputs become [`answers`], the answers are counted in a
//! [`Confusion`] matrix, and the matrix is summed up in a [`Report`]. [`folds`] divides examples for cross-validation.

mod all_gather;
mod answers;
mod classifier;
mod confusion;
mod folds;
mod hyperparameters;
mod normal;
mod report;

pub use all_gather::AllGather;
pub use answers::{accuracy, answers, worst_mistakes};
pub use classifier::{Classifier, Observer, Weights};
pub use confusion::Confusion;
pub use folds::{Fold, folds, mean_and_deviation};
#[doc(hidden)]
pub use hyperparameters::Field;
pub use hyperparameters::{InvalidValue, Knob, Knobs, Value};
pub use normal::standard_normal;
pub use report::{ClassReport, Report};

/// A division into folds that cannot be made.
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
}
