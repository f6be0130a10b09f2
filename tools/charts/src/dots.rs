//! Values as dots on a logarithmic axis: a row for each, its name at the left.

use std::fmt::Write;

use crate::{
    Error,
    axis::{check, round},
    drawing::{Drawing, WIDTH},
    text::escape,
};

/// Values above 0, such as times.
#[derive(Clone, Debug, PartialEq)]
pub struct Dots {
    /// The text above them.
    pub title: String,
    /// The name of the axis.
    pub axis: String,
    /// The rows, from above.
    pub rows: Vec<Dot>,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// The name.
    pub label: String,
    /// The value that the dot shows.
    pub value: f64,
    /// The least and the greatest of the single measurements.
    pub range: Option<(f64, f64)>,
    /// The number, as it is shown beside the dot.
    pub text: String,
}

/// The height of a row.
const ROW: f64 = 22.0;
/// The space around the rows.
const TOP: f64 = 10.0;
const BOTTOM: f64 = 44.0;
/// The space for the numbers beside the dots.
const RIGHT: f64 = 82.0;
/// A character is at most about so wide: on a narrow screen, where the letters are larger (`steps.css`).
const CHARACTER: f64 = 8.2;

impl Dots {
    /// Draws the rows.
    ///
    /// # Errors
    ///
    /// If there are none, or a number is not above 0.
    pub fn draw(&self) -> Result<Drawing, Error> {
        let ends = |dot: &Dot| dot.range.map_or([dot.value; 2], |(least, most)| [least, most]);
        let all = || self.rows.iter().flat_map(|dot| ends(dot).into_iter().chain([dot.value]));
        if self.rows.is_empty() {
            return Err(Error::new(&self.title, "no rows"));
        }
        check(&self.title, true, all())?;
        let ticks = round(all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max));
        let (first, last) = (ticks[0], ticks[ticks.len() - 1]);
        let longest = self.rows.iter().map(|dot| dot.label.chars().count()).max().unwrap_or(0);
        let left = 12.0 + CHARACTER * longest as f64;
        let x = |value: f64| left + (value / first).ln() / (last / first).ln() * (WIDTH - RIGHT - left);
        let bottom = TOP + ROW * self.rows.len() as f64;
        let mut svg = String::new();
        for (index, &tick) in ticks.iter().enumerate() {
            let at = x(tick);
            let _ = write!(svg, "<path class=\"grid\" d=\"M{at:.1} {TOP}V{bottom:.1}\"/>");
            // Many have no room for their numbers.
            if ticks.len() <= 5 || index % 2 == 0 {
                let _ =
                    write!(svg, "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text>", bottom + 16.0);
            }
        }
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            bottom + 36.0,
            escape(&self.axis)
        );
        for (index, dot) in self.rows.iter().enumerate() {
            let y = TOP + ROW * (index as f64 + 0.5);
            let [least, most] = ends(dot).map(x);
            let (label, text) = (escape(&dot.label), escape(&dot.text));
            let _ =
                write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>", left - 10.0, y + 4.0);
            let _ = write!(svg, "<path class=\"range\" d=\"M{least:.1} {y:.1}H{most:.1}\"/>");
            let _ = write!(svg, "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"4\"/>", x(dot.value));
            let _ = write!(svg, "<text class=\"label\" x=\"{:.1}\" y=\"{:.1}\">{text}</text>", most + 9.0, y + 4.0);
        }
        let told: Vec<String> = self.rows.iter().map(|dot| format!("{}: {}", dot.label, dot.text)).collect();
        Ok(Drawing {
            title: self.title.clone(),
            description: told.join("; "),
            width: WIDTH,
            height: bottom + BOTTOM,
            svg,
            legend: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dots(rows: &[Dot]) -> Dots {
        Dots { title: "T".to_owned(), axis: "seconds".to_owned(), rows: rows.to_vec() }
    }

    #[test]
    fn many_ticks_have_no_room_for_all_their_numbers() {
        let named = |values: [f64; 2]| {
            let rows = values.map(|value| Dot { label: String::new(), value, range: None, text: String::new() });
            let svg = dots(&rows).draw().unwrap().svg;
            let texts = svg.split("text-anchor=\"middle\">").skip(1);
            texts.map(|text| text.split('<').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(named([0.2, 2.0]), ["0.2", "0.5", "1", "2"]);
        assert_eq!(named([0.1, 10_000.0]), ["0.1", "10", "1000"]);
    }

    #[test]
    fn a_dot_lies_where_its_number_says() {
        let dot =
            |value| Dot { label: "a < b".to_owned(), value, range: Some((value, 2.0 * value)), text: "t".to_owned() };
        let drawing = dots(&[dot(1.0), dot(10.0)]).draw().unwrap();
        let left = 12.0 + CHARACTER * 5.0;
        let circle = format!("<circle class=\"dot\" cx=\"{left:.1}\" cy=\"21.0\" r=\"4\"/>");
        assert!(drawing.svg.contains(&circle), "{drawing:?}");
        assert_eq!(drawing.description, "a < b: t; a < b: t");
        assert!(dots(&[dot(0.0)]).draw().unwrap_err().to_string().contains("not above 0"));
        assert_eq!(dots(&[]).draw().unwrap_err().to_string(), "the chart “T” has no rows");
    }
}
