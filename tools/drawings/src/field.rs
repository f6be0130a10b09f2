//! How an elastic distortion moves the pixels of an image.

use charts::Drawing;
use datasets::Features;
use distortions::{Distortion, Hyperparameters};
use evaluation::Tunable;
use ndarray::Array2;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    Captioned,
    pen::{Anchor::*, Pen, arrow, exact, number, polyline},
};

/// Pixels along each side.
const SIDE: usize = 28;
/// Of the pixels along each side, every so manieth is drawn.
const EVERY: usize = 4;
const SEED: u64 = 1;
/// Of each panel, in units.
const WIDTH: f64 = 124.0;
/// By how much the arrows of the random displacements are shortened.
const SHORTENED: f64 = 20.0;

/// The displacement of each pixel, down and across, as the step draws it with this `sigma`.
fn displacements(sigma: f64) -> [Array2<f32>; 2] {
    let features = Features::Pixels { height: SIDE, width: SIDE, max: u8::MAX };
    let elastic =
        Hyperparameters { rotation: 0.0, scale: 0.0, shear: 0.0, shift: 0.0, sigma, ..Hyperparameters::mnist() };
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let [mut rows, mut columns] = Distortion::new(features, &elastic, &rng).sources(&mut rng);
    rows.indexed_iter_mut().for_each(|((row, _), source)| *source -= row as f32);
    columns.indexed_iter_mut().for_each(|((_, column), source)| *source -= column as f32);
    [rows, columns]
}

/// Random displacements, the same blurred, and what they make of a lattice.
pub fn displacements_drawing() -> Captioned {
    let settings = Hyperparameters::mnist();
    let blurred = displacements(settings.sigma);
    let pitch = WIDTH / SIDE as f64;
    let mut pen = Pen::default();
    let panels = [(4.0, "drawn at random", displacements(0.0), SHORTENED), (138.0, "blurred", blurred.clone(), 1.0)];
    for (left, name, [rows, columns], shortened) in panels {
        pen.text("ink", (left + WIDTH / 2.0, 14.0), Middle, name);
        let mut arrows = String::new();
        for row in (0..SIDE).step_by(EVERY) {
            for column in (0..SIDE).step_by(EVERY) {
                let from = (left + pitch * (column as f64 + 1.0), 26.0 + pitch * (row as f64 + 1.0));
                let moved = |field: &Array2<f32>| pitch * f64::from(field[(row, column)]) / shortened;
                arrows += &arrow(from, (from.0 + moved(&columns), from.1 + moved(&rows)), 2.2);
            }
        }
        pen.path("wire", &arrows);
    }
    // The lattice: each line goes where its pixels come from.
    let left = 272.0;
    pen.text("ink", (left + WIDTH / 2.0, 14.0), Middle, "a lattice, bent");
    let [rows, columns] = &blurred;
    let at = |row: usize, column: usize| {
        let [down, across] = [rows, columns].map(|field| f64::from(field[(row, column)]));
        (left + pitch * (column as f64 + 0.5 + across), 26.0 + pitch * (row as f64 + 0.5 + down))
    };
    let mut lattice = String::new();
    for line in (0..SIDE).step_by(3) {
        lattice += &polyline(&(0..SIDE).map(|other| at(line, other)).collect::<Vec<_>>());
        lattice += &polyline(&(0..SIDE).map(|other| at(other, line)).collect::<Vec<_>>());
    }
    pen.path("wire plus", &lattice);
    let lengths = rows.iter().zip(columns).map(|(down, across)| f64::from(down.hypot(*across)));
    let mean = lengths.sum::<f64>() / rows.len() as f64;
    let description = "Three squares. In the first, arrows in a square lattice point in all directions. In the second \
                       they flow: neighbours point nearly the same way. In the third a lattice of lines is gently bent \
                       by them."
        .to_owned();
    let caption = format!(
        "On the left the random displacements of every fourth pixel along each side, at a twentieth of their \
         length; in the middle the same after the blur, at their own length, {} pixels on average; on the right the \
         places that the rows and columns come from. These are MNIST’s settings, <code>alpha</code> {} and \
         <code>sigma</code> {}.",
        number(mean, 1),
        exact(settings.alpha),
        exact(settings.sigma)
    );
    (Drawing::sketch("How an image is bent", &description, 158.0, pen.0), caption)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blur_makes_neighbours_move_alike_and_less_far() {
        let spread = |field: &Array2<f32>| field.iter().map(|d| d * d).sum::<f32>();
        let between = |field: &Array2<f32>| {
            (0..SIDE - 1).map(|column| (field[(9, column + 1)] - field[(9, column)]).powi(2)).sum::<f32>()
        };
        let [random, _] = displacements(0.0);
        let [blurred, _] = displacements(Hyperparameters::mnist().sigma);
        assert!(random.iter().all(|d| d.abs() <= Hyperparameters::mnist().alpha as f32 + 1e-3));
        assert!(spread(&blurred) < spread(&random) / 100.0);
        assert!(between(&blurred) * spread(&random) < between(&random) * spread(&blurred) / 10.0);
    }
}
