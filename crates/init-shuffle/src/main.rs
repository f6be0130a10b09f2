//! The command line of this step: `--help` shows what it can do.

use init_shuffle::Network;

fn main() -> std::process::ExitCode {
    workbench::run::<Network>()
}
