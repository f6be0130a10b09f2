//! The distortion of images: they are turned, scaled, sheared and shifted as a whole, and bent as if drawn on rubber
//! (Simard, Steinkraus and Platt 2003, section 2).

use std::{array::from_fn, f32::consts::TAU, iter::zip};

use datasets::{Features, Inputs};
use ndarray::{Array2, ArrayView1, ArrayViewMut1, Axis, Slice};
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng};
use rayon::prelude::*;

use crate::Hyperparameters;

/// The distortion of images of one size. It bends and moves the strokes as another hand might have done, so that the
/// class of the image stays the same.
pub struct Distortion {
    /// In pixels; 0 if the features are the columns of a table, which stay as they are.
    height: usize,
    width: usize,
    /// The strength of each distortion.
    hyperparameters: Hyperparameters,
    /// Blurs along the columns of an image, of shape (height, height), and along its rows, of shape (width, width).
    blurs: [Array2<f32>; 2],
    /// The generator of the images' seeds.
    rng: ChaCha8Rng,
}

impl Distortion {
    /// Returns a distortion for images with these `features`. Its random numbers come from a stream that `rng` itself
    /// never uses, so that everything else is as it would be without distortions.
    pub fn new(features: Features, hyperparameters: &Hyperparameters, rng: &ChaCha8Rng) -> Self {
        let (height, width) = match features {
            Features::Pixels { height, width, .. } => (height, width),
            Features::Columns => (0, 0),
        };
        // A blur is the same for all rows, and for all columns: a product with a matrix, from the right or from the
        // left.
        let blurs = [height, width].map(|size| blur(size, hyperparameters.sigma as f32));
        // The generator of the weights and of the order goes on as if there were no distortions.
        let mut rng = ChaCha8Rng::from_seed(rng.get_seed());
        rng.set_stream(1);
        Self { height, width, hyperparameters: hyperparameters.clone(), blurs, rng }
    }

    /// Returns a copy of `images`, of shape (images, height * width), each distorted in its own way. The columns of a
    /// table stay as they are.
    pub fn apply(&mut self, images: &Inputs) -> Inputs {
        let Inputs::Bytes(images) = images else { return images.clone() };
        let mut distorted = images.clone();
        if self.height > 0 {
            // A generator for each image: the result does not depend on which core distorts it, or when.
            let seeds = Vec::from_iter(images.rows().into_iter().map(|_| self.rng.random()));
            let rows = (images.axis_iter(Axis(0)), seeds, distorted.axis_iter_mut(Axis(0)));
            rows.into_par_iter().for_each(|(image, seed, distorted)| {
                let sources = self.sources(&mut ChaCha8Rng::seed_from_u64(seed));
                self.resample(image, &sources, distorted);
            });
        }
        distorted.into()
    }

    /// Draws the source of each pixel of a distorted image: its row and its column in the image, in pixels, of shape
    /// (height, width).
    pub fn sources(&self, rng: &mut impl Rng) -> [Array2<f32>; 2] {
        let Hyperparameters { rotation, scale, shear, shift, .. } = self.hyperparameters;
        let mut draw = |most: f64| rng.random_range(-1.0..=1.0) * most as f32;
        // Drawn for the image as a whole: an angle, a stretch along each axis, a slide, and a shift along each axis.
        let (sin, cos) = draw(rotation.to_radians()).sin_cos();
        let (height, width) = (1.0 + draw(scale), 1.0 + draw(scale));
        let (slide, down, across) = (draw(shear), draw(shift), draw(shift));
        let [centre_row, centre_column] = [self.height, self.width].map(|size| (size as f32 - 1.0) / 2.0);
        let [mut rows, mut columns] = from_fn(|_| self.elastic(rng));
        for (((row, column), source_row), source_column) in zip(rows.indexed_iter_mut(), &mut columns) {
            // Backwards, from the distorted image to the recorded one: so every pixel gets a value, and none gets two.
            // Turned and scaled about the middle.
            let (row, column) = (row as f32 - centre_row, column as f32 - centre_column);
            *source_row += centre_row + down + height * (cos * row - sin * column);
            *source_column += centre_column + across + width * (sin * row + cos * column + slide * row);
        }
        [rows, columns]
    }

    /// Draws a displacement for each pixel along one axis, in pixels, of shape (height, width): uniform from -alpha to
    /// alpha, then blurred, so that neighbours move alike and the strokes stay whole.
    fn elastic(&self, rng: &mut impl Rng) -> Array2<f32> {
        let alpha = self.hyperparameters.alpha as f32;
        // The blur adds up many independent numbers, which mostly cancel: `alpha` is far more than a pixel moves.
        let noise = Array2::from_shape_simple_fn((self.height, self.width), || rng.random_range(-1.0..=1.0) * alpha);
        self.blurs[0].dot(&noise).dot(&self.blurs[1])
    }

    /// Takes each pixel of `distorted` from its source in `image`: the mean of the four pixels around it, the nearer
    /// ones weighing more (bilinear interpolation). Outside is background, 0.
    pub fn resample(&self, image: ArrayView1<u8>, [rows, columns]: &[Array2<f32>; 2], distorted: ArrayViewMut1<u8>) {
        // With a margin of background, each source has four pixels around it.
        let (bottom, right) = (self.height + 1, self.width + 1);
        let mut framed = Array2::<f32>::zeros((bottom + 1, right + 1));
        let inside = framed.slice_each_axis_mut(|axis| Slice::from(1..axis.len as isize - 1));
        zip(inside, image).for_each(|(framed, &pixel)| *framed = pixel.into());
        // Each pixel lies between two rows and two columns, so far down and so far across from the first of them.
        for ((pixel, &row), &column) in zip(zip(distorted, rows), columns) {
            let (row, column) = ((row + 1.0).clamp(0.0, bottom as f32), (column + 1.0).clamp(0.0, right as f32));
            let (top, left) = ((row as usize).min(bottom - 1), (column as usize).min(right - 1));
            let (down, across) = (row - top as f32, column - left as f32);
            // The mean of the upper two, that of the lower two, and that of both.
            let upper = (1.0 - across) * framed[[top, left]] + across * framed[[top, left + 1]];
            let lower = (1.0 - across) * framed[[top + 1, left]] + across * framed[[top + 1, left + 1]];
            // A whole number, as recorded pixels are.
            *pixel = ((1.0 - down) * upper + down * lower).round() as u8;
        }
    }
}

/// Returns a Gaussian blur of deviation `sigma` pixels along an axis, as a matrix of shape (size, size) to multiply by.
/// The weights sum up to 1, those that fall outside of the image included. With a `sigma` of 0 nothing is blurred.
fn blur(size: usize, sigma: f32) -> Array2<f32> {
    let sigma = sigma.max(1e-3);
    let weight = |distance: f32| (-0.5 * (distance / sigma).powi(2)).exp();
    // A narrow bell ends within four pixels, and the sum over a wide one is its integral.
    let sum = (-4..=4).map(|distance| weight(distance as f32)).sum::<f32>().max(sigma * TAU.sqrt());
    Array2::from_shape_fn((size, size), |(to, from)| weight(to as f32 - from as f32) / sum)
}
