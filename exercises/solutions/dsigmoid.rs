/// Returns the slope of the sigmoid where its value is `y`.
pub fn dsigmoid(y: f64) -> f64 {
    y * (1.0 - y)
}
