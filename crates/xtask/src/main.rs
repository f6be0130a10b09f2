//! The chores of the project, as `cargo xtask`.
//!
//! `results` trains every step (`training`) of the one list (`steps`) and keeps a `record` of each; `experiments` does the
//! same for the experiments (`experiment`); `readme` writes what the steps' records say into the README's table; `check`
//! finds what does not agree: records and the code that they describe (`fingerprint`), numbers in texts and the records (`table`, `quotes`), the steps and the rules of the series (`rules`), runs on
//! the terminal and the records (`runs`).

mod check;
mod error;
mod experiment;
mod fingerprint;
mod layout;
mod machine;
mod quotes;
mod record;
mod results;
mod rules;
mod runs;
mod steps;
mod table;
mod training;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use crate::{experiment::Choice, results::Selection};

/// The chores of the project.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Train the steps, and record what comes of it in book/results
    Results(Selection),
    /// Measure what the chapters beyond the steps tell, and record it in book/results/experiments
    Experiments(Choice),
    /// Write the table of results into README.md
    Readme,
    /// Find records, numbers and steps that do not agree
    Check,
}

fn main() -> ExitCode {
    let root = root();
    let outcome = match Arguments::parse().chore {
        Chore::Results(selection) => results::results(&root, &selection).map(|()| ExitCode::SUCCESS),
        Chore::Experiments(choice) => experiment::experiments(&root, &choice).map(|()| ExitCode::SUCCESS),
        Chore::Readme => table::write(&root).map(|()| ExitCode::SUCCESS),
        Chore::Check => check::check(&root),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// The folder of the workspace, two levels above this crate's.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}
