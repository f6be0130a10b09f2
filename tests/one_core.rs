//! Machines with a single core, such as a small container: nothing waits for a thread that never comes.

use std::{
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use evaluation::Classifier;
use tests::{every_step, program::Folder};

/// Far more than any of this takes, on a machine that has much else to do.
const DEADLINE: Duration = Duration::from_secs(120);

const COMMANDS: [&str; 2] = [
    "tune --hidden 4,8 --iterations 2 --folds 2 --quiet", // two networks at once, where there are two cores
    "--hidden 20 --iterations 2 --quiet",
];

every_step!(ends_with_one_thread);

fn ends_with_one_thread<N: Classifier>() {
    for command in COMMANDS {
        let folder = Folder::new();
        ends(folder.command(&format!("{} {command}", N::STEP)).env("RAYON_NUM_THREADS", "1"));
    }
}

#[cfg(target_os = "linux")]
every_step!(ends_on_one_core);

/// The number of threads is that of the system's cores, or more: they take turns on this one.
#[cfg(target_os = "linux")]
fn ends_on_one_core<N: Classifier>() {
    for (command, threads) in COMMANDS.into_iter().zip(["1", "3"]) {
        let folder = Folder::new();
        let program = folder.command(&format!("{} {command}", N::STEP));
        let mut pinned = Command::new("taskset");
        pinned.args(["--cpu-list", "0"]).arg(program.get_program()).args(program.get_args());
        ends(pinned.current_dir(folder.path()).env("RAYON_NUM_THREADS", threads));
    }
}

/// Asserts that the command succeeds before the deadline.
#[track_caller]
fn ends(command: &mut Command) {
    let mut child = command.stdout(Stdio::null()).spawn().expect("the program runs");
    let start = Instant::now();
    loop {
        match child.try_wait().expect("it can be waited for") {
            Some(status) => return assert!(status.success(), "{command:?}: {status}"),
            None if start.elapsed() < DEADLINE => thread::sleep(Duration::from_millis(10)),
            None => {
                child.kill().expect("it can be stopped");
                panic!("{command:?} has not ended after {DEADLINE:?}");
            }
        }
    }
}
