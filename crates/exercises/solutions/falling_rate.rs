/// The learning rate of each of the `iterations`. The first has `learning_rate` itself.
pub fn learning_rates(learning_rate: f64, rate_decay: f64, iterations: usize) -> Vec<f64> {
    std::iter::successors(Some(learning_rate), |rate| Some(rate / (1.0 + rate_decay))).take(iterations).collect()
}

/// The decay by which the last of the `iterations`, which are 2 or more, has `share` times the rate of the first.
pub fn rate_decay(share: f64, iterations: usize) -> f64 {
    share.powf(-1.0 / (iterations - 1) as f64) - 1.0
}
