//! The solutions, each with the tests of its exercise (see `build.rs`).

include!(concat!(env!("OUT_DIR"), "/solutions.rs"));
