//! Exercises that check themselves: the messages of their tests, and the list that `cargo run -p exercises` shows.
//!
//! Each exercise is a file in `tests`: a function to write or to mend, and its tests. It is a test target of its own,
//! so that a mistake that keeps one from compiling leaves the others alone. Its solution is in `solutions`, a package
//! in which the same tests are run on it, and its hints are in `hints.md`.

pub mod course;
mod expect;
pub mod hints;
pub mod runner;

pub use expect::{Expect, Quantity, expect};

/// The beginning of the message of every exercise that nobody has worked on.
pub const NOT_YET: &str = "Not solved yet, and meant to fail until it is.";

/// Stands where the reader's code is to be. It takes the arguments of the function, so that none of them is unused.
///
/// # Panics
///
/// Always, with a message that begins with [`NOT_YET`].
#[track_caller]
pub fn not_yet<T>(_arguments: T) -> ! {
    panic!("{NOT_YET}\nWrite your own code in place of `not_yet(...)`.")
}
