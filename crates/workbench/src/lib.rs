//! What surrounds a step on the command line: flags, progress, report, plots, model files.

use std::process::ExitCode;

use evaluation::Classifier;

/// Run the command line of a step.
pub fn run<C: Classifier>() -> ExitCode {
    ExitCode::SUCCESS
}
