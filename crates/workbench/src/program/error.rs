//! How a command ends, and why it could not be carried out.

use std::{
    fmt::Display,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use console::style;

use crate::{model::ModelError, plot::PlotError};

/// How a command ended that did what it could.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// It is done.
    Complete,
    /// Some of it could not be done, as has been said on standard error.
    Partial,
    /// Ctrl-C ended it early.
    Interrupted,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Complete => ExitCode::SUCCESS,
            Outcome::Partial => ExitCode::FAILURE,
            Outcome::Interrupted => ExitCode::from(INTERRUPTED),
        }
    }
}

/// The exit code after Ctrl-C, as shells have it: 128 + SIGINT. A script must not take a network that was trained in
/// part for one that was trained to the end.
pub const INTERRUPTED: u8 = 130;

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line asks for help or the version, which this holds.
    #[error(transparent)]
    Help(clap::Error),
    /// The command line is not understood.
    #[error("{0}; see --help")]
    Usage(String),
    /// A flag cannot have the value that it was given, or not together with the others.
    #[error("{flag}: {problem}")]
    Flag {
        /// The flag, dashes included.
        flag: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// No examples to work on.
    #[error(transparent)]
    Data(#[from] datasets::Error),
    /// A model file cannot be written or used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A model could not be written where it should be, but elsewhere.
    #[error("{error}; the network is in {}", refuge.display())]
    Rescued {
        /// What went wrong.
        error: ModelError,
        /// Where the network is.
        refuge: PathBuf,
    },
    /// A model is none that can be used for this.
    #[error("{}: {problem}", path.display())]
    Unusable {
        /// The model file.
        path: PathBuf,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// The error, or a weight, has become infinite or is no number any more.
    #[error("the training diverged: the error or a weight is no longer finite in iteration {iteration}; {advice}")]
    Diverged {
        /// The iteration, from 1.
        iteration: usize,
        /// Which hyperparameter to change.
        advice: String,
    },
    /// All trainings diverged.
    #[error("every training diverged: no error stayed finite; try smaller values for --learning-rate")]
    AllDiverged,
    /// A file cannot be written.
    #[error("{flag}: cannot write {}: {source}", path.display())]
    Unwritable {
        /// The flag that names the file, dashes included.
        flag: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The history of a training cannot be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// Standard output takes no more.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
}

impl Error {
    /// A complaint about the value of a flag.
    pub fn flag(flag: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Flag { flag: flag.into(), problem: problem.into() }
    }

    /// A complaint about the model in the file at `path`.
    pub fn unusable(path: &Path, problem: impl Into<String>) -> Self {
        Self::Unusable { path: path.to_owned(), problem: problem.into() }
    }

    /// Tell the user, in one line on standard error, and give the exit code: 2 if the command line is to blame, else 1.
    pub fn report(&self) -> ExitCode {
        match self {
            // Coloured by clap. If nobody reads it, that is no error.
            Self::Help(help) => {
                let _ = help.print();
                ExitCode::SUCCESS
            }
            // Whoever read the output has seen enough, as in `... | head`.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            _ => {
                print_error(self);
                ExitCode::from(if matches!(self, Self::Usage(_) | Self::Flag { .. }) { 2 } else { 1 })
            }
        }
    }
}

/// Say on standard error, in one line, what is wrong.
pub fn print_error(error: impl Display) {
    let _ = writeln!(io::stderr(), "{} {error}", style("error:").for_stderr().red().bold());
}
