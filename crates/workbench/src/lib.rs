//! What surrounds a step on the command line: flags, progress, report, plots, model files.
//!
//! The `main` of a step is [`program!`]; all that it needs is in the module `program`, and takes the feature of this
//! name. Without it, what remains is [`model`]: a network as a file, for programs with a command line of their own.

mod atomic;
pub mod model;
#[cfg(feature = "program")]
mod program;

#[doc(hidden)]
#[cfg(feature = "program")]
pub use mimalloc::MiMalloc;
#[cfg(feature = "program")]
pub use program::{Error, run};
#[cfg(feature = "program")]
use program::{
    arguments, checkpoint, data, error, files, interrupt, learning, output, picture, plot, preamble, progress, report,
    seeds, settings, text, train,
};

/// The `main` of a program that is the command line of a `Classifier`.
///
/// The program's memory comes from mimalloc, which aligns large vectors to cache lines. The C library of Linux begins
/// them sixteen bytes later, so that a vector instruction that loads a whole line has to fetch two (the book: "Why the
/// loops are slow").
#[macro_export]
macro_rules! program {
    ($Network:ty) => {
        $crate::allocator!();

        fn main() -> ::std::process::ExitCode {
            $crate::run::<$Network>()
        }
    };
}

/// The memory of [`program!`], for other programs that measure times.
#[macro_export]
macro_rules! allocator {
    () => {
        #[global_allocator]
        static ALLOCATOR: $crate::MiMalloc = $crate::MiMalloc;
    };
}
