//! The chores of the project, as `cargo xtask`.
//!
//! `results` trains every step (`training`) of the one list (`steps`) and keeps a `record` of each; `experiments` does
//! the same for the experiments (`experiment`); `readme` writes what the steps' records say into the README's table;
//! `check` finds what does not agree: records and the code that they describe (`fingerprint`, of the tokens of each
//! `source` and the packages of the `workspace`) but for those that are `pending`, numbers in texts and the records
//! (`table`, `quotes`), the steps and the rules of the series (`rules`), runs on the terminal and the records (`runs`).
//! `bench` measures how fast the steps and others are. `figures` draws the pictures of the book, and `new-step`
//! (`new_step`) makes a step. `book` hands over to
//! the crate `bookbuilder`, so that mdBook is compiled for that chore alone.

mod bench;
mod check;
mod code;
mod error;
mod experiment;
mod figures;
mod finding;
mod fingerprint;
mod layout;
mod machine;
mod new_step;
mod pending;
mod quotes;
mod record;
mod results;
mod rules;
mod runs;
mod source;
mod steps;
mod table;
mod training;
mod workspace;

#[cfg(unix)]
use std::os::unix::process::ExitStatusExt;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use clap::{Parser, Subcommand};

use crate::{error::Error, experiment::Choice, results::Selection};

workbench::allocator!(); // times are taken with the memory that the programs use

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
    /// Measure how fast the steps and others are, side by side, and record it in book/results/bench.json
    Bench(bench::Choice),
    /// Write the tables of results and of times into README.md
    Readme,
    /// Draw the pictures of the book
    Figures,
    /// Find records, numbers and steps that do not agree
    Check,
    /// Make a new step: a copy of another one, its entries in the lists, and the skeleton of its chapter
    NewStep(new_step::Plan),
    /// Build, serve or check the book
    #[command(disable_help_flag = true)]
    Book {
        /// See `cargo xtask book --help`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let root = root();
    let outcome = match Arguments::parse().chore {
        Chore::Results(selection) => results::results(&root, &selection).map(|()| ExitCode::SUCCESS),
        Chore::Experiments(choice) => experiment::experiments(&root, &choice).map(|()| ExitCode::SUCCESS),
        Chore::Bench(choice) => measure(&root, &choice).map(|()| ExitCode::SUCCESS),
        Chore::Readme => table::write(&root).map(|()| ExitCode::SUCCESS),
        Chore::Figures => figures::write(&root).map(|()| ExitCode::SUCCESS),
        Chore::Check => check::check(&root),
        Chore::NewStep(plan) => new_step::new_step(&root, &plan).map(|()| ExitCode::SUCCESS),
        Chore::Book { arguments } => book(&root, &arguments),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// Measure how fast the steps and others are. Once the record is not stale, it is taken off the list of those that are.
fn measure(root: &Path, choice: &bench::Choice) -> Result<(), Error> {
    bench::bench(root, choice)?;
    if bench::check(root)?.is_empty() { pending::take_off(root, Path::new(bench::RECORD)) } else { Ok(()) }
}

/// Run the crate `bookbuilder`, and end as it does: with its exit code, or as shells tell the signal that ended it.
fn book(root: &Path, arguments: &[OsString]) -> Result<ExitCode, Error> {
    let manifest = root.join("Cargo.toml");
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    command.args(["run", "--quiet", "--package", "bookbuilder", "--manifest-path"]).arg(manifest).arg("--");
    let status = command.args(arguments).status().map_err(Error::file(Path::new("cargo"), "started"))?;
    #[cfg(unix)]
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    #[cfg(not(unix))]
    let code = status.code();
    Ok(code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The folder of the workspace, two levels above this crate's.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}
