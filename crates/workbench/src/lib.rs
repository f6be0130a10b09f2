//! What surrounds a step on the command line: flags, progress, report, plots, model files.
//!
//! The `main` of a step is [`program!`]. It calls [`run`], which reads the command line (`arguments`; `data` for the
//! examples, `settings` for the hyperparameters, whatever the step has) and carries out the command: `train` (`seeds`
//! for several), `predict`, `tune` or `kaggle`. All that train share `learning`, which observes the network, shows its
//! `progress`, and stops it on Ctrl-C (`interrupt`) or when it diverges. The results go to standard output (`output`)
//! and to `files`: the network as a `model`, the history of the training as a `report` in JSON and as a `plot`.

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
mod seeds;
mod settings;
mod text;
mod train;
mod tune;

use std::{env, process::ExitCode};

use evaluation::Classifier;

use crate::{arguments::Task, error::Outcome, settings::Flags};
pub use error::Error;
#[doc(hidden)]
pub use mimalloc::MiMalloc;

/// The `main` of a program that is the command line of a [`Classifier`].
///
/// The program's memory comes from mimalloc, which aligns large vectors to cache lines. The C library of Linux begins
/// them sixteen bytes later, so that a vector instruction that loads a whole line has to fetch two (the book: "Why the
/// loops are slow").
#[macro_export]
macro_rules! program {
    ($Network:ty) => {
        $crate::allocator!();

        fn main() -> ::std::process::ExitCode {
            $crate::run::<$Network>()
        }
    };
}

/// The memory of [`program!`], for other programs that measure times.
#[macro_export]
macro_rules! allocator {
    () => {
        #[global_allocator]
        static ALLOCATOR: $crate::MiMalloc = $crate::MiMalloc;
    };
}

/// Runs the command line of the step `C`, and returns its exit code.
pub fn run<C: Classifier>() -> ExitCode {
    match carry_out::<C>() {
        Ok(outcome) => outcome.into(),
        Err(error) => error.report(),
    }
}

fn carry_out<C: Classifier>() -> Result<Outcome, Error> {
    match arguments::parse(C::STEP, &Flags::of::<C::Hyperparameters>(), env::args_os())? {
        Task::Train(arguments, chosen) if arguments.seeds.is_some() => seeds::train_each::<C>(&arguments, &chosen),
        Task::Train(arguments, chosen) => train::train::<C>(&arguments, &chosen),
        Task::Predict(arguments) => predict::predict::<C>(&arguments),
        Task::Tune(arguments, lists) => tune::tune::<C>(&arguments, &lists),
        Task::Kaggle(arguments, chosen) => kaggle::kaggle::<C>(&arguments, &chosen),
    }
}
