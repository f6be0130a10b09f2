//! A share for each core
//!
//! In `parallel` each core owns a share of the hidden units: a block of columns of the input weights. The product of
//! two matrices is computed in tiles, 16 units wide where the processor has AVX-512, and a tile that is cut short takes
//! as long as a whole one. So deal the units in whole tiles. Only the last share may end within one, where the units
//! end.

use exercises::not_yet;
use ndarray::Array2;

/// Units in a tile.
pub const TILE: usize = 16;

/// Deals the hidden units, in order, to at most this many `cores`. Returns the columns of `input_weights`, of shape
/// (inputs, hidden), that belong to each share. All shares but the last have the same number of units, a multiple of
/// [`TILE`], and the least one that will do. No share is empty.
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
    fn two_cores_get_whole_tiles() {
        expect("the units of each share, 100 units, 2 cores", sizes(100, 2))
            .mistake(vec![50, 50], "50 is no multiple of 16: both shares end with a tile that is cut short.")
            .mistake(vec![48, 48, 4], "These are three shares for two cores: round up to whole tiles, not down.")
            .mistake(vec![48, 52], "The first share is rounded down, so that the last is larger: round up.")
            .mistake(vec![52, 48], "52 is no multiple of 16: the last share may end within a tile, not the first.")
            .mistake(vec![64, 48], "The last share ends where the units end: there are 100, not 112.")
            .mistake(vec![64, 64], "The last share ends where the units end: there are 100, not 128.")
            .mistake(
                vec![96, 4],
                "All tiles but the last went to one core: the largest share should be as small as can be.",
            )
            .mistake(vec![16; 6].into_iter().chain([4]).collect(), "These are the tiles: each core gets several.")
            .mistake(vec![100], "This is one share with all units. Are they dealt by columns? A row is an input.")
            .to_be(vec![64, 36]);
    }

    #[test]
    fn tiles_that_fit_are_dealt_evenly() {
        expect("the units of each share, 96 units, 2 cores", sizes(96, 2))
            .mistake(vec![64, 32], "48 is a multiple of 16 already: it needs no rounding.")
            .to_be(vec![48, 48]);
        expect("the units of each share, 100 units, 1 core", sizes(100, 1)).to_be(vec![100]);
    }

    #[test]
    fn no_core_has_an_empty_share() {
        expect("the units of each share, 64 units, 3 cores", sizes(64, 3))
            .mistake(vec![32, 32, 0], "Two cores have all the units: leave out the share with none.")
            .mistake(
                vec![16, 16, 32],
                "One share has 32 units anyway: let the first have as many, and two cores will do.",
            )
            .mistake(
                vec![32, 16, 16],
                "All shares but the last should have the same number of units: two cores will do.",
            )
            .mistake(vec![22, 22, 20], "22 is no multiple of 16.")
            .to_be(vec![32, 32]);
        expect("the units of each share, 10 units, 4 cores", sizes(10, 4)).to_be(vec![10]);
    }

    #[test]
    fn units_are_dealt_in_order() {
        let weights = weights(20);
        let shares = deal(&weights, 2);
        assert!(shares.len() == 2, "20 units, 2 cores: {} shares, expected 2.", shares.len());
        for (share, (yours, right)) in zip(shares, weights.axis_chunks_iter(Axis(1), 16)).enumerate() {
            expect(format!("share {share} of 0 and 1, 20 units, 2 cores"), yours).to_be(right.to_owned());
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
