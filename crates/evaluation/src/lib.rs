//! What a classifier is, and how good it is.

mod classifier;
mod hyperparameters;

pub use classifier::{Classifier, Observer, Weights};
#[doc(hidden)]
pub use hyperparameters::Field;
pub use hyperparameters::{InvalidValue, Knob, Knobs, Value};
