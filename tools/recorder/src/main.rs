//! What trains networks to record results, as chores of `cargo xtask`.
//!
//! `results` trains every step (`steps`, `training`) for each task, and keeps a record; `experiment` does the same for
//! the experiments; `bench` measures how fast the steps and others are. Each record says on which `machine` it was
//! made. `figures` draws the pictures of the book that are made from data.

mod bench;
mod error;
mod experiment;
mod figures;
mod machine;
mod results;
mod steps;
mod training;

use std::{path::Path, process::ExitCode};

use clap::{Parser, Subcommand};
use xtask::{pending, root};

use crate::error::Error;

workbench::allocator!(); // times are taken with the memory that the programs use

#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Train the steps, and record what comes of it in book/results
    Results(results::Selection),
    /// Measure what the chapters beyond the steps tell, and record it in book/results/experiments
    Experiments(experiment::Choice),
    /// Measure how fast the steps and others are, side by side, and record it in book/results/bench.json
    Bench(bench::Choice),
    /// Draw the pictures of the book that are made from data
    Figures(figures::Choice),
}

fn main() -> ExitCode {
    let root = root();
    let outcome = match Arguments::parse().chore {
        Chore::Results(selection) => results::results(&root, &selection),
        Chore::Experiments(choice) => experiment::experiments(&root, &choice),
        Chore::Bench(choice) => measure(&root, &choice),
        Chore::Figures(choice) => figures::write(&root, &choice).map_err(Error::from),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measure how fast the steps and others are. Once the record is not stale, it is taken off the list of those that are.
fn measure(root: &Path, choice: &bench::Choice) -> Result<(), Error> {
    bench::bench(root, choice)?;
    if xtask::bench::check(root)?.is_empty() {
        pending::take_off(root, Path::new(xtask::bench::RECORD))?;
    }
    Ok(())
}
