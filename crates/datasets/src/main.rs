//! The command line of this crate: `datasets fetch mnist`.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use datasets::fetch;

/// Get the data sets that are too large to come with the program.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Download a data set, unless it is there.
    Fetch {
        #[command(subcommand)]
        dataset: Dataset,
    },
}

#[derive(Subcommand)]
enum Dataset {
    /// 70,000 handwritten digits of 28x28 pixels: 11 MB to download, 55 MB on disk.
    Mnist {
        /// Where to put the files [default: $MNIST_DIR, or else the user's cache folder].
        #[arg(long, value_name = "DIR")]
        data_dir: Option<PathBuf>,
        /// Where to get the files; may be given several times.
        #[arg(long = "mirror", value_name = "URL", default_values = fetch::MIRRORS)]
        mirrors: Vec<String>,
        /// Print nothing but errors.
        #[arg(long)]
        quiet: bool,
    },
}

fn main() -> ExitCode {
    let Command::Fetch { dataset: Dataset::Mnist { data_dir, mirrors, quiet } } = Arguments::parse().command;
    // The streams may be closed, which is no reason to panic.
    match fetch::mnist(data_dir.as_deref(), &mirrors, quiet) {
        Ok(folder) => {
            if !quiet {
                let _ = writeln!(io::stdout(), "MNIST is in {}", folder.display());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
