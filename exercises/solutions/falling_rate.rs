/// Returns the learning rate after this many `iterations`: after none of them it is `learning_rate` itself.
pub fn rate_after(iterations: usize, learning_rate: f64, rate_decay: f64) -> f64 {
    learning_rate / (1.0 + rate_decay).powf(iterations as f64)
}

/// Returns the decay by which the rate falls to this `share` of it over this many `iterations`, which are at least 1.
pub fn rate_decay(share: f64, iterations: usize) -> f64 {
    share.powf(-1.0 / iterations as f64) - 1.0
}
