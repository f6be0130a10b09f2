//! How images are distorted: turned, scaled, sheared and shifted as a whole, and bent as if drawn on rubber (Simard,
//! Steinkraus and Platt 2003, section 2).

use std::f32::consts::TAU;

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
    ///
    /// # Panics
    ///
    /// If there are none, or they are not of one size.
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
/// weights sum up to 1, those that fall outside of the image included. With a `sigma` of 0 it leaves all as it is.
fn blur(size: usize, sigma: f32) -> Array2<f32> {
    let sigma = sigma.max(1e-3);
    let weight = |distance: f32| (-0.5 * (distance / sigma).powi(2)).exp();
    // A narrow bell ends within four pixels, and the sum over a wide one is its integral.
    let sum = (-4..=4).map(|distance| weight(distance as f32)).sum::<f32>().max(sigma * TAU.sqrt());
    Array2::from_shape_fn((size, size), |(to, from)| weight(to as f32 - from as f32) / sum)
}

#[cfg(test)]
mod tests {
    use evaluation::Knobs;
    use ndarray::array;

    use super::*;

    const PIXELS: Features = Features::Pixels { height: 28, width: 28, white: 1.0 };

    /// Distortions of which only those in `settings` are not 0.
    fn only(features: Features, settings: &[(&str, &str)]) -> Distortion {
        let mut hyperparameters = Hyperparameters::mnist();
        for (name, value) in
            ["rotation", "scale", "shear", "shift", "alpha"].map(|name| (name, "0")).iter().chain(settings)
        {
            hyperparameters.set(name, value).expect("a value that it can have");
        }
        Distortion::new(features, &hyperparameters, &ChaCha8Rng::seed_from_u64(1))
    }

    /// An image of `features` pixels, all of them different.
    fn image(features: usize) -> Array2<f32> {
        Array2::from_shape_fn((1, features), |(_, pixel)| pixel as f32 / 3.0)
    }

    /// By how many pixels each pixel of `images` images is displaced: down or up, and across.
    fn displacements(distortion: &Distortion, images: usize) -> Vec<[f32; 2]> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut displacements = Vec::new();
        for _ in 0..images {
            let [rows, columns] = distortion.sources(&mut rng);
            for (((row, column), source_row), source_column) in rows.indexed_iter().zip(&columns) {
                displacements.push([source_row - row as f32, source_column - column as f32]);
            }
        }
        displacements
    }

    #[test]
    fn without_distortions_an_image_stays_as_it_is() {
        let image = image(28 * 28);
        assert_eq!(only(PIXELS, &[]).apply(&[image.row(0)]), image);
    }

    #[test]
    fn the_columns_of_a_table_stay_as_they_are() {
        let row = image(7);
        let strong = [("rotation", "30"), ("shift", "3"), ("alpha", "40")];
        assert_eq!(only(Features::Columns, &strong).apply(&[row.row(0)]), row);
    }

    #[test]
    fn a_pixel_is_the_mean_of_those_around_its_source_and_background_outside() {
        let distortion = only(Features::Pixels { height: 2, width: 3, white: 1.0 }, &[]);
        let image = array![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let rows = array![[0.0, 0.0, 0.5], [1.5, -0.25, 9.0]];
        let columns = array![[1.0, 0.25, 1.5], [0.0, 2.0, -9.0]];
        let mut distorted = Array2::zeros((1, 6));
        distortion.resample(&image.view(), &[rows, columns], distorted.row_mut(0));
        assert_eq!(distorted, array![[2.0, 1.25, 4.0, 2.0, 2.25, 0.0]]);
    }

    #[test]
    fn a_turn_moves_what_is_far_from_the_centre_along_a_circle() {
        let distortion = only(PIXELS, &[("rotation", "10")]);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..100 {
            let [rows, columns] = distortion.sources(&mut rng);
            for ((row, column), source) in rows.indexed_iter() {
                let radius = |row: f32, column: f32| (row - 13.5).hypot(column - 13.5);
                let before = radius(row as f32, column as f32);
                let after = radius(*source, columns[[row, column]]);
                assert!((before - after).abs() < 1e-4, "{before} {after}");
            }
        }
        let largest =
            displacements(&distortion, 1000).iter().map(|[down, across]| down.hypot(*across)).fold(0.0, f32::max);
        let most = 2.0 * 13.5 * 2.0_f32.sqrt() * 5.0_f32.to_radians().sin(); // a corner, by the whole angle
        assert!((0.99 * most..=most).contains(&largest), "{largest}, and {most} at most");
    }

    /// An independent prototype displaced pixels along an axis by 0.84 on average, and by 4.6 at most in fewer images.
    #[test]
    fn an_elastic_distortion_displaces_pixels_as_far_as_is_known() {
        let displacements = displacements(&only(PIXELS, &[("alpha", "36"), ("sigma", "5")]), 1000).concat();
        let mean = displacements.iter().map(|x| x.abs()).sum::<f32>() / displacements.len() as f32;
        let largest = displacements.iter().fold(0.0, |largest, x| x.abs().max(largest));
        assert!((0.82..0.86).contains(&mean), "{mean}");
        assert!((4.6..6.5).contains(&largest), "{largest}");
    }

    #[test]
    fn the_weights_of_a_blur_sum_up_to_1_and_no_width_is_too_small_or_too_large() {
        let middle = |sigma: f32| blur(201, sigma).row(100).sum();
        for sigma in [0.0, 0.1, 0.3, 0.5, 0.9, 1.0, 1.1, 2.0, 5.0, 20.0] {
            assert!((middle(sigma) - 1.0).abs() < 1e-4, "{} for {sigma}", middle(sigma));
        }
        assert_eq!(blur(28, 0.0), Array2::eye(28));
        assert!(blur(28, 1e9).iter().chain(&blur(28, f32::INFINITY)).all(|&weight| (0.0..1e-9).contains(&weight)));
    }

    #[test]
    fn it_does_not_matter_how_many_cores_there_are() {
        let image = image(28 * 28);
        let images = vec![image.row(0); 10];
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| only(PIXELS, &[("alpha", "36"), ("rotation", "10")]).apply(&images))
        };
        let distorted = with(1);
        assert_eq!(distorted, with(3));
        assert_ne!(distorted.row(0), distorted.row(1)); // each in its own way
    }
}
