//! How images are distorted: turned, scaled, sheared and shifted as a whole, and bent as if drawn on rubber (Simard,
//! Steinkraus and Platt 2003, section 2).

use datasets::Features;
use ndarray::{Array2, ArrayView1, ArrayViewMut1, Axis, Slice, stack};
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng};
use rayon::prelude::*;

use crate::Hyperparameters;

/// What distorts images of one size.
pub struct Distortion {
    /// In pixels; 0 if the features are the columns of a table, which stay as they are.
    height: usize,
    width: usize,
    hyperparameters: Hyperparameters,
    /// Blurs along the columns of an image, of shape (height, height), and along its rows, of shape (width, width).
    blurs: [Array2<f32>; 2],
    rng: ChaCha8Rng,
}

impl Distortion {
    /// For images with these `features`. Takes its random numbers from a stream that `rng` itself never gives, so that all
    /// else is as it would be without distortions.
    pub fn new(features: Features, hyperparameters: &Hyperparameters, rng: &ChaCha8Rng) -> Self {
        let (height, width) = match features {
            Features::Pixels { height, width, .. } => (height, width),
            Features::Columns => (0, 0),
        };
        let blurs = [height, width].map(|size| blur(size, hyperparameters.sigma as f32));
        let mut rng = ChaCha8Rng::from_seed(rng.get_seed());
        rng.set_stream(1);
        Self { height, width, hyperparameters: hyperparameters.clone(), blurs, rng }
    }

    /// Distort `images`, each of shape (height * width), and each in its own way: gives them as the rows of a matrix. What
    /// they become does not depend on how many cores share the work.
    pub fn apply(&mut self, images: &[ArrayView1<f32>]) -> Array2<f32> {
        let mut distorted = stack(Axis(0), images).expect("images of one size");
        if self.height == 0 {
            return distorted;
        }
        let seeds = Vec::from_iter(images.iter().map(|_| self.rng.random()));
        let rows = distorted.axis_iter_mut(Axis(0));
        (images, seeds, rows).into_par_iter().for_each(|(image, seed, distorted)| {
            let sources = self.sources(&mut ChaCha8Rng::seed_from_u64(seed));
            self.resample(image, &sources, distorted);
        });
        distorted
    }

    /// Draw from where in the image each pixel of a distorted one comes: its row and its column there, each of shape
    /// (height, width), in pixels.
    pub fn sources(&self, rng: &mut impl Rng) -> [Array2<f32>; 2] {
        let Hyperparameters { rotation, scale, shear, shift, .. } = self.hyperparameters;
        let mut draw = |most: f64| rng.random_range(-1.0..=1.0) * most as f32;
        let (sin, cos) = draw(rotation.to_radians()).sin_cos();
        let [taller, wider, shear, down, across] = [scale, scale, shear, shift, shift].map(&mut draw);
        let [centre_row, centre_column] = [self.height, self.width].map(|size| (size as f32 - 1.0) / 2.0);
        let [mut rows, mut columns] = [(); 2].map(|()| self.elastic(rng));
        for (((row, column), source_row), source_column) in rows.indexed_iter_mut().zip(&mut columns) {
            let (row, column) = (row as f32 - centre_row, column as f32 - centre_column);
            *source_row += centre_row + down + (1.0 + taller) * (cos * row - sin * column);
            *source_column += centre_column + across + (1.0 + wider) * (sin * row + cos * column + shear * row);
        }
        [rows, columns]
    }

    /// Draw a displacement for each pixel along one axis, of shape (height, width), in pixels: uniform from -alpha to
    /// alpha, and then blurred by weights of sum 1, until neighbours move alike.
    fn elastic(&self, rng: &mut impl Rng) -> Array2<f32> {
        let alpha = self.hyperparameters.alpha as f32;
        let noise = Array2::from_shape_simple_fn((self.height, self.width), || rng.random_range(-1.0..=1.0) * alpha);
        self.blurs[0].dot(&noise).dot(&self.blurs[1])
    }

    /// Take each pixel of `distorted` from its source in `image`: the mean of the four pixels around it, the nearer the
    /// more (bilinear interpolation). Outside is background, 0.
    fn resample(&self, image: &ArrayView1<f32>, [rows, columns]: &[Array2<f32>; 2], distorted: ArrayViewMut1<f32>) {
        // With a margin of background, each source has four pixels around it.
        let (bottom, right) = (self.height + 1, self.width + 1);
        let mut framed = Array2::<f32>::zeros((bottom + 1, right + 1));
        for (mut framed, row) in framed.rows_mut().into_iter().skip(1).zip(image.exact_chunks(self.width)) {
            framed.slice_axis_mut(Axis(0), Slice::from(1..right)).assign(&row);
        }
        for ((pixel, &row), &column) in distorted.into_iter().zip(rows).zip(columns) {
            let (row, column) = ((row + 1.0).clamp(0.0, bottom as f32), (column + 1.0).clamp(0.0, right as f32));
            let (top, left) = ((row as usize).min(bottom - 1), (column as usize).min(right - 1));
            let (down, across) = (row - top as f32, column - left as f32);
            let upper = (1.0 - across) * framed[[top, left]] + across * framed[[top, left + 1]];
            let lower = (1.0 - across) * framed[[top + 1, left]] + across * framed[[top + 1, left + 1]];
            *pixel = (1.0 - down) * upper + down * lower;
        }
    }
}

/// A Gaussian blur of deviation `sigma` pixels along one axis, as a matrix of shape (size, size) to multiply with. The
/// weights sum up to 1, those that fall outside of the image included.
fn blur(size: usize, sigma: f32) -> Array2<f32> {
    let weight = |distance: f32| (-0.5 * (distance / sigma).powi(2)).exp();
    let reach = (4.0 * sigma).ceil() as i32;
    let sum: f32 = (-reach..=reach).map(|distance| weight(distance as f32)).sum();
    Array2::from_shape_fn((size, size), |(to, from)| weight(to as f32 - from as f32) / sum)
}
