//! Pictures of drawn digits, made to look like those that a network was trained on.

use std::{
    fs::File,
    io::{BufRead, BufReader, Seek},
    path::Path,
};

use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use png::{ColorType, Decoder, Transformations};

use crate::{Error, Features};

/// The largest picture that is read, in pixels: what a camera takes, and 64 MB to decode.
const MOST_PIXELS: u64 = 1 << 24;
/// The least difference between paper and ink, of 255: less is dust.
const LEAST_CONTRAST: u8 = 32;
/// The share of full ink that belongs to the drawing for certain.
const DRAWN: f32 = 0.1;

/// The features of a drawn digit in the PNG file at `path`, of shape (features): see [`normalise`].
///
/// # Errors
///
/// If the file cannot be read, is not a PNG picture, is damaged, has more than 2^24 pixels, or is blank; if `features`
/// are not the pixels of MNIST or of the digits.
pub fn read_image(path: &Path, features: Features) -> Result<Array1<f32>, Error> {
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
pub fn normalise(picture: ArrayView2<u8>, features: Features) -> Result<Array1<f32>, Error> {
    let (side, white) = match features {
        Features::Pixels { height: 28, width: 28, white } => (28, white),
        Features::Pixels { height: 8, width: 8, white } => (8, white),
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
    Ok(pixels.iter().map(|ink| (ink * white).round()).collect())
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
        let middle = side as f32 / 2.0 - moment / mass.sum() * scale;
        let latest = (side as f32 - mass.len() as f32 * scale).floor();
        coverage(side, middle.round().clamp(0.0, latest), scale, mass.len())
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
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!("{width}x{height} pixels are too many: make it smaller, 280x280 will do"));
    }
    let mut reader = decoder.read_info().map_err(broken)?;
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
