//! What surrounds a step on the command line: flags, progress, report, plots, model files.

mod atomic;
pub mod model;
pub mod picture;
pub mod plot;

use std::process::ExitCode;

use evaluation::Classifier;

/// Run the command line of a step.
pub fn run<C: Classifier>() -> ExitCode {
    ExitCode::SUCCESS
}
