//! The interface of a classifier, and measures of its quality.
//!
//! Each step of the series is a [`Classifier`]. Its outputs become [`predictions`], the predictions are counted in a
//! [`Confusion`] matrix, and the matrix is summed up in a [`Report`]; a [`Curve`] notes how a training goes. [`folds`]
//! divides examples for cross-validation, [`in_parallel`] trains networks side by side.

mod all_gather;
mod classifier;
mod confusion;
mod curve;
mod error;
mod folds;
mod hyperparameters;
mod jobs;
mod normal;
mod predictions;
mod report;
mod stats;
mod training;

pub use all_gather::AllGather;
pub use classifier::{Classifier, Observer, Weights};
pub use confusion::Confusion;
pub use curve::{Curve, evaluate};
pub use error::Error;
pub use folds::{Fold, folds, hold_back};
#[doc(hidden)]
pub use hyperparameters::Field;
pub use hyperparameters::{Hyperparameter, InvalidValue, Tunable, Value};
pub use jobs::in_parallel;
pub use normal::standard_normal;
pub use predictions::{accuracy, predictions, worst_mistakes};
pub use report::{ClassReport, Report};
pub use stats::{mean_and_deviation, median};
pub use training::train;
