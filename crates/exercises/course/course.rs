//! The list of exercises.

use std::path::{Path, PathBuf};

/// The names of all exercises, in the order of the book.
pub const NAMES: [&str; 24] = [
    // naive-loops
    "dsigmoid",
    "feed_forward",
    "output_deltas",
    "hidden_deltas",
    "mean_error",
    // vectorized
    "changes",
    "gradient_check",
    // tanh-softmax
    "softmax",
    "cross_entropy",
    "softmax_deltas",
    // init-shuffle
    "deviation",
    "random_weights",
    "standardise",
    "orders",
    // regularized
    "weight_decay",
    "folds",
    // momentum
    "velocity",
    "falling_rate",
    // minibatch
    "feed_batch",
    "mean_gradient",
    // parallel
    "shares",
    "output_layer",
    // distortions
    "between_pixels",
    // looking closer
    "confusion",
];

/// An exercise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exercise {
    /// Its number, from 1.
    pub number: usize,
    /// Its name.
    pub name: &'static str,
}

/// Returns all exercises, in order.
pub fn exercises() -> impl ExactSizeIterator<Item = Exercise> {
    NAMES.iter().enumerate().map(|(index, name)| Exercise { number: index + 1, name })
}

/// Returns the exercise with this name or this number.
pub fn find(name_or_number: &str) -> Option<Exercise> {
    let number = name_or_number.parse().ok();
    exercises().find(|exercise| exercise.name == name_or_number || Some(exercise.number) == number)
}

impl Exercise {
    /// Returns the file that the reader edits, from the folder of the workspace.
    pub fn path(&self) -> PathBuf {
        format!("crates/exercises/src/{:02}_{}.rs", self.number, self.name).into()
    }

    /// Returns the file with the solution, from the folder of the workspace.
    pub fn solution(&self) -> PathBuf {
        format!("crates/exercises/solutions/{}.rs", self.name).into()
    }
}

/// Returns the folder of the workspace.
pub fn root() -> &'static Path {
    // Two levels above this crate's.
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exercise_is_found_by_its_name_and_by_its_number() {
        let softmax = Exercise { number: 8, name: "softmax" };
        assert_eq!(["softmax", "8", "0", "25", "nothing"].map(find), [Some(softmax), Some(softmax), None, None, None]);
    }
}
