//! Spot the bug: the exponent
//!
//! Weights should have the deviation 1/sqrt(fan-in), where the fan-in of a unit is the number of activations that come
//! in. The tutorial says so, and its program does something else. Here is the same in Rust, and as in the Python of its
//! time, no compiler warns you.

/// Returns the deviation of the weights of a unit with this fan-in.
pub fn deviation(fan_in: i32) -> f64 {
    f64::from(fan_in).powi(-(1 / 2))
}

#[cfg(test)]
mod tests {
    use exercises::expect;

    use super::*;

    #[test]
    fn it_shrinks_with_the_root_of_the_fan_in() {
        for (fan_in, right) in [(4, 0.5), (64, 0.125), (10_000, 0.01)] {
            let n = f64::from(fan_in);
            expect(format!("the deviation for a fan-in of {fan_in}"), deviation(fan_in))
                .untouched(1.0)
                .mistake(n.sqrt(), "This is sqrt(fan-in): divide 1 by it.")
                .mistake(-n.sqrt(), "The “negative square root” is 1 divided by the root, not minus the root.")
                .mistake(1.0 / n, "This is 1/fan-in, which is the variance: the deviation is its root.")
                .to_be(right);
        }
    }
}
