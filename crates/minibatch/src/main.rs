//! The command line of this step: `--help` shows what it can do.

use minibatch::Network;

fn main() -> std::process::ExitCode {
    // On one of the threads that share the work, so that none has to be woken for every batch.
    rayon::scope(|_| workbench::run::<Network>())
}
