//! Shapes and words as SVG.

use std::fmt::Write;

use charts::text::escape;

/// A place in a drawing: so far to the right, so far down.
pub type Place = (f64, f64);

/// Where a text stands beside its place.
#[derive(Clone, Copy)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// What has been drawn. Classes are those of the style sheet.
#[derive(Default)]
pub struct Pen(pub String);

impl Pen {
    /// Writes `text`, whose baseline is at `place`.
    pub fn text(&mut self, class: &str, (x, y): Place, anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (x, y, text) = (short(x), short(y), escape(text));
        self.add(&format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"));
    }

    /// Writes `text` in the middle of a piece of paper, so that it can be read on a line.
    pub fn label(&mut self, class: &str, (x, y): Place, text: &str) {
        let width = 6.4 * text.chars().count() as f64 + 4.0;
        self.rectangle("paper", (x - width / 2.0, y - 8.0), (width, 16.0));
        self.text(class, (x, y + 4.0), Anchor::Middle, text);
    }

    pub fn circle(&mut self, class: &str, (x, y): Place, radius: f64) {
        let (x, y, radius) = (short(x), short(y), short(radius));
        self.add(&format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
    }

    pub fn rectangle(&mut self, class: &str, (x, y): Place, (width, height): (f64, f64)) {
        self.shaded(class, (x, y), (width, height), 1.0);
    }

    /// Draws a rectangle that covers what is below by this share.
    pub fn shaded(&mut self, class: &str, (x, y): Place, (width, height): (f64, f64), share: f64) {
        let [x, y, width, height] = [x, y, width, height].map(short);
        let opacity = if share < 1.0 { format!(" fill-opacity=\"{}\"", hundredths(share)) } else { String::new() };
        self.add(&format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{opacity}/>"
        ));
    }

    pub fn line(&mut self, class: &str, places: &[Place]) {
        self.path(class, &polyline(places));
    }

    pub fn path(&mut self, class: &str, path: &str) {
        self.add(&format!("<path class=\"{class}\" d=\"{path}\"/>"));
    }

    /// Draws a line with a head at its end.
    pub fn arrow(&mut self, class: &str, from: Place, to: Place) {
        self.path(class, &arrow(from, to, 5.0));
    }

    /// Draws a bar from `x` of this signed length, blue or orange.
    pub fn bar(&mut self, (x, y): Place, length: f64, height: f64) {
        let class = format!("fill {}", sign_class(length));
        self.rectangle(&class, (x + length.min(0.0), y), (length.abs(), height));
    }

    fn add(&mut self, element: &str) {
        self.0 += element;
    }
}

/// Returns the path from place to place.
pub fn polyline(places: &[Place]) -> String {
    let mut path = String::new();
    for (index, &(x, y)) in places.iter().enumerate() {
        let _ = write!(path, "{}{} {}", if index == 0 { 'M' } else { 'L' }, short(x), short(y));
    }
    path
}

/// Returns the path of an arrow whose head has sides of this length.
pub fn arrow(from: Place, to: Place, side: f64) -> String {
    let angle = (to.1 - from.1).atan2(to.0 - from.0);
    let wing = |turn: f64| (to.0 - side * (angle + turn).cos(), to.1 - side * (angle + turn).sin());
    polyline(&[from, to]) + &polyline(&[wing(0.5), to, wing(-0.5)])
}

/// Returns the class of what adds, of what takes away, and of what does neither.
pub fn sign_class(value: f64) -> &'static str {
    match value {
        0.0 => "even",
        ..0.0 => "minus",
        _ => "plus",
    }
}

/// Returns a number with so many decimals and a real minus sign.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|byte| matches!(byte, b'0' | b'.')) => zero.to_owned(),
        Some(size) => format!("−{size}"),
        None => text,
    }
}

/// Returns a number with four decimals at most.
pub fn exact(value: f64) -> String {
    let text = number(value, 4);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A coordinate: a tenth of a unit is less than can be seen.
fn short(coordinate: f64) -> f64 {
    (coordinate * 10.0).round() / 10.0 + 0.0
}

fn hundredths(share: f64) -> f64 {
    (share * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_real_minus_and_no_negative_zero() {
        assert_eq!(number(-0.12345, 4), "−0.1235");
        assert_eq!(number(-0.00001, 4), "0.0000");
        assert_eq!([exact(0.5), exact(-1.0), exact(0.77403)], ["0.5", "−1", "0.774"]);
    }

    #[test]
    fn an_arrow_ends_at_its_head() {
        assert_eq!(arrow((0.0, 0.0), (10.0, 0.0), 5.0), "M0 0L10 0M5.6 -2.4L10 0L5.6 2.4");
    }
}
