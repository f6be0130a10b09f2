//! An error for probabilities
//!
//! Cross-entropy is minus the sum of `target · ln(output)`: certain and right costs nothing, certain and wrong a great
//! deal. The tutorial takes the logarithm of every output and silences the warnings. Where an output is exactly 0, that
//! makes `0 · ln 0`, which is NaN, and should be 0: what was not expected and did not happen is no error.
//!
//! The steps take the logarithm by `libm::log(p)`, which gives the same bits on every system. The tests accept
//! `p.ln()`, that of the system, too: its last bit may differ.

use exercises::not_yet;
use ndarray::Array1;

/// Returns the cross-entropy of the probabilities `output` where `targets` were right, both of shape (outputs), with
/// the natural logarithm. It is never NaN for probabilities, and infinite, or at least 20, where a target has the
/// probability 0.
pub fn cross_entropy(output: &Array1<f64>, targets: &Array1<f64>) -> f64 {
    not_yet((output, targets))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::array;

    use super::*;

    #[test]
    fn it_is_the_surprise_at_the_right_answer() {
        let surprise = 4.0_f64.ln();
        let error = cross_entropy(&array![0.25, 0.6, 0.15], &array![1.0, 0.0, 0.0]);
        expect("the cross-entropy where the right answer had the probability 1/4", error)
            .mistake(-surprise, "The sign: logarithms of probabilities are negative, errors are not.")
            .mistake(2.0, "The base of the logarithm is 2 here: it should be e.")
            .mistake(4.0_f64.log10(), "The base of the logarithm is 10 here: it should be e.")
            .mistake(surprise / 3.0, "This is the mean over the outputs: take the sum.")
            .mistake(
                surprise - 0.4_f64.ln() - 0.85_f64.ln(),
                "The wrong answers count here too, by ln(1 − output). That is for outputs that do not share one \
                 certainty.",
            )
            .to_be(surprise);
    }

    #[test]
    fn every_target_counts() {
        let right = -0.5 * 0.25_f64.ln() - 0.5 * 0.75_f64.ln();
        expect(
            "the cross-entropy of [1/4, 3/4] where the targets are [1/2, 1/2]",
            cross_entropy(&array![0.25, 0.75], &array![0.5, 0.5]),
        )
        .mistake(-0.25_f64.ln() - 0.75_f64.ln(), "Multiply each logarithm by its target.")
        .mistake(-0.25_f64.ln(), "Only one of the targets counts here.")
        .mistake(-0.75_f64.ln(), "Only one of the targets counts here.")
        .to_be(right);
    }

    #[test]
    fn nothing_times_the_logarithm_of_nothing_is_nothing() {
        expect(
            "the cross-entropy of [1, 0] where the targets are [1, 0]: certain, and right",
            cross_entropy(&array![1.0, 0.0], &array![1.0, 0.0]),
        )
        .mistake(f64::NAN, "0 · ln 0 is NaN: leave out the outputs whose target is 0.")
        .mistake(f64::INFINITY, "ln 0 counts although its target is 0: leave out the outputs whose target is 0.")
        .to_be(0.0);
    }

    #[test]
    fn certain_and_wrong_costs_a_great_deal() {
        let error = cross_entropy(&array![0.0, 1.0], &array![1.0, 0.0]);
        assert!(
            error >= 20.0,
            "The cross-entropy of [0, 1] where the targets are [1, 0] is {error}.\nCertain and wrong should cost a \
             great deal: infinity, or the logarithm of a probability that is as good as 0."
        );
    }
}
