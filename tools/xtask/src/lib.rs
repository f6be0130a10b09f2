//! The chores of the project that need no network, and what those that train one share with them.
//!
//! `table` writes what the records of the steps say into the README. `check` finds what does not agree: each `record`
//! of the steps' `tasks`, of the `experiments` and of the `bench`, and the code that it describes (`fingerprint`, of
//! the tokens of each `source`, followed as `code` from package to package of the `workspace`), unless it is `pending`;
//! numbers in texts and the records (`table`, `quotes`); runs on the terminal and the records (`runs`); the steps and
//! the rules of the series (`rules`). What programs would say is read from what they have `declared`. `new_step` makes
//! a step. The package `recorder` makes the records.

pub mod bench;
pub mod check;
mod code;
pub mod declared;
mod error;
pub mod experiments;
pub mod finding;
pub mod fingerprint;
pub mod layout;
pub mod new_step;
pub mod pending;
mod quotes;
pub mod record;
mod rules;
pub mod runs;
mod source;
pub mod table;
pub mod tasks;
pub mod workspace;

use std::path::{Path, PathBuf};

pub use error::{Error, read};

/// The folder of the workspace, two levels above this crate's.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}
