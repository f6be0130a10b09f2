//! What surrounds a step on the command line: flags, progress, report, plots, model files.
//!
//! A step's `main` calls [`run`], which reads the command line (`arguments`; `data` for what to learn from, `settings`
//! for the hyperparameters, whatever the step has), and does what it asks for: `train`, `predict`, `tune` or `kaggle`.
//! Those that train share `learning`, which watches a network learn, shows its `progress`, and stops it on Ctrl-C
//! (`interrupt`) or when it diverges. What comes of it goes to standard output (`output`) and to `files`: the network
//! as a `model`, the history of the training as a `report` in JSON and as a `plot`.

mod arguments;
mod atomic;
mod data;
mod error;
mod files;
mod interrupt;
mod kaggle;
mod learning;
pub mod model;
mod output;
mod picture;
mod plot;
mod preamble;
mod predict;
mod progress;
mod report;
mod settings;
mod text;
mod train;
mod tune;

use std::{env, process::ExitCode};

use evaluation::Classifier;
use mimalloc::MiMalloc;

use crate::{arguments::Task, error::Outcome, settings::Flags};
pub use error::Error;

/// It begins large vectors at the start of a cache line. The C library of Linux begins them sixteen bytes later, so
/// that a vector instruction that loads a whole line has to fetch two (the book: "Why the loops are slow").
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Run the command line of the step `C`.
pub fn run<C: Classifier>() -> ExitCode {
    match carry_out::<C>() {
        Ok(outcome) => outcome.into(),
        Err(error) => error.report(),
    }
}

fn carry_out<C: Classifier>() -> Result<Outcome, Error> {
    match arguments::parse(C::STEP, &Flags::of::<C::Hyperparameters>(), env::args_os())? {
        Task::Train(arguments, chosen) => train::train::<C>(&arguments, &chosen),
        Task::Predict(arguments) => predict::predict::<C>(&arguments),
        Task::Tune(arguments, lists) => tune::tune::<C>(&arguments, &lists),
        Task::Kaggle(arguments, chosen) => kaggle::kaggle::<C>(&arguments, &chosen),
    }
}
