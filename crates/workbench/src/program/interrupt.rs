//! Ctrl-C, and the signals that ask a program to end.

use std::{
    process,
    sync::{
        Once, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::error::INTERRUPTED;

static PRESSED: AtomicBool = AtomicBool::new(false);
/// What comes sooner after the first one is the same: `timeout` sends its signal to the program and to its group.
const SAME: Duration = Duration::from_millis(200);

/// From now on, the first Ctrl-C (or SIGTERM, or SIGHUP) is only noted, for [`pressed`] to tell. A second one ends the
/// program at once. Where this cannot be had, Ctrl-C ends the program, as it did before.
pub fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(hear);
}

/// A signal that was ignored when the program began stays so: by `nohup`, or by a script for its jobs.
#[cfg(unix)]
fn hear() {
    use std::{fs, thread};

    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };

    // Linux tells them, as the bits of a hexadecimal number.
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    let heard = |signal: &i32| ignored.unwrap_or(0) >> (signal - 1) & 1 == 0;
    if let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM].into_iter().filter(heard)) {
        // If there can be no thread, signals are noted by nobody: `kill -9` remains.
        let _ = thread::Builder::new().spawn(move || signals.forever().for_each(|_| note()));
    }
}

#[cfg(not(unix))]
fn hear() {
    let _ = ctrlc::set_handler(note);
}

/// Notes the first signal, and ends the program on a later one.
fn note() {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    if FIRST.get_or_init(Instant::now).elapsed() > SAME {
        process::exit(INTERRUPTED.into());
    }
    press();
}

/// Whether Ctrl-C was pressed.
pub fn pressed() -> bool {
    PRESSED.load(Ordering::Relaxed)
}

/// Stop as if Ctrl-C had been pressed.
pub fn press() {
    PRESSED.store(true, Ordering::Relaxed);
}
