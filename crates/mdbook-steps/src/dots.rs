//! Times as dots on a logarithmic scale, as SVG within the page: a row for each, its name at the left.

use std::fmt::Write;

use crate::{
    Outcome,
    axis::round,
    html::{block, escape},
};

/// A row: its name, what its dot shows, and from where to where the single measurements lie.
pub struct Dot {
    pub label: String,
    pub value: f64,
    pub range: Option<(f64, f64)>,
    /// The number, as it is shown beside the dot.
    pub text: String,
}

/// The picture, in units of its own.
const WIDTH: f64 = 560.0;
const ROW: f64 = 22.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 44.0;
/// The space for the numbers beside the dots.
const RIGHT: f64 = 82.0;
/// A character is at most about so wide: on a narrow screen, where the letters are larger (`steps.css`).
const CHARACTER: f64 = 8.2;

/// The `dots` as a figure with a `title`, the name of the `axis`, and a note beneath it, which is HTML.
pub fn draw(title: &str, axis: &str, dots: &[Dot], note: &str) -> Outcome {
    let ends = |dot: &Dot| dot.range.map_or([dot.value; 2], |(least, most)| [least, most]);
    let all = || dots.iter().flat_map(|dot| ends(dot).into_iter().chain([dot.value]));
    if dots.is_empty() || !all().all(|value| value.is_finite() && value > 0.0) {
        return Err(format!("the chart “{title}” has no rows, or numbers that are not above 0"));
    }
    let ticks = round(all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max));
    let [first, .., last] = ticks[..] else { return Err(format!("the chart “{title}” has no axis")) };
    let longest = dots.iter().map(|dot| dot.label.chars().count()).max().unwrap_or(0);
    let left = 12.0 + CHARACTER * longest as f64;
    let x = |value: f64| left + (value / first).ln() / (last / first).ln() * (WIDTH - RIGHT - left);
    let bottom = TOP + ROW * dots.len() as f64;
    let mut svg = String::new();
    for (index, &tick) in ticks.iter().enumerate() {
        let at = x(tick);
        let _ = write!(svg, "<path class=\"grid\" d=\"M{at:.1} {TOP}V{bottom:.1}\"/>");
        // Many have no room for their numbers.
        if ticks.len() <= 5 || index % 2 == 0 {
            let _ = write!(svg, "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text>", bottom + 16.0);
        }
    }
    let _ = write!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
        WIDTH - RIGHT,
        bottom + 36.0,
        escape(axis)
    );
    for (index, dot) in dots.iter().enumerate() {
        let y = TOP + ROW * (index as f64 + 0.5);
        let [least, most] = ends(dot).map(x);
        let (label, text) = (escape(&dot.label), escape(&dot.text));
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>", left - 10.0, y + 4.0);
        let _ = write!(svg, "<path class=\"range\" d=\"M{least:.1} {y:.1}H{most:.1}\"/>");
        let _ = write!(svg, "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"4\"/>", x(dot.value));
        let _ = write!(svg, "<text class=\"label\" x=\"{:.1}\" y=\"{:.1}\">{text}</text>", most + 9.0, y + 4.0);
    }
    let told: Vec<String> = dots.iter().map(|dot| format!("{}: {}", dot.label, dot.text)).collect();
    Ok(block(&format!(
        "<figure class=\"chart\"><figcaption>{0}</figcaption><svg role=\"img\" viewBox=\"0 0 {WIDTH} {1}\">\
         <title>{0}</title><desc>{2}</desc>{svg}</svg><p class=\"caption\">{3}</p></figure>",
        escape(title),
        bottom + BOTTOM,
        escape(&told.join("; ")),
        note
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_ticks_have_no_room_for_all_their_numbers() {
        let named = |values: [f64; 2]| {
            let dots = values.map(|value| Dot { label: String::new(), value, range: None, text: String::new() });
            let html = draw("T", "seconds", &dots, "").unwrap();
            let texts = html.split("text-anchor=\"middle\">").skip(1);
            texts.map(|text| text.split('<').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(named([0.2, 2.0]), ["0.2", "0.5", "1", "2"]);
        assert_eq!(named([0.1, 10_000.0]), ["0.1", "10", "1000"]);
    }

    #[test]
    fn a_dot_lies_where_its_number_says() {
        let dot =
            |value| Dot { label: "a < b".to_owned(), value, range: Some((value, 2.0 * value)), text: "t".to_owned() };
        let html = draw("T", "seconds", &[dot(1.0), dot(10.0)], "n").unwrap();
        let left = 12.0 + CHARACTER * 5.0;
        assert!(html.contains(&format!("<circle class=\"dot\" cx=\"{left:.1}\" cy=\"21.0\" r=\"4\"/>")), "{html}");
        assert!(html.contains("<title>T</title><desc>a &lt; b: t; a &lt; b: t</desc>"));
        assert!(draw("T", "seconds", &[dot(0.0)], "").unwrap_err().contains("“T”"));
        assert!(draw("T", "seconds", &[], "").is_err());
    }
}
