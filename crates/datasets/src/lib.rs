//! Where the examples come from: the digits that come with the program, MNIST, any table of numbers.
//!
//! A [`Dataset`] is a training set and a test set of [`Examples`], with the [`Inputs`] as they were recorded: pixels
//! from 0 to 16 or 255, or the columns of a table. A network brings them to a scale of its own with a [`Scaling`].

mod digits;
mod drawing;
mod error;
mod examples;
#[cfg(feature = "fetch")]
pub mod fetch;
mod idx;
pub mod image;
mod inputs;
mod kaggle;
mod mnist;
mod scaling;
mod sheet;
mod table;

pub use digits::digits;
pub use error::Error;
pub use examples::{Dataset, Examples, Features};
pub use image::read_digits;
pub use inputs::{Inputs, Row};
pub use kaggle::kaggle;
pub use mnist::mnist;
pub use scaling::Scaling;
pub use sheet::Separator;
pub use table::{Label, Table, TableOptions, Test, column_names, table, table_rows};
