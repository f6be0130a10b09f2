//! The command line of this step: `--help` shows what it can do.

use naive_loops::Network;

fn main() -> std::process::ExitCode {
    workbench::run::<Network>()
}
