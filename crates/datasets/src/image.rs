//! Pictures of drawn digits, made to look like those that a network was trained on.

use std::{
    fs::File,
    io::{BufRead, BufReader, Seek},
    path::Path,
};

use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use png::{ColorType, Decoder, Transformations};

use crate::{Error, Features};

/// The greatest height and width of a picture that is read: what a camera takes, and at most 64 MB to decode.
const LONGEST_SIDE: u32 = 4096;
/// The least difference between paper and ink, of 255: less is dust.
const LEAST_CONTRAST: u8 = 32;
/// The share of full ink that belongs to the drawing for certain: more than dust, less than the edge of a stroke.
const DRAWN: f32 = 0.05;

/// The features of a drawn digit in the PNG file at `path`, of shape (features): see [`normalise`].
///
/// # Errors
///
/// If the file cannot be read, is not a PNG picture, is damaged, more than 4,096 pixels high or wide, or blank; if
/// `features` are not the pixels of MNIST or of the digits.
pub fn read_image(path: &Path, features: Features) -> Result<Array1<u8>, Error> {
    let file = File::open(path).map_err(Error::read(path))?;
    let picture = decode(BufReader::new(file)).map_err(|problem| Error::content(path, problem))?;
    normalise(picture.view(), features).map_err(|error| match error {
        Error::Blank => Error::content(path, error.to_string()),
        other => other,
    })
}

/// The features of a drawn digit, of shape (features): what `picture`, of shape (height, width), from 0 for black to
/// 255 for white, would be in the data set that `features` are from.
///
/// Dark ink on light paper or the reverse is told by the border. A picture of the size of the data set's is taken as it
/// is. Any other is cut out, scaled with its proportions kept, and averaged, as the data set was made: for MNIST
/// to 20x20 pixels, of which the centre of mass is moved to the middle of 28x28; for the digits to 8x5 pixels in the
/// middle of 8x8.
///
/// # Errors
///
/// If the picture is blank; if `features` are not the pixels of MNIST (28x28) or of the digits (8x8).
pub fn normalise(picture: ArrayView2<u8>, features: Features) -> Result<Array1<u8>, Error> {
    let (side, max) = match features {
        Features::Pixels { height: 28, width: 28, max } => (28, max),
        Features::Pixels { height: 8, width: 8, max } => (8, max),
        _ => return Err(Error::NotTrainedOnPictures),
    };
    let paper = Paper::of(picture).ok_or(Error::Blank)?;
    let pixels = if picture.dim() == (side, side) {
        picture.mapv(|brightness| f32::from(if paper.is_light { 255 - brightness } else { brightness }) / 255.0)
    } else {
        let ink = picture.mapv(|brightness| paper.ink(brightness));
        let drawing = cut_out(&ink);
        let pixels = if side == 28 { centre_by_mass(drawing, 20.0, side) } else { fill(drawing, side) };
        let most = pixels.fold(0.0_f32, |most, &ink| most.max(ink));
        // A thin line on a large sheet fades as it shrinks, but a pen of the data set would have been as black as any.
        pixels / most
    };
    Ok(pixels.iter().map(|ink| (ink * f32::from(max)).round() as u8).collect())
}

/// What a digit is drawn on.
struct Paper {
    is_light: bool,
    brightness: u8,
    /// The greatest difference from it that the picture has.
    contrast: u8,
}

impl Paper {
    /// The paper of a picture; none if there is nothing on it.
    fn of(picture: ArrayView2<u8>) -> Option<Self> {
        let darkest = *picture.iter().min()?;
        let brightest = *picture.iter().max()?;
        let mut border: Vec<u8> = picture
            .indexed_iter()
            .filter(|&((y, x), _)| y == 0 || x == 0 || y + 1 == picture.nrows() || x + 1 == picture.ncols())
            .map(|(_, &brightness)| brightness)
            .collect();
        let middle = border.len() / 2;
        let brightness = *border.select_nth_unstable(middle).1;
        let is_light = brightness - darkest > brightest - brightness;
        let contrast = if is_light { brightness - darkest } else { brightest - brightness };
        (contrast >= LEAST_CONTRAST).then_some(Self { is_light, brightness, contrast })
    }

    /// How much ink makes the paper look like this, from 0 to 1.
    fn ink(&self, brightness: u8) -> f32 {
        let difference = if self.is_light {
            self.brightness.saturating_sub(brightness)
        } else {
            brightness.saturating_sub(self.brightness)
        };
        f32::from(difference) / f32::from(self.contrast)
    }
}

/// The smallest rectangle that has the whole drawing.
fn cut_out(ink: &Array2<f32>) -> ArrayView2<'_, f32> {
    let mut drawing = ink.view();
    for axis in [Axis(0), Axis(1)] {
        let is_drawn: Vec<bool> = ink.axis_iter(axis).map(|line| line.iter().any(|&ink| ink > DRAWN)).collect();
        let first = is_drawn.iter().position(|&drawn| drawn).unwrap_or(0);
        let last = is_drawn.iter().rposition(|&drawn| drawn).unwrap_or(is_drawn.len() - 1);
        drawing.slice_axis_inplace(axis, Slice::from(first..=last));
    }
    drawing
}

/// A square of `side` pixels with the drawing scaled to fit into a square of `size` pixels and moved, by whole pixels,
/// so that its centre of mass is in the middle.
fn centre_by_mass(drawing: ArrayView2<f32>, size: f32, side: usize) -> Array2<f32> {
    let scale = size / drawing.nrows().max(drawing.ncols()) as f32;
    let [rows, columns] = [Axis(0), Axis(1)].map(|axis| {
        let mass: Array1<f32> = drawing.axis_iter(axis).map(|line| line.sum()).collect();
        let moment: f32 = mass.iter().enumerate().map(|(i, mass)| (i as f32 + 0.5) * mass).sum();
        // Of 28 pixels, MNIST takes the fifteenth for the middle: there its centres of mass are, to half a pixel.
        let start = (side / 2) as f32 + 0.5 - moment / mass.sum() * scale;
        let latest = (side as f32 - mass.len() as f32 * scale).floor();
        coverage(side, start.round().clamp(0.0, latest), scale, mass.len())
    });
    rows.dot(&drawing).dot(&columns.t())
}

/// A square of `side` pixels that the drawing fills from top to bottom. It is as wide as its proportions have it, but
/// fills no more than 5/8 of the width: so wide are the digits of the data set, most of them exactly.
fn fill(drawing: ArrayView2<f32>, side: usize) -> Array2<f32> {
    let height = side as f32 / drawing.nrows() as f32;
    let width = height.min(side as f32 * 0.625 / drawing.ncols() as f32);
    let [rows, columns] = [(drawing.nrows(), height), (drawing.ncols(), width)].map(|(length, scale)| {
        let margin = (side as f32 - length as f32 * scale) / 2.0;
        coverage(side, margin, scale, length)
    });
    rows.dot(&drawing).dot(&columns.t())
}

/// How much of each new pixel along an axis is covered by each old one, of shape (new, old), where the old ones
/// are scaled by `scale` and begin at `start`.
fn coverage(new: usize, start: f32, scale: f32, old: usize) -> Array2<f32> {
    Array2::from_shape_fn((new, old), |(i, j)| {
        let (from, to) = (start + j as f32 * scale, start + (j + 1) as f32 * scale);
        (to.min((i + 1) as f32) - from.max(i as f32)).max(0.0)
    })
}

/// The brightness of a PNG picture on white paper, from 0 to 255, of shape (height, width); or what is wrong with it.
fn decode(file: impl BufRead + Seek) -> Result<Array2<u8>, String> {
    let broken = |error| format!("not a PNG picture, or a damaged one ({error})");
    let mut decoder = Decoder::new(file);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let (width, height) = decoder.read_header_info().map_err(broken)?.size();
    if width.max(height) > LONGEST_SIDE {
        return Err(format!("{width}x{height} pixels are too many: make it smaller, 280x280 will do"));
    }
    let mut reader = decoder.read_info().map_err(broken)?;
    // On which png 0.18.1 panics.
    if reader.info().palette.as_ref().is_some_and(|palette| palette.len() % 3 != 0) {
        return Err("not a PNG picture, or a damaged one (its palette ends within a colour)".to_owned());
    }
    let mut samples = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let frame = reader.next_frame(&mut samples).map_err(broken)?;
    samples.truncate(frame.buffer_size());

    let pixels = samples.chunks_exact(frame.color_type.samples());
    let brightness = match frame.color_type {
        ColorType::Grayscale => samples,
        ColorType::GrayscaleAlpha => pixels.map(|pixel| on_white(pixel[0], pixel[1])).collect(),
        ColorType::Rgb => pixels.map(luma).collect(),
        ColorType::Rgba => pixels.map(|pixel| on_white(luma(pixel), pixel[3])).collect(),
        ColorType::Indexed => return Err("a palette that was not resolved".to_owned()),
    };
    Array2::from_shape_vec((frame.height as usize, frame.width as usize), brightness).map_err(|error| error.to_string())
}

/// The brightness of a colour, red, green and blue in per mille as BT.601 weighs them.
fn luma(colour: &[u8]) -> u8 {
    let [red, green, blue] = [0, 1, 2].map(|i| u32::from(colour[i]));
    ((299 * red + 587 * green + 114 * blue + 500) / 1000) as u8
}

/// What `brightness` looks like on white paper if it covers the share `alpha` / 255 of it.
fn on_white(brightness: u8, alpha: u8) -> u8 {
    255 - ((u32::from(255 - brightness) * u32::from(alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Cursor};

    use ndarray::{ArrayView1, array};
    use png::{BitDepth, Encoder};
    use proptest::prelude::*;

    use super::*;
    use crate::Inputs;

    const MNIST: Features = Features::Pixels { height: 28, width: 28, max: 255 };
    const DIGITS: Features = Features::Pixels { height: 8, width: 8, max: 16 };

    /// A seven in white on black: strokes `thick` wide, `size` high, its corner at (`top`, `left`).
    fn seven(height: usize, width: usize, (top, left): (usize, usize), size: usize) -> Array2<u8> {
        let thick = size / 5;
        Array2::from_shape_fn((height, width), |(y, x)| {
            let (Some(y), Some(x)) = (y.checked_sub(top), x.checked_sub(left)) else { return 0 };
            let is_bar = y < thick && x < size * 3 / 5;
            let is_stem = y < size && (size * 3 / 5 - thick - y / 4..size * 3 / 5 - y / 4).contains(&x);
            if is_bar || is_stem { 255 } else { 0 }
        })
    }

    fn png(picture: &Array2<u8>, colour: ColorType, depth: BitDepth, samples: impl Fn(u8) -> Vec<u8>) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, picture.ncols() as u32, picture.nrows() as u32);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == ColorType::Indexed {
            encoder.set_palette((0..=255).flat_map(|i| [255 - i; 3]).collect::<Vec<u8>>());
        }
        let data: Vec<u8> = picture.iter().flat_map(|&brightness| samples(brightness)).collect();
        encoder.write_header().unwrap().write_image_data(&data).unwrap();
        file
    }

    fn grey_png(picture: &Array2<u8>) -> Vec<u8> {
        png(picture, ColorType::Grayscale, BitDepth::Eight, |brightness| vec![brightness])
    }

    fn correlation(a: ArrayView1<u8>, b: ArrayView1<u8>) -> f32 {
        let [a, b] = [a, b].map(|pixels| pixels.mapv(f32::from)).map(|pixels| &pixels - pixels.mean().unwrap());
        a.dot(&b) / (a.dot(&a) * b.dot(&b)).sqrt()
    }

    #[test]
    fn mnist_fits_20x20_and_is_centred_by_mass() {
        let pixels = normalise(seven(300, 200, (10, 50), 100).view(), MNIST).unwrap();
        let pixels = pixels.mapv(f32::from).into_shape_with_order((28, 28)).unwrap();
        let inked = |axis| {
            let is_inked: Vec<_> = pixels.axis_iter(axis).map(|line| line.sum() > 0.0).collect();
            is_inked.iter().rposition(|&inked| inked).unwrap() - is_inked.iter().position(|&inked| inked).unwrap() + 1
        };
        assert_eq!((inked(Axis(0)), inked(Axis(1))), (20, 12));
        assert_eq!(pixels.fold(0.0_f32, |most, &x| most.max(x)), 255.0);
        for axis in [Axis(0), Axis(1)] {
            let mass: Vec<f32> = pixels.axis_iter(axis).map(|line| line.sum()).collect();
            let moment: f32 = mass.iter().enumerate().map(|(i, mass)| (i as f32 + 0.5) * mass).sum();
            let middle = moment / mass.iter().sum::<f32>();
            assert!((middle - 14.5).abs() <= 0.51, "{middle}");
        }
    }

    #[test]
    fn digits_fill_the_height_and_at_most_5_of_8_columns() {
        let wide =
            Array2::from_shape_fn(
                (100, 100),
                |(y, x)| if (10..90).contains(&y) && (5..95).contains(&x) { 255 } else { 0 },
            );
        let row = [0, 8, 16, 16, 16, 16, 8, 0];
        assert_eq!(normalise(wide.view(), DIGITS).unwrap().to_vec(), row.repeat(8));
        let narrow =
            Array2::from_shape_fn(
                (100, 100),
                |(y, x)| if (10..90).contains(&y) && (40..60).contains(&x) { 255 } else { 0 },
            );
        let row = [0, 0, 0, 16, 16, 0, 0, 0];
        assert_eq!(normalise(narrow.view(), DIGITS).unwrap().to_vec(), row.repeat(8));
    }

    #[test]
    fn place_size_and_colours_make_no_difference() {
        for features in [MNIST, DIGITS] {
            let expected = normalise(seven(280, 280, (40, 60), 200).view(), features).unwrap();
            let moved = seven(400, 300, (190, 3), 200);
            assert_eq!(normalise(moved.view(), features).unwrap(), expected);
            let dark_on_light = moved.mapv(|brightness| 255 - brightness);
            assert_eq!(normalise(dark_on_light.view(), features).unwrap(), expected);
            let pencil_on_grey = moved.mapv(|brightness| 200 - brightness / 5);
            assert_eq!(normalise(pencil_on_grey.view(), features).unwrap(), expected);
            for size in [60, 100, 150, 400] {
                let scaled = normalise(seven(500, 500, (33, 44), size).view(), features).unwrap();
                let correlation = correlation(scaled.view(), expected.view());
                assert!(correlation > 0.98, "{size}: {correlation}");
            }
        }
    }

    #[test]
    fn a_line_of_a_pixel_and_a_drawing_that_fills_the_picture_are_read() {
        for features in [MNIST, DIGITS] {
            let mut dot = Array2::zeros((50, 70));
            dot[(20, 30)] = 255;
            let line = Array2::from_shape_fn((1000, 1000), |(y, x)| if x == 500 && y % 999 > 0 { 255 } else { 0 });
            for picture in [dot, line, array![[0, 255]], array![[255], [0], [0]]] {
                let pixels = normalise(picture.view(), features).unwrap();
                assert!(pixels.iter().any(|pixel| *pixel > 0));
            }
        }
    }

    #[test]
    fn a_picture_of_the_right_size_is_taken_as_it_is() {
        let picture = seven(28, 28, (3, 1), 22).mapv(|brightness| brightness / 255 * 100);
        let expected = Array1::from_iter(picture.iter().copied());
        assert_eq!(normalise(picture.view(), MNIST).unwrap(), expected);
        assert_eq!(normalise(picture.mapv(|brightness| 255 - brightness).view(), MNIST).unwrap(), expected);

        let Inputs::Bytes(digits) = crate::digits(1).test.inputs else { panic!("images are bytes") };
        for digit in digits.rows() {
            let picture = digit.to_shape((8, 8)).unwrap().mapv(|ink| (f32::from(ink) * 255.0 / 16.0).round() as u8);
            assert_eq!(normalise(picture.view(), DIGITS).unwrap(), digit);
        }
    }

    #[test]
    #[ignore = "needs MNIST_DIR"]
    fn mnist_enlarged_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path_of_png = folder.path().join("digit.png");
        let test = crate::mnist(None).unwrap().test;
        let Inputs::Bytes(digits) = &test.inputs else { panic!("images are bytes") };
        let mut correlations = Vec::new();
        for digit in digits.rows().into_iter().take(200) {
            let large = Array2::from_shape_fn((280, 280), |(y, x)| digit[y / 10 * 28 + x / 10]);
            fs::write(&path_of_png, grey_png(&large)).unwrap();
            correlations.push(correlation(read_image(&path_of_png, test.features).unwrap().view(), digit));
        }
        let mean = correlations.iter().sum::<f32>() / 200.0;
        assert!(mean > 0.999, "{mean}: {correlations:?}");
    }

    #[test]
    fn every_kind_of_png_gives_the_same() {
        let picture = seven(60, 60, (5, 5), 45).mapv(|brightness| 255 - brightness);
        let expected = decode(Cursor::new(grey_png(&picture))).unwrap();
        assert_eq!(expected, picture);
        let kinds = [
            png(&picture, ColorType::Grayscale, BitDepth::Sixteen, |x| vec![x, x]),
            png(&picture, ColorType::Rgb, BitDepth::Eight, |x| vec![x; 3]),
            png(&picture, ColorType::Rgb, BitDepth::Sixteen, |x| vec![x; 6]),
            png(&picture, ColorType::Indexed, BitDepth::Eight, |x| vec![255 - x]),
            png(&picture, ColorType::Rgba, BitDepth::Eight, |x| vec![x, x, x, 255]),
            png(&picture, ColorType::Rgba, BitDepth::Eight, |x| vec![0, 0, 0, 255 - x]),
            png(&picture, ColorType::GrayscaleAlpha, BitDepth::Eight, |x| vec![0, 255 - x]),
        ];
        for kind in kinds {
            assert_eq!(decode(Cursor::new(kind)).unwrap(), expected);
        }
        let green = png(&array![[1]], ColorType::Rgb, BitDepth::Eight, |_| vec![0, 255, 0]);
        assert_eq!(decode(Cursor::new(green)).unwrap(), array![[150]]);
    }

    #[test]
    fn says_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("digit.png");
        let error = |bytes: &[u8], features| {
            fs::write(&path, bytes).unwrap();
            read_image(&path, features).unwrap_err().to_string()
        };
        let good = grey_png(&seven(60, 60, (5, 5), 45));
        assert!(error(b"GIF89a", MNIST).contains("digit.png: not a PNG picture, or a damaged one"));
        assert!(error(b"", MNIST).contains("digit.png: not a PNG picture, or a damaged one"));
        for features in [MNIST, DIGITS] {
            for side in [1, 8, 28, 100] {
                for shade in [0, 90, 255] {
                    let blank = grey_png(&Array2::from_elem((side, side), shade));
                    assert!(
                        error(&blank, features).ends_with("digit.png: the picture is blank: there is no digit to read")
                    );
                }
            }
        }
        for features in [Features::Columns, Features::Pixels { height: 8, width: 4, max: 1 }] {
            assert!(error(&good, features).starts_with("this model cannot read pictures"));
        }
        assert!(
            read_image(&folder.path().join("none.png"), MNIST)
                .unwrap_err()
                .to_string()
                .contains("none.png cannot be read")
        );
        assert!(read_image(folder.path(), MNIST).is_err());
        assert!(matches!(normalise(Array2::zeros((0, 0)).view(), MNIST), Err(Error::Blank)));

        // Headers of pictures that would fill the memory, without their pixels.
        for (width, height) in [(100_000, 100_000), (1, 4097), (4097, 1)] {
            let mut huge = Vec::new();
            drop(Encoder::new(&mut huge, width, height).write_header().unwrap());
            assert!(error(&huge, MNIST).contains(&format!("{width}x{height} pixels are too many")));
        }
    }

    proptest! {
        #[test]
        fn a_damaged_png_never_makes_it_panic(byte in 0usize..200, value: u8, length in 0usize..400) {
            let mut bytes = grey_png(&seven(60, 60, (5, 5), 45));
            let last = bytes.len() - 1;
            bytes[byte.min(last)] = value;
            bytes.truncate(length);
            let _ = decode(Cursor::new(bytes));
        }

        #[test]
        fn a_png_that_is_cut_short_is_refused(share in 0.0..0.9) {
            let bytes = grey_png(&seven(60, 60, (5, 5), 45));
            let length = (bytes.len() as f64 * share) as usize;
            prop_assert!(decode(Cursor::new(&bytes[..length])).is_err());
        }

        #[test]
        fn random_pictures_give_pixels_in_range(
            height in 1usize..40, width in 1usize..40, seed in proptest::collection::vec(any::<u8>(), 1..100),
        ) {
            let picture = Array2::from_shape_fn((height, width), |(y, x)| seed[(y * width + x) % seed.len()]);
            for (features, max) in [(MNIST, 255), (DIGITS, 16)] {
                match normalise(picture.view(), features) {
                    Ok(pixels) => prop_assert!(pixels.iter().all(|pixel| *pixel <= max)),
                    Err(error) => prop_assert!(matches!(error, Error::Blank)),
                }
            }
        }

        #[test]
        fn random_bytes_never_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(decode(Cursor::new(bytes)).is_err());
        }
    }
}
