//! The list of exercises.

use std::path::{Path, PathBuf};

/// The names of all exercises, in the order of the book.
pub const NAMES: [&str; 22] = [
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
    "mean_gradient",
    "warm_up",
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

/// All exercises, in order.
pub fn exercises() -> impl ExactSizeIterator<Item = Exercise> {
    NAMES.iter().enumerate().map(|(index, name)| Exercise { number: index + 1, name })
}

/// The exercise called `name`.
pub fn find(name: &str) -> Option<Exercise> {
    exercises().find(|exercise| exercise.name == name)
}

impl Exercise {
    /// The file that the reader edits, from the folder of the workspace.
    pub fn path(&self) -> PathBuf {
        format!("crates/exercises/src/{:02}_{}.rs", self.number, self.name).into()
    }

    /// The file with the solution, from the folder of the workspace.
    pub fn solution(&self) -> PathBuf {
        format!("crates/exercises/solutions/{}.rs", self.name).into()
    }
}

/// The folder of the workspace.
pub fn root() -> &'static Path {
    // Two levels above this crate's.
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."))
}
