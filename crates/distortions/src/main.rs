//! The command line of this step: `--help` shows what it can do.

use distortions::Network;

fn main() -> std::process::ExitCode {
    workbench::run::<Network>()
}
