//! The pictures of the book that are made from data.

mod hidden;
mod misread;
mod sheet;

use std::{fmt::Write, fs, path::Path};

use clap::Args;

use datasets::{Dataset, Examples, Features};
use distortions::{Distortion, Hyperparameters};
use evaluation::Tunable;
use png::{BitDepth, ColorType, Encoder};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use xtask::Error;

/// A sheet of digits.
const DIGITS: &str = "book/src/figures/digits.svg";
/// Of each digit.
const EXAMPLES: usize = 4;
/// Of an image, in pixels, and with the gap to the next.
const SIDE: usize = 8;
const STRIDE: usize = SIDE + 2;
/// The value of a pixel that is fully inked.
const WHITE: usize = 16;
/// How large a pixel is drawn.
const SCALE: usize = 7;

/// A sheet of what distortions make of MNIST's digits.
const DISTORTIONS: &str = "book/src/figures/distortions.png";
const AFFINE: &[&str] = &["rotation", "scale", "shear", "shift"];
const ELASTIC: &[&str] = &["alpha"];
/// What is switched off in each of its rows.
const ROWS: [&[&[&str]]; 7] = [&[AFFINE, ELASTIC], &[ELASTIC], &[ELASTIC], &[AFFINE], &[AFFINE], &[], &[]];

/// What the hidden units of networks that learned MNIST see.
const HIDDEN: [Drawn; 3] = [
    ("book/src/figures/weights.svg", hidden::weights),
    ("book/src/figures/saturated.svg", hidden::saturated),
    ("book/src/figures/excited.svg", hidden::excited),
];
/// The images that the best network misreads.
const MISREAD: &str = "book/src/figures/misread.svg";

/// A picture, and what draws it from the networks in the workspace and MNIST.
type Drawn = (&'static str, fn(&Path, &Dataset) -> Result<String, Error>);

/// What to draw.
#[derive(Args, Debug)]
pub struct Choice {
    /// Also the images that `distortions` misreads, which trains it first, and takes minutes
    #[arg(long)]
    misread: bool,
}

/// Draw the pictures; those of MNIST only where MNIST is found.
pub fn write(root: &Path, choice: &Choice) -> Result<(), Error> {
    let keep = |name: &str, contents: &[u8]| {
        let path = root.join(name);
        fs::write(&path, contents).map_err(Error::file(&path, "written"))
    };
    keep(DIGITS, sheet(&datasets::digits(1).train).as_bytes())?;
    let mnist = match datasets::mnist(None) {
        Ok(mnist) => mnist,
        Err(error) => {
            eprintln!("the pictures of MNIST are left as they are: {error}");
            return Ok(());
        }
    };
    keep(DISTORTIONS, &distorted(&mnist.train).png())?;
    for (name, draw) in HIDDEN {
        keep(name, draw(root, &mnist)?.as_bytes())?;
    }
    if choice.misread {
        keep(MISREAD, misread::misread(&mnist).as_bytes())?;
    }
    Ok(())
}

/// The first examples of each digit as SVG, a column for each digit. It brings its own paper, and so looks the same on
/// light pages and dark ones.
fn sheet(examples: &Examples) -> String {
    let (mut paper, mut ink) = (String::new(), vec![String::new(); WHITE + 1]);
    let classes = examples.classes();
    for class in 0..classes {
        let of_class = (0..examples.len()).filter(|&example| examples.labels[example] == class);
        for (row, example) in of_class.take(EXAMPLES).enumerate() {
            let (left, top) = (class * STRIDE, row * STRIDE);
            paper += &format!("M{left} {top}h{SIDE}v{SIDE}h-{SIDE}z");
            for (pixel, value) in examples.inputs.row(example).iter().enumerate() {
                ink[value as usize] += &format!("M{} {}h1v1h-1z", left + pixel % SIDE, top + pixel / SIDE);
            }
        }
    }
    let (width, height) = (classes * STRIDE + SIDE - STRIDE, EXAMPLES * STRIDE + SIDE - STRIDE);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{}\" height=\"{}\" \
         shape-rendering=\"crispEdges\">\n<path fill=\"#f7f3e8\" d=\"{paper}\"/>\n",
        width * SCALE,
        height * SCALE
    );
    // Paths of one shade each, as that is the shortest to write. What has no ink is paper.
    for (value, pixels) in ink.iter().enumerate().skip(1).filter(|(_, pixels)| !pixels.is_empty()) {
        let opacity = value as f64 / WHITE as f64;
        writeln!(svg, "<path fill=\"#1d2340\" fill-opacity=\"{opacity}\" d=\"{pixels}\"/>")
            .expect("a string takes all that is written");
    }
    svg + "</svg>\n"
}

/// A picture in shades of grey.
struct Greys {
    width: usize,
    /// Row by row, from 0 for black.
    pixels: Vec<u8>,
}

/// The first example of each digit as the settings for MNIST distort it.
fn distorted(examples: &Examples) -> Greys {
    let Features::Pixels { height, width, max } = examples.features else { unreachable!("MNIST has images") };
    let first = |class| examples.labels.iter().position(|&label| label == class).expect("each digit has examples");
    let digits = examples.inputs.select(&Vec::from_iter((0..examples.classes()).map(first)));
    let (across, down) = (digits.nrows() * (width + 2), ROWS.len() * (height + 2));
    let mut pixels = vec![u8::MAX; across * down];
    for (row, off) in ROWS.iter().enumerate() {
        let mut hyperparameters = Hyperparameters::mnist();
        off.concat().iter().for_each(|name| hyperparameters.set(name, "0").expect("any of them can be 0"));
        let rng = ChaCha8Rng::seed_from_u64(row as u64);
        let images = Distortion::new(examples.features, &hyperparameters, &rng).apply(&digits);
        for (column, image) in images.rows().enumerate() {
            for (pixel, ink) in image.iter().enumerate() {
                let (top, left) = (row * (height + 2) + 1 + pixel / width, column * (width + 2) + 1 + pixel % width);
                pixels[top * across + left] -= (ink / f64::from(max) * 255.0) as u8;
            }
        }
    }
    Greys { width: across, pixels }
}

impl Greys {
    fn png(&self) -> Vec<u8> {
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, self.width as u32, (self.pixels.len() / self.width) as u32);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header().expect("memory takes all that is written");
        writer.write_image_data(&self.pixels).expect("as many pixels as the picture has");
        writer.finish().expect("memory takes all that is written");
        png
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Cursor, iter::zip};

    use png::Decoder;

    use super::*;

    impl Greys {
        /// Whether `png` is this picture. Processors round in different ways, which may be a shade or two.
        fn is_nearly(&self, png: &[u8]) -> bool {
            let decoded = || {
                let mut reader = Decoder::new(Cursor::new(png)).read_info().ok()?;
                let mut pixels = vec![0; reader.output_buffer_size()?];
                let info = reader.next_frame(&mut pixels).ok()?;
                (info.color_type == ColorType::Grayscale && info.width as usize == self.width).then_some(pixels)
            };
            decoded().is_some_and(|pixels| {
                pixels.len() == self.pixels.len()
                    && zip(&pixels, &self.pixels).all(|(one, other)| one.abs_diff(*other) <= 2)
            })
        }
    }

    #[test]
    fn every_digit_has_its_column_and_every_pixel_its_shade() {
        let examples = datasets::digits(1).train;
        let svg = sheet(&examples);
        assert_eq!(svg.matches("h8v8h-8z").count(), EXAMPLES * examples.classes());
        let first = examples.labels.iter().position(|&label| label == 3).unwrap();
        for (pixel, value) in examples.inputs.row(first).iter().enumerate().filter(|(_, value)| *value > 0.0) {
            let shade = format!("fill-opacity=\"{}\"", value / 16.0);
            let path = svg.lines().find(|line| line.contains(&shade)).unwrap();
            assert!(path.contains(&format!("M{} {}h1v1h-1z", 30 + pixel % 8, pixel / 8)), "pixel {pixel}");
        }
    }

    #[test]
    fn the_digits_in_the_book_are_those_that_would_be_drawn() {
        let drawn = fs::read_to_string(xtask::root().join(DIGITS)).unwrap();
        assert!(drawn == sheet(&datasets::digits(1).train), "`cargo xtask figures` draws them anew");
    }

    #[test]
    #[ignore = "needs MNIST_DIR"]
    fn the_distortions_in_the_book_are_those_that_would_be_drawn() {
        let drawn = fs::read(xtask::root().join(DISTORTIONS)).unwrap();
        let mnist = datasets::mnist(None).unwrap();
        assert!(distorted(&mnist.train).is_nearly(&drawn), "`cargo xtask figures` draws them anew");
    }

    #[test]
    #[ignore = "needs MNIST_DIR"]
    fn the_hidden_units_in_the_book_are_those_that_would_be_drawn() {
        let (root, mnist) = (xtask::root(), datasets::mnist(None).unwrap());
        for (name, draw) in HIDDEN {
            let drawn = fs::read_to_string(root.join(name)).unwrap();
            assert!(drawn == draw(&root, &mnist).unwrap(), "`cargo xtask figures` draws {name} anew");
        }
    }

    #[test]
    fn as_many_images_are_drawn_as_were_misread() {
        let root = xtask::root();
        let drawn = fs::read_to_string(root.join(MISREAD)).unwrap();
        let record = fs::read_to_string(root.join("book/results/mnist/distortions.json")).unwrap();
        let record: records::Record = serde_json::from_str(&record).unwrap();
        let wrong = (1.0 - record.runs[0].test_accuracy) * record.examples.test as f64;
        assert_eq!(drawn.matches("<image ").count(), wrong.round() as usize, "`cargo xtask figures --misread`");
    }

    #[test]
    fn a_picture_is_known_by_its_shades() {
        let greys = |last| Greys { width: 2, pixels: vec![255, 0, 7, last] };
        let png = greys(100).png();
        assert!(greys(100).is_nearly(&png) && greys(102).is_nearly(&png));
        assert!(!greys(103).is_nearly(&png));
        assert!(!Greys { width: 4, ..greys(100) }.is_nearly(&png));
        assert!(!greys(100).is_nearly(&png[..40]));
    }
}
