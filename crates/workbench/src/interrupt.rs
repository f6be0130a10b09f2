//! Ctrl-C.

use std::{
    process,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::error::INTERRUPTED;

static PRESSED: AtomicBool = AtomicBool::new(false);

/// From now on, the first Ctrl-C is only noted, for [`pressed`] to tell. A second one ends the program at once.
pub fn listen() {
    // A second handler is refused, which is as well: the first one does the same. And where there can be none, Ctrl-C
    // ends the program, as it did before.
    let _ = ctrlc::set_handler(|| {
        if PRESSED.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED.into());
        }
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
