//! Between the pixels
//!
//! A distorted image takes pixels from places between those of the original: from row 3.25, column 7.5. Bilinear
//! interpolation takes a mean of the four pixels around the place, in which the nearer count more: along a row, a place
//! a quarter of the way from one pixel to the next has three quarters of the one and a quarter of the other. Outside
//! the image all is background, 0.

use exercises::not_yet;
use ndarray::Array2;

/// Returns the value of `image` at a place, in pixels from the centre of the first one.
pub fn at(image: &Array2<f64>, row: f64, column: f64) -> f64 {
    not_yet((image, row, column))
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::array;

    use super::*;

    #[test]
    fn at_a_pixel_it_is_the_pixel() {
        let image = array![[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]];
        expect("row 1, column 2", at(&image, 1.0, 2.0)).to_be(32.0);
        expect("row 0, column 1", at(&image, 0.0, 1.0)).to_be(2.0);
    }

    #[test]
    fn between_two_pixels_the_nearer_counts_more() {
        let image = array![[0.0, 100.0]];
        expect("a quarter of the way from 0 to 100", at(&image, 0.0, 0.25))
            .mistake(0.0, "That is the nearest pixel, or the one to the left: both should have a share.")
            .mistake(75.0, "The shares are the wrong way round: near the left pixel, the left one counts more.")
            .mistake(50.0, "Half of each, but the place is nearer to the left one.")
            .to_be(25.0);
    }

    #[test]
    fn between_four_pixels_all_have_a_share() {
        let image = array![[0.0, 0.0], [0.0, 64.0]];
        expect("half-way down and a quarter across to 64, the others 0", at(&image, 0.5, 0.25))
            .mistake(24.0, "Multiply the shares along rows and columns by each other, do not average them.")
            .mistake(16.0, "Along the columns it is right; now the same down the rows.")
            .mistake(32.0, "Down the rows it is right; now the same along the columns.")
            .to_be(8.0);
    }

    #[test]
    fn outside_is_background() {
        let image = array![[8.0, 8.0], [8.0, 8.0]];
        expect("far above", at(&image, -7.0, 0.0)).to_be(0.0);
        expect("half a pixel beyond the right edge", at(&image, 0.0, 1.5))
            .mistake(8.0, "The edge goes on here, but outside the image there is background.")
            .mistake(0.0, "This is all background, but the place is as near to the last pixel as to the background.")
            .to_be(4.0);
        expect("a quarter of a pixel above the first row", at(&image, -0.25, 1.0))
            .mistake(8.0, "`as usize` makes −0.25 a 0: round down with `floor`, to −1.")
            .to_be(6.0);
    }
}
