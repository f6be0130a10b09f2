//! A rate that rises and falls
//!
//! With the steady gradients of batches go long steps, but not at the beginning, when the network is new, and not at
//! the end, when the steps should settle. So the rate rises in a straight line from 0, over the warm-up, to its peak,
//! and falls in a straight line to 0 at the end.

use exercises::not_yet;

/// The learning rate when the part `progress` of the training is over, from 0 to 1. It is `peak` at `warm_up`, a part
/// of the training too, which may be 0.
pub fn rate(peak: f64, warm_up: f64, progress: f64) -> f64 {
    not_yet((peak, warm_up, progress))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::{Array1, array};

    use super::*;

    fn rates<const N: usize>(peak: f64, warm_up: f64, progress: [f64; N]) -> Array1<f64> {
        progress.map(|progress| rate(peak, warm_up, progress)).into_iter().collect()
    }

    #[test]
    fn it_rises_and_falls() {
        expect("peak 0.8, warm-up 1/4, at 0, 1/8, 1/4, 5/8 and 1", rates(0.8, 0.25, [0.0, 0.125, 0.25, 0.625, 1.0]))
            .mistake(
                array![0.0, 0.4, 0.6, 0.3, 0.0],
                "This is the lesser of two lines, as the step has it. But the one that falls begins at 0, and so the \
                 rate never gets to the peak: let it begin at the warm-up.",
            )
            .mistake(array![0.8, 0.7, 0.6, 0.3, 0.0], "It falls from the start: there is no warm-up.")
            .mistake(array![0.0, 0.4, 0.8, 0.8, 0.8], "It rises, and then it stays.")
            .mistake(array![0.0, 0.4, 0.8, 2.0, 3.2], "It goes on rising after the warm-up.")
            .mistake(array![0.0, 0.0125, 0.05, 0.3125, 0.8], "This is a parabola, with nothing of the warm-up in it.")
            .to_be(array![0.0, 0.4, 0.8, 0.4, 0.0]);
    }

    #[test]
    fn without_warm_up_it_only_falls() {
        expect("peak 0.8, no warm-up, at 0, 1/2 and 1", rates(0.8, 0.0, [0.0, 0.5, 1.0])).to_be(array![0.8, 0.4, 0.0]);
    }

    #[test]
    fn its_mean_is_half_the_peak() {
        let steps = 1000;
        let sum: f64 = (0..steps).map(|step| rate(0.6, 0.1, (f64::from(step) + 0.5) / f64::from(steps))).sum();
        expect("the mean of 1000 rates, peak 0.6, warm-up 1/10", sum / f64::from(steps)).to_be(0.3);
    }
}
