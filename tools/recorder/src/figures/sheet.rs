//! A picture of small pictures and words, as an SVG file.

use std::fmt::Write;

use base64::{Engine, prelude::BASE64_STANDARD};
use png::{BitDepth, ColorType, Encoder};

/// The shades on each side of nothing.
const SHADES: u8 = 10;
const PAPER: [u8; 3] = [0xf7, 0xf3, 0xe8];
const INK: [u8; 3] = [0x1d, 0x23, 0x40];
const BLUE: [u8; 3] = [0x0b, 0x4f, 0xa8];
const ORANGE: [u8; 3] = [0xb3, 0x42, 0x00];

/// What the values of an [`Image`] look like.
#[derive(Clone, Copy)]
pub enum Palette {
    /// From paper for 0 to ink for 1.
    Ink,
    /// From orange for -1, over paper for 0, to blue for 1.
    Signed,
}

/// A small picture of values, row by row.
pub struct Image {
    pub width: usize,
    pub palette: Palette,
    pub values: Vec<f64>,
}

impl Image {
    /// Returns pictures of the same height side by side, with a gap of a pixel that shows the paper.
    pub fn row(palette: Palette, side: usize, tiles: &[Vec<f64>]) -> Self {
        let width = tiles.len() * (side + 1) - 1;
        let mut values = vec![0.0; width * side];
        for (tile, pixels) in tiles.iter().enumerate() {
            for (row, pixels) in pixels.chunks(side).enumerate() {
                let left = row * width + tile * (side + 1);
                values[left..left + side].copy_from_slice(pixels);
            }
        }
        Self { width, palette, values }
    }

    fn height(&self) -> usize {
        self.values.len() / self.width
    }

    /// Returns the picture as PNG. Its colours are few, so that it is small.
    fn png(&self) -> Vec<u8> {
        let colours: Vec<u8> = match self.palette {
            Palette::Ink => (0..=SHADES).flat_map(|shade| mixed(INK, shade)).collect(),
            Palette::Signed => {
                let minus = (1..=SHADES).rev().flat_map(|shade| mixed(ORANGE, shade));
                minus.chain((0..=SHADES).flat_map(|shade| mixed(BLUE, shade))).collect()
            }
        };
        let index = |value: &f64| match self.palette {
            Palette::Ink => (value.clamp(0.0, 1.0) * f64::from(SHADES)).round() as u8,
            Palette::Signed => ((value.clamp(-1.0, 1.0) + 1.0) * f64::from(SHADES)).round() as u8,
        };
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, self.width as u32, self.height() as u32);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_palette(colours);
        let mut writer = encoder.write_header().expect("memory takes all that is written");
        writer.write_image_data(&self.values.iter().map(index).collect::<Vec<u8>>()).expect("as many as it has");
        writer.finish().expect("memory takes all that is written");
        png
    }
}

/// Returns the paper with so much of a colour.
fn mixed(colour: [u8; 3], shade: u8) -> [u8; 3] {
    let share = f64::from(shade) / f64::from(SHADES);
    [0, 1, 2].map(|part| (f64::from(PAPER[part]) * (1.0 - share) + f64::from(colour[part]) * share).round() as u8)
}

/// A sheet of paper, and what is on it. It looks the same on light pages and dark ones.
pub struct Sheet {
    width: f64,
    content: String,
}

impl Sheet {
    pub fn new(width: f64) -> Self {
        Self { width, content: String::new() }
    }

    /// Draws `image` with its left upper corner at (`x`, `y`), each of its pixels `scale` wide. Returns its height.
    pub fn image(&mut self, (x, y): (f64, f64), scale: f64, image: &Image) -> f64 {
        let [width, height] = [image.width, image.height()].map(|pixels| scale * pixels as f64);
        let png = BASE64_STANDARD.encode(image.png());
        let _ = writeln!(
            self.content,
            "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
             href=\"data:image/png;base64,{png}\"/>"
        );
        height
    }

    pub fn text(&mut self, (x, y): (f64, f64), text: &str) {
        let _ = writeln!(self.content, "<text x=\"{x}\" y=\"{y}\">{text}</text>");
    }

    /// Returns the file, as high as its content ends.
    pub fn svg(self, height: f64) -> String {
        let Self { width, content } = self;
        let [red, green, blue] = PAPER;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\">\n<style>text {{ fill: #1d2340; font: 12px system-ui, 'DejaVu Sans', sans-serif; }} \
             image {{ image-rendering: pixelated; }}</style>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"rgb({red}, {green}, {blue})\"/>\n{content}</svg>\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use png::{Decoder, Transformations};

    use super::*;

    fn colours(image: &Image) -> Vec<u8> {
        let mut decoder = Decoder::new(Cursor::new(image.png()));
        decoder.set_transformations(Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        pixels
    }

    #[test]
    fn values_have_their_colours() {
        let signed = Image { width: 3, palette: Palette::Signed, values: vec![-1.0, 0.0, 5.0] };
        assert_eq!(colours(&signed), [ORANGE, PAPER, BLUE].concat());
        let ink = Image { width: 1, palette: Palette::Ink, values: vec![0.0, 1.0] };
        assert_eq!(colours(&ink), [PAPER, INK].concat());
    }

    #[test]
    fn tiles_stand_side_by_side() {
        let row = Image::row(Palette::Ink, 2, &[vec![1.0, 2.0, 3.0, 4.0], vec![5.0, 6.0, 7.0, 8.0]]);
        assert_eq!(row.values, [1.0, 2.0, 0.0, 5.0, 6.0, 3.0, 4.0, 0.0, 7.0, 8.0]);
        assert_eq!((row.width, row.height()), (5, 2));
    }
}
