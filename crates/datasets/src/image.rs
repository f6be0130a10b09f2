//! Pictures of drawn digits, made to look like those that a network was trained on.

use std::{
    fs::File,
    io::{Cursor, Read},
    path::Path,
};

use ndarray::{Array1, Array2, ArrayView2, Axis};
use png::{ColorType, Decoder, Transformations};
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use crate::{Error, Features, drawing};

/// The greatest height and width of a picture that is read: what a camera takes, and at most 64 MB to decode.
const LONGEST_SIDE: u32 = 4096;
/// The largest file that is read, in bytes.
const LARGEST_FILE: u64 = 64 << 20;

/// The features of the digits drawn in the PNG or JPEG file at `path`, from left to right, each of shape (features):
/// see [`normalise`].
///
/// # Errors
///
/// If the file cannot be read, is no PNG or JPEG picture, is damaged, more than 4,096 pixels high or wide, or blank; if
/// digits stand one above the other; if `features` are not the pixels of MNIST or of the digits.
pub fn read_digits(path: &Path, features: Features) -> Result<Vec<Array1<u8>>, Error> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Error::read(path))?;
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(Error::read(path))?;
    let picture = decode(&bytes).map_err(|problem| Error::content(path, problem))?;
    normalise(picture.view(), features).map_err(|error| match error {
        Error::Blank | Error::OneAboveTheOther => Error::content(path, error.to_string()),
        other => other,
    })
}

/// The features of the digits drawn in `picture`, from left to right, each of shape (features): what they would be in
/// the data set that `features` are from. `picture` is of shape (height, width), from 0 for black to 255 for white.
///
/// Ink is what differs from the paper around it, be it darker or lighter, and hangs together in large enough pieces.
/// Each digit is cut out, scaled with its proportions kept, and averaged, as the data set was made: for MNIST to 20x20
/// pixels, of which the centre of mass is moved to the middle of 28x28; for the digits to 8x5 pixels in the middle of
/// 8x8, unless the picture has 8x8 pixels itself.
///
/// # Errors
///
/// If the picture is blank or digits stand one above the other; if `features` are not the pixels of MNIST (28x28) or
/// of the digits (8x8).
pub fn normalise(picture: ArrayView2<u8>, features: Features) -> Result<Vec<Array1<u8>>, Error> {
    let (side, max) = match features {
        Features::Pixels { height: 28, width: 28, max } => (28, max),
        Features::Pixels { height: 8, width: 8, max } => (8, max),
        _ => return Err(Error::NotTrainedOnPictures),
    };
    let bytes = |pixels: Array2<f32>| pixels.iter().map(|ink| (ink * f32::from(max)).round() as u8).collect();
    let digits = drawing::digits(picture)?;
    if side == 8 && picture.dim() == (8, 8) {
        // There is nothing to average: strokes are as wide as pixels.
        let border: usize = picture.column(0).iter().chain(picture.column(7)).map(|&pixel| usize::from(pixel)).sum();
        let is_light = border > 16 * 127;
        return Ok(vec![bytes(picture.mapv(|pixel| f32::from(if is_light { 255 - pixel } else { pixel }) / 255.0))]);
    }
    let features = digits.iter().map(|drawing| {
        let drawing = drawing.view();
        let pixels = if side == 28 { centre_by_mass(drawing, 20.0, side) } else { fill(drawing, side) };
        let most = pixels.fold(0.0_f32, |most, &ink| most.max(ink));
        // A thin line on a large sheet fades as it shrinks, but a pen of the data set would have been as black as any.
        bytes(pixels / most)
    });
    Ok(features.collect())
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

/// Kinds of files by the bytes at a place in them.
const FORMATS: [(usize, &[u8], &str); 10] = [
    (4, b"ftyp", "a HEIC or AVIF picture"),
    (8, b"WEBP", "a WebP picture"),
    (0, b"GIF8", "a GIF picture"),
    (0, b"BM", "a BMP picture"),
    (0, b"II*\0", "a TIFF picture"),
    (0, b"MM\0*", "a TIFF picture"),
    (0, b"%PDF", "a PDF document"),
    (0, b"<svg", "an SVG drawing"),
    (0, b"<?xml", "an SVG drawing"),
    (0, b"8BPS", "a Photoshop picture"),
];

/// The brightness of a PNG or JPEG picture, from 0 to 255, of shape (height, width), the way up that its orientation
/// tells; or what is wrong with it.
fn decode(bytes: &[u8]) -> Result<Array2<u8>, String> {
    const REMEDY: &str = "save it as PNG or JPEG";
    if bytes.len() as u64 > LARGEST_FILE {
        return Err("more than 64 MB are too many for a picture of a digit: make it smaller".to_owned());
    }
    if bytes.starts_with(b"\x89PNG") {
        decode_png(bytes)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        decode_jpeg(bytes)
    } else if let Some((.., name)) =
        FORMATS.iter().find(|(at, magic, _)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic)))
    {
        Err(format!("{name}, whatever its name says: {REMEDY}"))
    } else {
        Err(format!("not a PNG or JPEG picture: {REMEDY}"))
    }
}

fn check_size(width: u32, height: u32) -> Result<(), String> {
    if width.max(height) > LONGEST_SIDE {
        return Err(format!("{width}x{height} pixels are too many: make it smaller, 280x280 will do"));
    }
    Ok(())
}

fn decode_png(bytes: &[u8]) -> Result<Array2<u8>, String> {
    let broken = |error| format!("a damaged PNG picture ({error}): save it again");
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let (width, height) = decoder.read_header_info().map_err(broken)?.size();
    check_size(width, height)?;
    let mut reader = decoder.read_info().map_err(broken)?;
    // The library relies on it.
    if let Some(palette) = &reader.info().palette
        && (palette.is_empty() || palette.len() % 3 > 0)
    {
        return Err(format!("a damaged PNG picture (a palette of {} bytes): save it again", palette.len()));
    }
    let mut samples = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let frame = reader.next_frame(&mut samples).map_err(broken)?;
    let orientation = reader.info().exif_metadata.as_deref().and_then(orientation);
    samples.truncate(frame.buffer_size());

    let pixels = samples.chunks_exact(frame.color_type.samples());
    let brightness = match frame.color_type {
        ColorType::Grayscale => samples,
        ColorType::GrayscaleAlpha => on_contrasting_ground(pixels.map(|pixel| (pixel[0], pixel[1])).collect()),
        ColorType::Rgb => pixels.map(luma).collect(),
        ColorType::Rgba => on_contrasting_ground(pixels.map(|pixel| (luma(pixel), pixel[3])).collect()),
        ColorType::Indexed => return Err("a palette that was not resolved".to_owned()),
    };
    let picture = Array2::from_shape_vec((frame.height as usize, frame.width as usize), brightness)
        .map_err(|error| error.to_string())?;
    Ok(upright(picture, orientation))
}

fn decode_jpeg(bytes: &[u8]) -> Result<Array2<u8>, String> {
    let broken = |error| format!("a damaged JPEG picture, or one of a rare kind ({error}): save it again, as PNG");
    let side = LONGEST_SIDE as usize;
    // A size beyond the limits is refused by name below.
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(broken)?;
    let (width, height) = decoder.dimensions().ok_or("a JPEG picture without a size: save it again")?;
    check_size(width.min(side * 16) as u32, height.min(side * 16) as u32)?;
    let samples = decoder.decode().map_err(broken)?;
    let orientation = decoder.exif().and_then(|exif| orientation(exif));
    let brightness = samples.chunks_exact(3).map(luma).collect();
    let picture = Array2::from_shape_vec((height, width), brightness).map_err(|error| error.to_string())?;
    Ok(upright(picture, orientation))
}

/// The orientation from 1 to 8 in Exif data, which are a TIFF file: entries of 12 bytes, 0x0112 the orientation's.
fn orientation(exif: &[u8]) -> Option<u8> {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let is_little = exif.starts_with(b"II");
    let number = |at: usize, length: usize| -> Option<usize> {
        let bytes = exif.get(at..at.checked_add(length)?)?.iter();
        let digit = |number: usize, &byte: &u8| number << 8 | usize::from(byte);
        Some(if is_little { bytes.rev().fold(0, digit) } else { bytes.fold(0, digit) })
    };
    let entries = number(4, 4)?;
    (0..number(entries, 2)?)
        .map(|entry| entries + 2 + 12 * entry)
        .take_while(|at| *at < exif.len())
        .find(|&at| number(at, 2) == Some(0x0112))
        .and_then(|at| u8::try_from(number(at + 8, 2)?).ok())
}

/// The picture as it is meant to be seen: mirrored and turned as Exif's `orientation` tells.
fn upright(picture: Array2<u8>, orientation: Option<u8>) -> Array2<u8> {
    let mut view = picture.view();
    // From 5 on rows are columns; after that, which of the axes run backwards.
    let orientation = orientation.unwrap_or(1);
    if (5..=8).contains(&orientation) {
        view.swap_axes(0, 1);
    }
    if matches!(orientation, 3 | 4 | 7 | 8) {
        view.invert_axis(Axis(0));
    }
    if matches!(orientation, 2 | 3 | 6 | 7) {
        view.invert_axis(Axis(1));
    }
    view.as_standard_layout().into_owned()
}

/// The brightness of a colour, red, green and blue in per mille as BT.601 weighs them.
fn luma(colour: &[u8]) -> u8 {
    let [red, green, blue] = [0, 1, 2].map(|i| u32::from(colour[i]));
    ((299 * red + 587 * green + 114 * blue + 500) / 1000) as u8
}

/// The brightness of `pixels`, of which each has a brightness and the share of 255 that covers the ground: a ground
/// that is white under dark ink and black under light ink.
fn on_contrasting_ground(pixels: Vec<(u8, u8)>) -> Vec<u8> {
    let cover: u64 = pixels.iter().map(|&(_, alpha)| u64::from(alpha)).sum();
    let light: u64 = pixels.iter().map(|&(brightness, alpha)| u64::from(brightness) * u64::from(alpha)).sum();
    let mean = light.checked_div(cover).unwrap_or(0);
    let ground = if cover > pixels.len() as u64 * 230 {
        // Paper with transparent corners, say.
        mean as u32
    } else if mean < 128 {
        255
    } else {
        0
    };
    let blend = |(brightness, alpha)| {
        let (brightness, alpha) = (u32::from(brightness), u32::from(alpha));
        ((brightness * alpha + ground * (255 - alpha) + 127) / 255) as u8
    };
    pixels.into_iter().map(blend).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use ndarray::{ArrayView1, array};
    use png::{BitDepth, Encoder};
    use proptest::prelude::*;

    use super::*;
    use crate::Inputs;

    const MNIST: Features = Features::Pixels { height: 28, width: 28, max: 255 };
    const DIGITS: Features = Features::Pixels { height: 8, width: 8, max: 16 };

    /// The one digit of a picture.
    fn one(digits: Result<Vec<Array1<u8>>, Error>) -> Array1<u8> {
        let mut digits = digits.unwrap();
        assert_eq!(digits.len(), 1);
        digits.remove(0)
    }

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
        let pixels = one(normalise(seven(300, 200, (10, 50), 100).view(), MNIST));
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
        assert_eq!(one(normalise(wide.view(), DIGITS)).to_vec(), row.repeat(8));
        let narrow =
            Array2::from_shape_fn(
                (100, 100),
                |(y, x)| if (10..90).contains(&y) && (40..60).contains(&x) { 255 } else { 0 },
            );
        let row = [0, 0, 0, 16, 16, 0, 0, 0];
        assert_eq!(one(normalise(narrow.view(), DIGITS)).to_vec(), row.repeat(8));
    }

    #[test]
    fn place_size_and_colours_make_no_difference() {
        for features in [MNIST, DIGITS] {
            let expected = one(normalise(seven(280, 280, (40, 60), 200).view(), features));
            let moved = seven(400, 300, (190, 3), 200);
            assert_eq!(one(normalise(moved.view(), features)), expected);
            let dark_on_light = moved.mapv(|brightness| 255 - brightness);
            assert_eq!(one(normalise(dark_on_light.view(), features)), expected);
            let pencil_on_grey = moved.mapv(|brightness| 200 - brightness / 5);
            assert_eq!(one(normalise(pencil_on_grey.view(), features)), expected);
            for size in [60, 100, 150, 400] {
                let scaled = one(normalise(seven(500, 500, (33, 44), size).view(), features));
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
                let pixels = one(normalise(picture.view(), features));
                assert!(pixels.iter().any(|pixel| *pixel > 0));
            }
        }
    }

    #[test]
    fn a_picture_of_8x8_pixels_is_taken_as_it_is() {
        let Inputs::Bytes(digits) = crate::digits(1).test.inputs else { panic!("images are bytes") };
        for digit in digits.rows() {
            let picture = digit.to_shape((8, 8)).unwrap().mapv(|ink| (f32::from(ink) * 255.0 / 16.0).round() as u8);
            assert_eq!(one(normalise(picture.view(), DIGITS)), digit);
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
            correlations.push(correlation(one(read_digits(&path_of_png, test.features)).view(), digit));
        }
        let mean = correlations.iter().sum::<f32>() / 200.0;
        assert!(mean > 0.999, "{mean}: {correlations:?}");
    }

    #[test]
    fn every_kind_of_png_gives_the_same() {
        let picture = seven(60, 60, (5, 5), 45).mapv(|brightness| 255 - brightness);
        let expected = decode(&grey_png(&picture)).unwrap();
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
            assert_eq!(decode(&kind).unwrap(), expected);
        }
        let green = png(&array![[1]], ColorType::Rgb, BitDepth::Eight, |_| vec![0, 255, 0]);
        assert_eq!(decode(&green).unwrap(), array![[150]]);
    }

    #[test]
    fn says_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("digit.png");
        let error = |bytes: &[u8], features| {
            fs::write(&path, bytes).unwrap();
            read_digits(&path, features).unwrap_err().to_string()
        };
        let good = grey_png(&seven(60, 60, (5, 5), 45));
        let kinds: [(&[u8], &str); 6] = [
            (b"GIF89a", "a GIF picture"),
            (b"\0\0\0\x18ftypheic", "a HEIC or AVIF picture"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP picture"),
            (b"BM12345", "a BMP picture"),
            (b"<svg xmlns", "an SVG drawing"),
            (b"", "not a PNG or JPEG picture"),
        ];
        for (bytes, kind) in kinds {
            let error = error(bytes, MNIST);
            assert!(
                error.contains(&format!("digit.png: {kind}")) && error.ends_with("save it as PNG or JPEG"),
                "{error}"
            );
        }
        // Its palette ends in the middle of a colour: the length of the chunk and its check sum are changed with it.
        let mut odd = png(&seven(9, 9, (1, 1), 7), ColorType::Indexed, BitDepth::Eight, |x| vec![x]);
        let start = odd.windows(4).position(|bytes| bytes == b"PLTE").unwrap();
        odd.splice(start - 4..start + 4 + 768 + 4, *b"\0\0\0\x04PLTE\x01\x02\x03\x04\x23\xdb\x8a\xab");
        assert!(error(&odd, MNIST).contains("a damaged PNG picture"));
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
            read_digits(&folder.path().join("none.png"), MNIST)
                .unwrap_err()
                .to_string()
                .contains("none.png cannot be read")
        );
        assert!(read_digits(folder.path(), MNIST).is_err());
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
            let _ = decode(&bytes);
        }

        #[test]
        fn a_png_that_is_cut_short_is_refused(share in 0.0..0.9) {
            let bytes = grey_png(&seven(60, 60, (5, 5), 45));
            let length = (bytes.len() as f64 * share) as usize;
            prop_assert!(decode(&bytes[..length]).is_err());
        }

        #[test]
        fn random_pictures_give_pixels_in_range(
            height in 1usize..40, width in 1usize..40, seed in proptest::collection::vec(any::<u8>(), 1..100),
        ) {
            let picture = Array2::from_shape_fn((height, width), |(y, x)| seed[(y * width + x) % seed.len()]);
            for (features, max) in [(MNIST, 255), (DIGITS, 16)] {
                match normalise(picture.view(), features) {
                    Ok(digits) => prop_assert!(digits.iter().flatten().all(|pixel| *pixel <= max)),
                    Err(error) => prop_assert!(matches!(error, Error::Blank | Error::OneAboveTheOther)),
                }
            }
        }

        #[test]
        fn random_bytes_never_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(decode(&bytes).is_err());
        }
    }
}
