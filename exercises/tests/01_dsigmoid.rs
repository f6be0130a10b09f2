//! The slope of the sigmoid
//!
//! Back-propagation multiplies by the slope of the sigmoid. Nothing has to be computed twice for it: the slope at `z`
//! follows from the value `y = sigmoid(z)` alone, and that is the argument of this function.

use exercises::not_yet;

/// Returns the slope of the sigmoid where its value is `y`.
pub fn dsigmoid(y: f64) -> f64 {
    not_yet(y)
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use naive_loops::sigmoid;

    use super::*;

    #[test]
    fn at_three_quarters_it_is_three_sixteenths() {
        expect("dsigmoid(0.75)", dsigmoid(0.75))
            .mistake(1.3125, "This is y (1 + y): look at the sign.")
            .mistake(-0.1875, "It is negative: the sigmoid only rises.")
            .mistake(0.4375, "This is the slope of tanh.")
            .mistake(
                sigmoid(0.75) * (1.0 - sigmoid(0.75)),
                "This is the slope at z = 0.75. But 0.75 is y: the sigmoid is already in it.",
            )
            .to_be(0.1875);
    }

    #[test]
    fn it_is_the_slope_of_the_sigmoid() {
        for z in [-4.0, -1.0, 0.3, 2.0] {
            let y = sigmoid(z);
            let slope = (sigmoid(z + 1e-5) - sigmoid(z - 1e-5)) / 2e-5;
            expect(format!("dsigmoid({y:.4}), the slope at z = {z}"), dsigmoid(y))
                .mistake(y * (1.0 + y), "This is y (1 + y): look at the sign.")
                .mistake(1.0 - y * y, "This is the slope of tanh.")
                .mistake(sigmoid(y) * (1.0 - sigmoid(y)), "You apply the sigmoid to y, but y is its value already.")
                .mistake(z * (1.0 - z), "This is z (1 − z), but the argument of the function is y.")
                .to_be(slope);
        }
    }
}
