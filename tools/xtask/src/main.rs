//! The chores of the project, as `cargo xtask`. Those that train networks belong to the package `recorder`, and `book`
//! to `bookbuilder`: each is compiled when it is asked for.

#[cfg(unix)]
use std::os::unix::process::ExitStatusExt;
use std::{
    ffi::OsString,
    path::Path,
    process::{Command, ExitCode},
};

use clap::{Args, Parser, Subcommand};
use xtask::{Error, check, new_step, root, table};

/// The chores of the project.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Find records, numbers and steps that do not agree
    Check,
    /// Write the tables of results and of times into README.md
    Readme,
    /// Make a new step: a copy of another one, its entries in the lists, and the skeleton of its chapter
    NewStep(new_step::Plan),
    /// Build, serve or check the book
    #[command(disable_help_flag = true)]
    Book(Passed),
    /// Train the steps, and record what comes of it in book/results
    #[command(disable_help_flag = true)]
    Results(Passed),
    /// Measure what the chapters beyond the steps tell, and record it in book/results/experiments
    #[command(disable_help_flag = true)]
    Experiments(Passed),
    /// Measure how fast the steps and others are, side by side, and record it in book/results/bench.json
    #[command(disable_help_flag = true)]
    Bench(Passed),
    /// Draw the pictures of the book
    #[command(disable_help_flag = true)]
    Figures(Passed),
}

/// Arguments for the program that does the chore.
#[derive(Args)]
struct Passed {
    /// See --help of the chore
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

fn main() -> ExitCode {
    let root = root();
    let recorder = |chore: &str, Passed { arguments }: Passed| {
        hand_over(&root, "recorder", [chore.into()].into_iter().chain(arguments))
    };
    let outcome = match Arguments::parse().chore {
        Chore::Check => check::check(&root),
        Chore::Readme => table::write(&root).map(|()| ExitCode::SUCCESS),
        Chore::NewStep(plan) => new_step::new_step(&root, &plan).map(|()| ExitCode::SUCCESS),
        Chore::Book(passed) => hand_over(&root, "bookbuilder", passed.arguments),
        Chore::Results(passed) => recorder("results", passed),
        Chore::Experiments(passed) => recorder("experiments", passed),
        Chore::Bench(passed) => recorder("bench", passed),
        Chore::Figures(passed) => recorder("figures", passed),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// Builds the program of a `package` before everyone's eyes, runs it, and ends as it does: with its exit code, or as
/// shells tell the signal that ended it.
fn hand_over(root: &Path, package: &str, arguments: impl IntoIterator<Item = OsString>) -> Result<ExitCode, Error> {
    let manifest = root.join("Cargo.toml");
    let cargo = |command: &str| {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args([command, "--package", package, "--manifest-path"]).arg(&manifest);
        cargo
    };
    let run = |mut command: Command| command.status().map_err(Error::file(Path::new("cargo"), "started"));
    let mut status = run(cargo("build"))?;
    if status.success() {
        let mut program = cargo("run");
        program.args(["--quiet", "--"]).args(arguments);
        status = run(program)?;
    }
    #[cfg(unix)]
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    #[cfg(not(unix))]
    let code = status.code();
    Ok(code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
