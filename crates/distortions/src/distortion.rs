//! How an image is distorted: turned, scaled, sheared and shifted as a whole, and bent like something that is drawn on
//! rubber (Simard, Steinkraus and Platt 2003, section 2).

use datasets::Features;
use ndarray::{Array2, ArrayView1, ArrayViewMut1, Axis, Slice};
use rand::{Rng, RngExt};

use crate::Hyperparameters;

/// What distorts images of one size.
pub struct Distortion {
    height: usize,
    width: usize,
    hyperparameters: Hyperparameters,
    /// Blur along the columns and along the rows of an image, of shape (height, height) and (width, width).
    blurs: [Array2<f32>; 2],
}

/// From where in the image each pixel of the distorted one comes: rows and columns, of shape (height, width).
pub type Sources = [Array2<f32>; 2];

impl Distortion {
    /// A distortion for examples whose features are pixels. There is none for the columns of a table.
    pub fn new(features: Features, hyperparameters: &Hyperparameters) -> Option<Self> {
        let Features::Pixels { height, width, .. } = features else { return None };
        let blurs = [height, width].map(|size| blur(size, hyperparameters.sigma as f32));
        Some(Self { height, width, hyperparameters: hyperparameters.clone(), blurs })
    }

    /// Write to `distorted` what `image` becomes by the random numbers of `rng`. Both are of shape (height * width).
    pub fn apply(&self, image: ArrayView1<f32>, distorted: ArrayViewMut1<f32>, rng: &mut impl Rng) {
        let [rows, columns] = self.sources(rng);
        // A border of background, so that each pixel has four neighbours.
        let mut framed = Array2::<f32>::zeros((self.height + 2, self.width + 2));
        for (mut framed, row) in framed.rows_mut().into_iter().skip(1).zip(image.exact_chunks(self.width)) {
            framed.slice_axis_mut(Axis(0), Slice::from(1..=self.width)).assign(&row);
        }
        let (bottom, right) = (self.height as f32 + 1.0, self.width as f32 + 1.0);
        for ((pixel, &row), &column) in distorted.into_iter().zip(&rows).zip(&columns) {
            let (row, column) = ((row + 1.0).clamp(0.0, bottom), (column + 1.0).clamp(0.0, right));
            let (top, left) = ((row as usize).min(self.height), (column as usize).min(self.width));
            let (down, across) = (row - top as f32, column - left as f32);
            let upper = (1.0 - across) * framed[[top, left]] + across * framed[[top, left + 1]];
            let lower = (1.0 - across) * framed[[top + 1, left]] + across * framed[[top + 1, left + 1]];
            *pixel = (1.0 - down) * upper + down * lower;
        }
    }

    /// Draw from where each pixel comes.
    pub fn sources(&self, rng: &mut impl Rng) -> Sources {
        let h = &self.hyperparameters;
        let mut draw = |most: f64| (rng.random_range(-1.0..=1.0) * most) as f32;
        let (sin, cos) = draw(h.rotation.to_radians()).sin_cos();
        let shear = draw(h.shear);
        let (scale_rows, scale_columns) = (1.0 + draw(h.scale), 1.0 + draw(h.scale));
        let (shift_rows, shift_columns) = (draw(h.shift), draw(h.shift));
        let centre = |size: usize| (size as f32 - 1.0) / 2.0;
        let (centre_row, centre_column) = (centre(self.height), centre(self.width));
        let mut sources = [0; 2].map(|_| self.elastic(rng));
        let [rows, columns] = &mut sources;
        for (((row, column), from_row), from_column) in rows.indexed_iter_mut().zip(columns) {
            let (row, column) = (row as f32 - centre_row, column as f32 - centre_column);
            *from_row += centre_row + shift_rows + scale_rows * (cos * row - sin * column);
            *from_column += centre_column + shift_columns + scale_columns * (sin * row + cos * column + shear * row);
        }
        sources
    }

    /// An elastic displacement along one axis, in pixels: a random number for each pixel, blurred until neighbours agree.
    fn elastic(&self, rng: &mut impl Rng) -> Array2<f32> {
        if self.hyperparameters.alpha == 0.0 {
            return Array2::zeros((self.height, self.width));
        }
        let alpha = self.hyperparameters.alpha as f32;
        let noise = Array2::from_shape_simple_fn((self.height, self.width), || rng.random_range(-alpha..=alpha));
        self.blurs[0].dot(&noise).dot(&self.blurs[1])
    }
}

/// A Gaussian blur of deviation `sigma` pixels, as a matrix of shape (size, size) to multiply with.
fn blur(size: usize, sigma: f32) -> Array2<f32> {
    let weight = |distance: f32| (-distance * distance / (2.0 * sigma * sigma).max(1e-12)).exp();
    let sum: f32 = (-3 * size as isize..=3 * size as isize).map(|distance| weight(distance as f32)).sum();
    Array2::from_shape_fn((size, size), |(to, from)| weight(to as f32 - from as f32) / sum)
}
