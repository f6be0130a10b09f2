//! What a check finds.

use std::{fmt, path::PathBuf};

/// Something that does not agree with something else.
#[derive(Debug)]
pub struct Finding {
    /// The file, from the folder of the workspace.
    pub path: PathBuf,
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub repair: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, problem, repair } = self;
        write!(f, "{}:{line}: {problem}; {repair}", path.display())
    }
}

/// The first line of `text`, from 1, that has `part` in it; 1 if there is none.
pub fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).map_or(1, |index| index + 1)
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The field that shows it.
    pub field: &'static str,
    /// What is wrong.
    pub problem: String,
    /// Whether the record only is older than the code.
    pub is_stale: bool,
}

impl Fault {
    /// The record is missing or older than the code.
    pub fn stale(field: &'static str, problem: impl ToString) -> Self {
        Self { field, problem: problem.to_string(), is_stale: true }
    }

    /// The record was never right.
    pub fn spoilt(field: &'static str, problem: impl ToString) -> Self {
        Self { field, problem: problem.to_string(), is_stale: false }
    }
}
