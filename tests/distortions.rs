//! What distortions promise: where pixels come from, how far they move, and the same images however the work is shared.

use datasets::{Features, Inputs};
use distortions::{Distortion, Hyperparameters};
use evaluation::Tunable;
use ndarray::{Array1, Array2, array};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use tests::generator;

const PIXELS: Features = Features::Pixels { height: 28, width: 28, max: 255 };

/// Returns distortions of which only those in `settings` are not 0.
fn only(features: Features, settings: &[(&str, &str)]) -> Distortion {
    let mut hyperparameters = Hyperparameters::mnist();
    let off = ["rotation", "scale", "shear", "shift", "alpha"].map(|name| (name, "0"));
    for (name, value) in off.iter().chain(settings) {
        hyperparameters.set(name, value).expect("a value that it can have");
    }
    Distortion::new(features, &hyperparameters, &generator(1))
}

/// Returns so many images of 28 x 28 pixels, in which neighbours differ.
fn images(count: usize) -> Array2<u8> {
    Array2::from_shape_fn((count, 28 * 28), |(_, pixel)| (pixel * 7 % 256) as u8)
}

/// Returns by how many pixels each pixel of `images` images is displaced: down or up, and across.
fn displacements(distortion: &Distortion, images: usize) -> Vec<[f32; 2]> {
    let mut rng = generator(1);
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
    let images = Inputs::from(images(2));
    assert_eq!(only(PIXELS, &[]).apply(&images), images);
}

#[test]
fn columns_of_a_table_stay_as_they_are() {
    let strong = [("rotation", "30"), ("shift", "3"), ("alpha", "40")];
    let mut distortion = only(Features::Columns, &strong);
    for table in [Inputs::from(array![[0.5, 1.75e9, -3.0]]), array![[0_u8, 200, 255]].into()] {
        assert_eq!(distortion.apply(&table), table);
    }
}

#[test]
fn a_pixel_is_the_mean_of_those_around_its_source_and_background_outside() {
    let distortion = only(Features::Pixels { height: 2, width: 3, max: 255 }, &[]);
    let image = array![10, 20, 30, 40, 50, 60];
    let rows = array![[0.0, 0.0, 0.5], [1.5, -0.25, 9.0]];
    let columns = array![[1.0, 0.25, 1.5], [0.0, 2.0, -9.0]];
    let mut distorted = Array1::zeros(6);
    distortion.resample(image.view(), &[rows, columns], distorted.view_mut());
    // The exact means are 20, 12.5, 40, 20, 22.5 and 0; a half is rounded up.
    assert_eq!(distorted, array![20, 13, 40, 20, 23, 0]);
}

#[test]
fn a_turn_moves_pixels_along_circles_about_the_middle() {
    let distortion = only(PIXELS, &[("rotation", "10")]);
    let mut rng = generator(1);
    for _ in 0..100 {
        let [rows, columns] = distortion.sources(&mut rng);
        for ((row, column), source) in rows.indexed_iter() {
            let radius = |row: f32, column: f32| (row - 13.5).hypot(column - 13.5);
            let (before, after) = (radius(row as f32, column as f32), radius(*source, columns[[row, column]]));
            assert!((before - after).abs() < 1e-4, "{before} {after}");
        }
    }
    let distances = displacements(&distortion, 1000).into_iter().map(|[down, across]| down.hypot(across));
    let largest = distances.fold(0.0, f32::max);
    let most = 2.0 * 13.5 * 2.0_f32.sqrt() * 5.0_f32.to_radians().sin(); // a corner, by the whole angle
    assert!((0.99 * most..=most).contains(&largest), "{largest}, and {most} at most");
}

/// An independent prototype displaced pixels along an axis by 0.84 on average, and by 4.6 at most in fewer images.
#[test]
fn bending_displaces_pixels_as_far_as_is_known() {
    let displacements = displacements(&only(PIXELS, &[("alpha", "36"), ("sigma", "5")]), 1000).concat();
    let (mean, largest) = mean_and_largest(&displacements);
    assert!((0.82..0.86).contains(&mean), "{mean}");
    assert!((4.6..6.5).contains(&largest), "{largest}");
}

/// Without a blur, displacements are uniform from -alpha to alpha; a blur far wider than the image leaves nothing of
/// them.
#[test]
fn no_blur_is_too_narrow_or_too_wide() {
    let (mean, largest) =
        mean_and_largest(&displacements(&only(PIXELS, &[("alpha", "3"), ("sigma", "0")]), 50).concat());
    assert!((1.48..1.52).contains(&mean) && (2.99..=3.0).contains(&largest), "{mean} {largest}");
    let (_, largest) =
        mean_and_largest(&displacements(&only(PIXELS, &[("alpha", "3"), ("sigma", "1e9")]), 50).concat());
    assert!(largest < 1e-6, "{largest}");
}

fn mean_and_largest(displacements: &[f32]) -> (f32, f32) {
    let mean = displacements.iter().map(|x| x.abs()).sum::<f32>() / displacements.len() as f32;
    (mean, displacements.iter().fold(0.0, |largest, x| x.abs().max(largest)))
}

#[test]
fn images_do_not_depend_on_the_number_of_threads_and_each_is_distorted_in_its_own_way() {
    let images = Inputs::from(images(10));
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| only(PIXELS, &[("alpha", "36"), ("rotation", "10")]).apply(&images))
    };
    let distorted = with(1);
    assert_eq!(distorted, with(3));
    assert_ne!(distorted.row(0), distorted.row(1));
}

/// The generator of the weights and of the order is not used up, whatever the distortions.
#[test]
fn everything_else_is_as_it_would_be_without_distortions() {
    let rng = ChaCha8Rng::seed_from_u64(5);
    let mut distortion = Distortion::new(PIXELS, &Hyperparameters::mnist(), &rng);
    assert_ne!(distortion.apply(&images(1).into()), images(1).into());
    assert_eq!(rng, ChaCha8Rng::seed_from_u64(5));
}
