//! A share for each core
//!
//! In `parallel` each core owns a share of the hidden units: a block of columns of the input weights. Deal the units in
//! order, so that no core has more of them than it must: the one with the most is the one that all wait for.

use exercises::not_yet;
use ndarray::Array2;

/// Deals the hidden units, in order, to at most this many `cores`. Returns the columns of `input_weights`, of shape
/// (inputs, hidden), that belong to each share. All shares but the last have the same number of units, the least one
/// that will do. No share is empty.
pub fn deal(input_weights: &Array2<f32>, cores: usize) -> Vec<Array2<f32>> {
    not_yet((input_weights, cores))
}

/// Joins the `shares` again to the weights of all units, of shape (inputs, hidden). There is at least one share.
pub fn join(shares: &[Array2<f32>]) -> Array2<f32> {
    not_yet(shares)
}

#[cfg(test)]
mod tests {
    use std::iter::zip;

    use exercises::expect;
    use ndarray::{Array2, Axis, array};

    use super::*;

    /// Weights from 2 inputs that tell the unit.
    fn weights(hidden: usize) -> Array2<f32> {
        Array2::from_shape_fn((2, hidden), |(input, unit)| (1000 * input + unit) as f32)
    }

    fn sizes(hidden: usize, cores: usize) -> Vec<usize> {
        deal(&weights(hidden), cores).iter().map(Array2::ncols).collect()
    }

    #[test]
    fn the_largest_share_is_as_small_as_can_be() {
        expect("the units of each share, 101 units, 2 cores", sizes(101, 2))
            .mistake(vec![50, 51], "The first share is rounded down, so that the last is larger: round up.")
            .mistake(vec![50, 50, 1], "These are three shares for two cores: round up, not down.")
            .mistake(vec![51, 51], "The last share ends where the units end: there are 101, not 102.")
            .mistake(vec![101], "This is one share with all units. Are they dealt by columns? A row is an input.")
            .to_be(vec![51, 50]);
        expect("the units of each share, 100 units, 2 cores", sizes(100, 2))
            .mistake(vec![51, 49], "50 is the half already: it needs no rounding.")
            .to_be(vec![50, 50]);
        expect("the units of each share, 100 units, 1 core", sizes(100, 1)).to_be(vec![100]);
    }

    #[test]
    fn no_core_has_an_empty_share() {
        expect("the units of each share, 4 units, 3 cores", sizes(4, 3))
            .mistake(vec![2, 2, 0], "Two cores have all the units: leave out the share with none.")
            .mistake(vec![1, 1, 2], "One share has 2 units anyway: let the first have as many, and two cores will do.")
            .mistake(vec![2, 1, 1], "All shares but the last should have the same number of units: two cores will do.")
            .to_be(vec![2, 2]);
        expect("the units of each share, 10 units, 4 cores", sizes(10, 4)).to_be(vec![3, 3, 3, 1]);
        expect("the units of each share, 3 units, 7 cores", sizes(3, 7)).to_be(vec![1, 1, 1]);
    }

    #[test]
    fn units_are_dealt_in_order() {
        let weights = weights(5);
        let shares = deal(&weights, 2);
        assert!(shares.len() == 2, "5 units, 2 cores: {} shares, expected 2.", shares.len());
        for (share, (yours, right)) in zip(shares, weights.axis_chunks_iter(Axis(1), 3)).enumerate() {
            expect(format!("share {share} of 0 and 1, 5 units, 2 cores"), yours).to_be(right.to_owned());
        }
    }

    #[test]
    fn shares_are_joined_unit_by_unit() {
        expect("[[1], [3]] and [[2], [4]] joined", join(&[array![[1.0], [3.0]], array![[2.0], [4.0]]]))
            .mistake(
                array![[1.0], [3.0], [2.0], [4.0]],
                "The shares are below each other: more units are more columns.",
            )
            .mistake(array![[2.0, 1.0], [4.0, 3.0]], "The last share comes first.")
            .to_be(array![[1.0, 2.0], [3.0, 4.0]]);
        expect("[[1, 2], [5, 6]] and [[3], [7]] joined", join(&[array![[1.0, 2.0], [5.0, 6.0]], array![[3.0], [7.0]]]))
            .to_be(array![[1.0, 2.0, 3.0], [5.0, 6.0, 7.0]]);
    }

    #[test]
    fn a_network_that_is_dealt_can_be_joined() {
        for (hidden, cores) in [(100, 1), (100, 2), (100, 3), (64, 3), (10, 4), (800, 8)] {
            let weights = weights(hidden);
            expect(format!("{hidden} units dealt to {cores} cores and joined"), join(&deal(&weights, cores)))
                .to_be_exactly(weights);
        }
    }
}
