//! The command line of a step. [`run`] reads the command line (`arguments`; `data` for the examples, `settings` for
//! the hyperparameters, whatever the step has) and carries out the command: `train` (`seeds` for several), `predict`,
//! `evaluate`, `tune` or `kaggle`. All that train share `learning`, which observes the network, shows its `progress`,
//! and stops it on Ctrl-C (`interrupt`) or when it diverges. The results go to standard output (`output`) and to
//! `files`: the network as a `model`, the history of the training as a `report` in JSON and as a `plot`.

pub mod arguments;
pub mod checkpoint;
pub mod data;
pub mod error;
pub mod evaluate;
pub mod files;
pub mod interrupt;
pub mod kaggle;
pub mod learning;
pub mod output;
pub mod picture;
pub mod plot;
pub mod preamble;
pub mod predict;
pub mod progress;
pub mod report;
pub mod seeds;
pub mod settings;
pub mod text;
pub mod train;
pub mod tune;

use std::{env, process::ExitCode};

use evaluation::Classifier;

pub use self::error::Error;
use self::{arguments::Task, error::Outcome, settings::Flags};

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
        Task::Evaluate(arguments) => evaluate::evaluate::<C>(&arguments),
        Task::Tune(arguments, lists) => tune::tune::<C>(&arguments, &lists),
        Task::Kaggle(arguments, chosen) => kaggle::kaggle::<C>(&arguments, &chosen),
    }
}
