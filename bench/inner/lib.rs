//! Nothing: all is in `inner.rs`, for `cargo bench -p inner-loops`.
