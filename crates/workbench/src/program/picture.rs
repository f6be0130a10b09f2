//! Images in the terminal: two rows of pixels in each row of text.

/// What to draw with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ink {
    /// Half blocks in 24-bit greys.
    TrueColour,
    /// Half blocks in the greys of a palette of 256 colours.
    Palette,
    /// Shaded blocks, without colour.
    Shades,
    /// ASCII characters, without colour.
    Ascii,
}

/// An image to draw: what an example's features are, if they are pixels.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The pixels row by row, `height` * `width` of them, from 0 for the background to 1 for full ink.
    pub pixels: Vec<f32>,
    /// Rows of the image.
    pub height: usize,
    /// Columns of the image.
    pub width: usize,
    /// What to write below.
    pub caption: String,
}

/// Smaller images than this, in pixels, are drawn at twice their size.
const SMALL: usize = 16;

/// From no ink to all of it.
const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
const ASCII: [char; 10] = [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'];

impl Ink {
    /// The best that is seen as it should be: `colour` tells whether colours are wanted, `variable` gives the value of
    /// an environment variable.
    pub fn choose(colour: bool, variable: impl Fn(&str) -> Option<String>) -> Self {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or_default().to_lowercase();
        // Windows Terminal, which can do it all, sets neither of the others.
        let windows = variable("WT_SESSION").is_some();
        let unicode = windows || locale.contains("utf-8") || locale.contains("utf8");
        let all_greys = windows || matches!(variable("COLORTERM").as_deref(), Some("truecolor" | "24bit"));
        match (unicode, colour, all_greys) {
            (false, _, _) => Self::Ascii,
            (true, false, _) => Self::Shades,
            (true, true, false) => Self::Palette,
            (true, true, true) => Self::TrueColour,
        }
    }

    /// A character for two pixels, one above the other, from 0 (background) to 1 (ink).
    fn cell(self, upper: f32, lower: f32) -> String {
        let shade = |shades: &[char]| {
            let level = (upper + lower) / 2.0;
            shades[((level * shades.len() as f32) as usize).min(shades.len() - 1)].to_string()
        };
        match self {
            Self::TrueColour => {
                let [upper, lower] = [upper, lower].map(|level| (level * 255.0).round() as u8);
                format!("\x1b[38;2;{upper};{upper};{upper};48;2;{lower};{lower};{lower}m▀")
            }
            Self::Palette => {
                let [upper, lower] = [upper, lower].map(grey_of_palette);
                format!("\x1b[38;5;{upper};48;5;{lower}m▀")
            }
            Self::Shades => shade(&SHADES),
            Self::Ascii => shade(&ASCII),
        }
    }

    /// What ends a row of cells.
    fn reset(self) -> &'static str {
        match self {
            Self::TrueColour | Self::Palette => "\x1b[0m",
            Self::Shades | Self::Ascii => "",
        }
    }
}

/// The colour of the 256-colour palette for a grey from 0 to 1: black, 24 greys from 232 on, and white.
fn grey_of_palette(level: f32) -> u8 {
    match (level * 25.0).round() as u8 {
        0 => 16,
        25.. => 231,
        grey => 231 + grey,
    }
}

impl Picture {
    /// How many times its size the image is drawn.
    fn zoom(&self) -> usize {
        if self.height.max(self.width) < SMALL { 2 } else { 1 }
    }

    /// The columns of text that the image takes.
    fn columns(&self) -> usize {
        self.width * self.zoom()
    }

    /// The ink in the given place of the image as it is drawn, from 0 to 1; there is none outside.
    fn level(&self, row: usize, column: usize) -> f32 {
        let (row, column) = (row / self.zoom(), column / self.zoom());
        let pixel = if row < self.height { self.pixels.get(row * self.width + column) } else { None };
        let level = pixel.copied().unwrap_or(0.0);
        // NaN is not greater than 0.
        if level > 0.0 { level.min(1.0) } else { 0.0 }
    }

    /// The rows of text that show the image, each [`columns`](Self::columns) wide.
    fn rows(&self, ink: Ink) -> Vec<String> {
        let row = |row: usize| {
            let cells =
                (0..self.columns()).map(|column| ink.cell(self.level(row, column), self.level(row + 1, column)));
            cells.collect::<String>() + ink.reset()
        };
        (0..self.height * self.zoom()).step_by(2).map(row).collect()
    }
}

/// The `pictures` with their captions, as many side by side as there is place for in `columns` of text.
pub fn gallery(pictures: &[Picture], ink: Ink, columns: usize) -> String {
    const GAP: usize = 2;
    let caption_width = |picture: &Picture| picture.caption.chars().count();
    let width = pictures.iter().map(|picture| picture.columns().max(caption_width(picture))).max().unwrap_or(0);
    let abreast = ((columns + GAP) / (width + GAP)).max(1);

    let mut text = String::new();
    for (number, pictures) in pictures.chunks(abreast).enumerate() {
        if number > 0 {
            text.push('\n');
        }
        let rows: Vec<Vec<String>> = pictures.iter().map(|picture| picture.rows(ink)).collect();
        for row in 0..rows.iter().map(Vec::len).max().unwrap_or(0) {
            let cells = pictures.iter().zip(&rows).map(|(picture, rows)| match rows.get(row) {
                Some(cells) => (cells.as_str(), picture.columns()),
                None => ("", 0),
            });
            text += &line(cells, width + GAP);
        }
        text += &line(pictures.iter().map(|picture| (picture.caption.as_str(), caption_width(picture))), width + GAP);
    }
    text
}

/// A line of cells, each with the number of columns that it fills of the `pitch` that it has.
fn line<'a>(cells: impl Iterator<Item = (&'a str, usize)>, pitch: usize) -> String {
    let mut line = String::new();
    let mut missing = 0;
    for (cell, width) in cells {
        line += &" ".repeat(missing);
        line += cell;
        missing = pitch - width;
    }
    line.trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(pixels: &[f32], (height, width): (usize, usize), caption: &str) -> Picture {
        Picture { pixels: pixels.to_owned(), height, width, caption: caption.to_owned() }
    }

    #[test]
    fn two_rows_of_pixels_share_a_row_of_text() {
        let mut pixels = vec![0.0; 20 * 16];
        pixels[0] = 1.0;
        pixels[17] = 1.0;
        pixels[16 + 2] = 0.5;
        let rows = picture(&pixels, (20, 16), "").rows(Ink::TrueColour);
        assert_eq!(rows.len(), 10);
        let cells = "\x1b[38;2;255;255;255;48;2;0;0;0m▀\
                     \x1b[38;2;0;0;0;48;2;255;255;255m▀\
                     \x1b[38;2;0;0;0;48;2;128;128;128m▀";
        assert!(rows[0].starts_with(cells), "{:?}", rows[0]);
        assert!(rows[0].ends_with("▀\x1b[0m"), "the colours do not run on");
    }

    #[test]
    fn a_small_image_is_drawn_at_twice_its_size() {
        let pixels = [0.0, 1.0, 0.5, 0.25];
        assert_eq!(picture(&pixels, (2, 2), "").rows(Ink::Shades), ["  ██", "▒▒░░"]);
        assert_eq!(picture(&pixels, (2, 2), "").rows(Ink::Ascii), ["  @@", "++::"]);
    }

    #[test]
    fn the_palette_has_26_greys() {
        assert_eq!([0.0, 0.04, 0.5, 0.96, 1.0].map(grey_of_palette), [16, 232, 244, 255, 231]);
    }

    #[test]
    fn any_number_has_a_grey() {
        let pixels = [f32::NAN, -5.0, 99.0, f32::INFINITY];
        assert_eq!(picture(&pixels, (2, 2), "").rows(Ink::Ascii), ["    ", "@@@@"]);
        let short = [1.0];
        assert_eq!(picture(&short, (2, 2), "").rows(Ink::Ascii), ["@@  ", "    "], "what is missing is not inked");
    }

    #[test]
    fn an_odd_last_row_is_half_of_one_of_text() {
        let pixels = vec![1.0; 17 * 16];
        let rows = picture(&pixels, (17, 16), "").rows(Ink::Shades);
        assert_eq!((rows.len(), rows[7].as_str(), rows[8].as_str()), (9, &*"█".repeat(16), &*"▒".repeat(16)));
    }

    #[test]
    fn pictures_stand_side_by_side_as_far_as_there_is_place() {
        let ink = [1.0, 1.0];
        let pictures = [picture(&ink, (1, 2), "one"), picture(&ink, (1, 2), "second"), picture(&ink, (1, 2), "3")];
        let two_abreast = "
@@@@    @@@@
one     second

@@@@
3
";
        assert_eq!(gallery(&pictures, Ink::Ascii, 14), two_abreast.trim_start());
        assert_eq!(gallery(&pictures, Ink::Ascii, 15), two_abreast.trim_start());
        assert_eq!(gallery(&pictures, Ink::Ascii, 22), "@@@@    @@@@    @@@@\none     second  3\n");
        assert_eq!(gallery(&pictures, Ink::Ascii, 0).lines().count(), 8, "one is always drawn");
        assert_eq!(gallery(&[], Ink::Ascii, 80), "");
    }

    #[test]
    fn pictures_of_different_heights_keep_their_places() {
        let (low, high) = ([1.0, 1.0], [1.0, 1.0, 0.0, 0.0, 1.0, 1.0]);
        let pictures = [picture(&low, (1, 2), "low"), picture(&high, (3, 2), "high")];
        assert_eq!(gallery(&pictures, Ink::Ascii, 80), "@@@@  @@@@\n\n      @@@@\nlow   high\n");
    }

    #[test]
    fn the_ink_fits_the_terminal() {
        let ink = |colour, variables: &[(&str, &str)]| {
            Ink::choose(colour, |name| {
                variables.iter().find(|variable| variable.0 == name).map(|variable| variable.1.to_owned())
            })
        };
        assert_eq!(ink(true, &[("LANG", "de_DE.UTF-8"), ("COLORTERM", "truecolor")]), Ink::TrueColour);
        assert_eq!(ink(true, &[("LANG", "C.utf8")]), Ink::Palette);
        assert_eq!(ink(false, &[("LANG", "C.utf8"), ("COLORTERM", "truecolor")]), Ink::Shades);
        assert_eq!(ink(true, &[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]), Ink::Ascii);
        assert_eq!(ink(true, &[("LC_ALL", ""), ("LANG", "de_DE.UTF-8")]), Ink::Palette);
        assert_eq!(ink(true, &[]), Ink::Ascii);
        assert_eq!(ink(true, &[("WT_SESSION", "1")]), Ink::TrueColour);
    }
}
