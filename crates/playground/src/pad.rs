//! What was drawn on the pad, as MNIST would have it.

use std::f64::consts::FRAC_1_SQRT_2;

/// Rows and columns of an image of MNIST.
pub const SIDE: usize = 28;
/// Pixels along the longest side of a digit, ink included.
const LONGEST: f64 = 20.0;
/// The longest side of a drawing, as a part of the pad, below which it is a slip of the pen.
const LEAST: f64 = 0.08;
/// Points within a pixel, along each axis, at which it is seen if there is ink.
const SAMPLES: usize = 16;

/// A line that was drawn without lifting the pen: points from the pad's left and top, in parts of its side.
pub type Stroke = Vec<(f64, f64)>;

/// Returns the image, row by row and from 0 to 255, that MNIST would have of some strokes. None if hardly anything was
/// drawn.
///
/// Its longest side has 20 pixels, drawn with a pen that is `width` pixels wide. Its barycentre is moved by whole
/// pixels to between 14 and 15 from the left and the top, as in the training set (QMNIST's `xnist.lsh`).
///
/// The points are scaled, and then the pen draws: a pen that was scaled along would make small digits fat.
pub fn image(strokes: &[Stroke], width: f64) -> Option<Vec<u8>> {
    let points = || strokes.iter().flatten();
    let extent = |choose: fn(&(f64, f64)) -> f64| {
        let least = points().map(choose).fold(f64::INFINITY, f64::min);
        (least, points().map(choose).fold(f64::NEG_INFINITY, f64::max) - least)
    };
    let ((left, across), (top, down)) = (extent(|point| point.0), extent(|point| point.1));
    let longest = across.max(down);
    // Not finite without any points.
    if !longest.is_finite() || longest < LEAST {
        return None;
    }
    let scale = (LONGEST - width) / longest;
    // The short side is in the middle.
    let place = |value: f64, least: f64, extent: f64| (SIDE as f64 - scale * extent) / 2.0 + scale * (value - least);
    let scaled = strokes
        .iter()
        .map(|stroke| stroke.iter().map(|&(x, y)| (place(x, left, across), place(y, top, down))).collect::<Stroke>());
    let coverage = paint(&Vec::from_iter(scaled), width / 2.0);
    let largest = coverage.iter().copied().fold(0.0, f64::max);
    let bytes = Vec::from_iter(coverage.iter().map(|part| (255.0 * part / largest).round() as u8));
    Some(centred(&bytes))
}

/// Returns the part of each pixel that lies within `radius` of a stroke.
fn paint(strokes: &[Stroke], radius: f64) -> Vec<f64> {
    let segments = strokes.iter().flat_map(|stroke| {
        // A point on its own is a dot.
        let dot = stroke.first().filter(|_| stroke.len() == 1).map(|&point| (point, point));
        dot.into_iter().chain(stroke.windows(2).map(|ends| (ends[0], ends[1])))
    });
    let segments = Vec::from_iter(segments);
    let nearest =
        |x: f64, y: f64| segments.iter().map(|&(from, to)| distance((x, y), from, to)).fold(f64::INFINITY, f64::min);
    let sample = |index: usize| (index as f64 + 0.5) / SAMPLES as f64;
    let pixel = |index: usize| {
        let (row, column) = ((index / SIDE) as f64, (index % SIDE) as f64);
        // Where the edge of the ink does not cross the pixel, its middle tells all.
        let inside = radius - nearest(column + 0.5, row + 0.5);
        if inside.abs() > FRAC_1_SQRT_2 {
            return f64::from(inside > 0.0);
        }
        let samples = (0..SAMPLES * SAMPLES).map(|index| (sample(index / SAMPLES), sample(index % SAMPLES)));
        let hits = samples.filter(|(down, across)| nearest(column + across, row + down) <= radius).count();
        hits as f64 / (SAMPLES * SAMPLES) as f64
    };
    (0..SIDE * SIDE).map(pixel).collect()
}

/// Returns the distance of a point from the line between two others.
fn distance((x, y): (f64, f64), (ax, ay): (f64, f64), (bx, by): (f64, f64)) -> f64 {
    let (dx, dy) = (bx - ax, by - ay);
    let square = dx * dx + dy * dy;
    let along = if square > 0.0 { (((x - ax) * dx + (y - ay) * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    (x - ax - along * dx).hypot(y - ay - along * dy)
}

/// Returns the barycentre of an image, from its left and its top.
pub fn barycentre(bytes: &[u8]) -> (f64, f64) {
    let (mut ink, mut across, mut down) = (0.0, 0.0, 0.0);
    for (index, &byte) in bytes.iter().enumerate() {
        let byte = f64::from(byte);
        ink += byte;
        across += byte * ((index % SIDE) as f64 + 0.5);
        down += byte * ((index / SIDE) as f64 + 0.5);
    }
    (across / ink, down / ink)
}

/// Moves an image by whole pixels until its barycentre is above 14 and at most 15.
fn centred(bytes: &[u8]) -> Vec<u8> {
    let (across, down) = barycentre(bytes);
    let (right, below) = ((15.0 - across).floor() as isize, (15.0 - down).floor() as isize);
    let from = |index: usize, shift: isize| index.checked_add_signed(-shift).filter(|index| *index < SIDE);
    let pixel = |index: usize| match (from(index / SIDE, below), from(index % SIDE, right)) {
        (Some(row), Some(column)) => bytes[row * SIDE + column],
        _ => 0,
    };
    (0..SIDE * SIDE).map(pixel).collect()
}

#[cfg(test)]
mod tests {
    use std::{f64::consts::PI, fs, path::Path};

    use datasets::mnist;
    use records::{Pending, Record};
    use serde::Deserialize;

    use super::*;
    use crate::{Network, answer, step};

    /// Digits that were drawn in some style, with the width of the pen.
    #[derive(Deserialize)]
    struct Hand {
        style: String,
        /// The strokes of 0, 1, 2 and so on.
        digits: Vec<Vec<Stroke>>,
    }

    fn hands() -> Vec<Hand> {
        serde_json::from_str(include_str!("../tests/hands.json")).expect("drawings")
    }

    fn drawings() -> impl Iterator<Item = (String, usize, Vec<u8>)> {
        hands().into_iter().flat_map(|Hand { style, digits }| {
            let name = move |(digit, strokes): (usize, Vec<Stroke>)| {
                (format!("{digit}, {style}"), digit, image(&strokes, 2.4).expect("enough ink"))
            };
            digits.into_iter().enumerate().map(name)
        })
    }

    fn sides(image: &[u8]) -> (usize, usize) {
        let inked = |row: usize, column: usize| image[row * SIDE + column] > 0;
        let rows = (0..SIDE).filter(|&row| (0..SIDE).any(|column| inked(row, column))).count();
        (rows, (0..SIDE).filter(|&column| (0..SIDE).any(|row| inked(row, column))).count())
    }

    #[test]
    fn an_image_has_the_geometry_of_mnist() {
        for (name, _, image) in drawings() {
            let (rows, columns) = sides(&image);
            assert_eq!(rows.max(columns), 20, "{name}");
            let (across, down) = barycentre(&image);
            assert!(across > 14.0 && across <= 15.0 && down > 14.0 && down <= 15.0, "{name}: {across} {down}");
            // The ink of 5 and of 95 in 100 training images, in whole pixels; a 1 has less.
            let ink = image.iter().map(|byte| f64::from(*byte)).sum::<f64>() / 255.0;
            assert!((40.0..164.0).contains(&ink), "{name}: {ink}");
            assert!(image.contains(&255));
        }
    }

    #[test]
    fn neither_the_place_nor_the_size_on_the_pad_matters() {
        for Hand { digits, .. } in hands() {
            let moved = |factor: f64, shift: f64| {
                let place = |(x, y): &(f64, f64)| (x * factor + shift, y * factor + shift);
                digits[5].iter().map(|stroke| stroke.iter().map(place).collect()).collect::<Vec<Stroke>>()
            };
            let (large, small) = (image(&digits[5], 2.4).expect("ink"), image(&moved(0.5, 0.25), 2.4).expect("ink"));
            let differing = large.iter().zip(&small).filter(|(a, b)| a.abs_diff(**b) > 8).count();
            assert_eq!(differing, 0);
        }
    }

    #[test]
    fn nothing_and_a_slip_of_the_pen_are_no_digit() {
        assert_eq!(image(&[], 2.4), None);
        assert_eq!(image(&[vec![]], 2.4), None);
        assert_eq!(image(&[vec![(0.5, 0.5)]], 2.4), None);
        assert_eq!(image(&[vec![(0.5, 0.5), (0.53, 0.52)]], 2.4), None);
        assert!(image(&[vec![(0.5, 0.2), (0.5, 0.8)]], 2.4).is_some());
        assert_eq!(image(&[vec![(f64::NAN, 0.2), (0.5, f64::INFINITY)]], 2.4), None);
    }

    #[test]
    fn a_straight_line_is_as_wide_as_the_pen() {
        let image = image(&[vec![(0.5, 0.1), (0.5, 0.9)]], 2.4).expect("ink");
        let ink = image.iter().map(|byte| f64::from(*byte)).sum::<f64>() / 255.0;
        // A rectangle of 17.6 by 2.4 and the two halves of a disc.
        let area = 17.6 * 2.4 + PI * 1.2 * 1.2;
        assert!((ink / area - 1.0).abs() < 0.03, "{ink} {area}");
    }

    fn network(step: &str) -> Network {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../book/lab/networks/{step}.safetensors"));
        Network::from_bytes(&fs::read(path).expect("a file")).expect("a network")
    }

    #[test]
    fn the_networks_of_the_book_read_what_is_drawn() {
        for known in &records::STEPS[3..] {
            let network = network(known.name);
            let mut mistakes = Vec::new();
            for (name, digit, image) in drawings() {
                let outputs = answer(&network, &image).expect("a step");
                let said = (0..10).max_by(|a, b| outputs[*a].total_cmp(&outputs[*b])).expect("ten");
                if said != digit {
                    mistakes.push(format!("{name}: {said}"));
                }
            }
            println!("{}: {mistakes:?}", known.name);
            assert!(mistakes.len() <= 4, "{}: {mistakes:?}", known.name);
        }
    }

    /// The rounding to half precision costs a few images at most. A record that is waiting to be made anew, or of a
    /// network with more units, says nothing of them.
    #[test]
    fn the_networks_of_the_book_are_those_of_the_records() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let pending = Pending::load(&root).expect("a list");
        for known in &records::STEPS {
            let path = format!("mnist/{}.json", known.name);
            if pending.line(&path).is_some() {
                continue;
            }
            let record = fs::read_to_string(root.join("book/results").join(&path)).expect("a record");
            let record: Record = serde_json::from_str(&record).expect("a record");
            if record.subject.hyperparameters["hidden"].as_u64() == Some(100) {
                let first = record.runs.iter().find(|run| run.seed == 1).expect("a run of seed 1");
                let right = (10_000.0 * first.test_accuracy).round() as usize;
                assert!(right.abs_diff(network(known.name).right()) <= 15, "{}: {right}", known.name);
            }
        }
    }

    #[test]
    #[ignore = "needs MNIST"]
    fn the_networks_of_the_book_are_as_good_as_their_files_say() {
        let test = mnist(None).expect("MNIST").test;
        for known in &records::STEPS {
            let network = network(known.name);
            assert_eq!(network.step(), known.name);
            assert_eq!((step(known.name).expect("a step").right)(&network, &test), network.right(), "{}", known.name);
        }
    }
}
