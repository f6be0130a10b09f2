//! Exercises that check themselves: what their tests say, and the list that `cargo run -p exercises` shows.
//!
//! Each exercise is a file in `src`: a function to write or to mend, and its tests. It is a test target of its own, so
//! that a mistake that keeps one from compiling leaves the others alone. Its solution is in `solutions`, where the same
//! tests are put to it (see `build.rs`), and its hints are in `hints.md`. What must hold between these files is tested
//! in `course/untouched.rs`.

pub mod course;
mod expect;
pub mod hints;
pub mod runner;

pub use expect::{Expect, Quantity, expect};

/// How the message of every exercise begins that nobody has worked on.
pub const NOT_YET: &str = "Not solved yet, and meant to fail until it is.";

/// Stands where the reader's code is to be. It takes what there is to work with, so that nothing is unused before that.
///
/// # Panics
///
/// Always, with a message that begins with [`NOT_YET`].
#[track_caller]
pub fn not_yet<T>(_given: T) -> ! {
    panic!("{NOT_YET}\nWrite your own code in place of `not_yet(...)`.")
}
