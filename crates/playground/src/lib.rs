//! The steps as WebAssembly, for the lab in the book: a page trains any of them on the digits and sees every moment of
//! it again.
//!
//! [`train`] records a training ([`Film`]); a page asks for the weights, the mistakes ([`evaluation::Confusion`]) or
//! the way of one example ([`Microscope`]) in any of its frames. No step knows of it: what is asked of a step is the
//! trait [`Classifier`](evaluation::Classifier) and the public activations of its hidden layer. The part for the
//! browser is `browser`; everything else is plain Rust, and tested as such.

mod browser;
mod error;
mod film;
mod microscope;
mod network;
pub mod pad;
mod setup;
mod steps;

pub use error::Error;
pub use film::{Film, Frame, train};
pub use microscope::{Closeup, Microscope, Unit};
pub use network::Network;
pub use setup::{Damage, Setup};
pub use steps::{Inspect, Listener, STEPS, Setting, Step, Train, answer, step};
