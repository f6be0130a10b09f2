//! Ctrl-C, and the signals that ask a program to end.

use std::{
    process,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::error::INTERRUPTED;

static PRESSED: AtomicBool = AtomicBool::new(false);
/// What comes sooner after the first one is the same: `timeout` sends its signal to the program and to its group.
const SAME: Duration = Duration::from_millis(200);

/// From now on, the first Ctrl-C (or SIGTERM, or SIGHUP) is only noted, for [`pressed`] to tell. A second one ends the
/// program at once.
pub fn listen() {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    // A second handler is refused, which is as well: the first one does the same. And where there can be none, Ctrl-C
    // ends the program, as it did before.
    let _ = ctrlc::set_handler(|| {
        if FIRST.get_or_init(Instant::now).elapsed() > SAME {
            process::exit(INTERRUPTED.into());
        }
        press();
    });
}

/// Whether Ctrl-C was pressed.
pub fn pressed() -> bool {
    PRESSED.load(Ordering::Relaxed)
}

/// Stop as if Ctrl-C had been pressed.
pub fn press() {
    PRESSED.store(true, Ordering::Relaxed);
}
