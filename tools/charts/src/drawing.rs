//! A finished drawing, within a page or as a file of its own.

use std::fmt::Write;

use crate::text::escape;

/// The width of a chart, in units of its own: small, so that its words can be read on a narrow screen.
pub const WIDTH: f64 = 560.0;
/// The width of a sketch, whose words keep their size on a phone.
pub const NARROW: f64 = 400.0;
/// The height of a line of text.
pub const LINE: f64 = 17.0;
/// As many series as have a look of their own.
pub const LOOKS: usize = 8;
/// Pixels per unit in a file: the drawing is as wide as in the book.
const PIXELS: f64 = 1.25;
/// The space above the drawing for its title, in a file.
const TITLE: f64 = 34.0;

/// A drawing as SVG, and what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    pub(crate) title: String,
    /// What it shows, for those who do not see it.
    pub(crate) description: String,
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// The shapes and words.
    pub(crate) svg: String,
    /// The names that did not fit in, each with its mark, 32 units wide and 8 high.
    pub(crate) legend: Vec<(String, String)>,
}

impl Drawing {
    /// Returns a sketch: shapes and words of its own, in a space that is [`NARROW`] wide. They have the classes of the
    /// book's style sheet.
    pub fn sketch(title: &str, description: &str, height: f64, svg: String) -> Self {
        let [title, description] = [title, description].map(str::to_owned);
        Self { title, description, width: NARROW, height, svg, legend: Vec::new() }
    }

    /// Returns the drawing as a figure within a page of HTML, all in one line, with a `note` beneath it, which is HTML.
    /// The style sheet of the page gives the classes their colours.
    pub fn figure(&self, note: &str) -> String {
        let mut legend = String::new();
        for (label, mark) in &self.legend {
            let key = format!("<svg viewBox=\"0 0 32 8\" aria-hidden=\"true\">{mark}</svg>");
            let _ = write!(legend, "<span>{key} {}</span>", escape(label));
        }
        if !legend.is_empty() {
            legend = format!("<p class=\"legend\">{legend}</p>");
        }
        let Self { width, height, svg, .. } = self;
        let title = escape(&self.title);
        let class = if *width == NARROW { "chart sketch" } else { "chart" };
        format!(
            "<figure class=\"{class}\"><figcaption>{title}</figcaption>\
             <svg role=\"img\" viewBox=\"0 0 {width} {height}\"><title>{title}</title><desc>{}</desc>{svg}</svg>\
             {legend}<p class=\"caption\">{note}</p></figure>",
            escape(&self.description)
        )
    }

    /// Returns the drawing as an SVG file that needs nothing else: dark on light, with its title above it.
    pub fn file(&self) -> String {
        let bottom = TITLE + self.height;
        let mut legend = String::new();
        for (row, (label, mark)) in self.legend.iter().enumerate() {
            let top = bottom + LINE * row as f64;
            let text = format!("<text x=\"40\" y=\"8\">{}</text>", escape(label));
            let _ = writeln!(legend, "<g transform=\"translate(46 {top})\">{mark}{text}</g>");
        }
        let height = bottom + LINE * self.legend.len() as f64;
        let [wide, high] = [self.width, height].map(|length| (PIXELS * length).round());
        let Self { width, .. } = self;
        let (title, description, svg) = (escape(&self.title), escape(&self.description), &self.svg);
        let file = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{wide}\" height=\"{high}\" \
             viewBox=\"0 0 {width} {height}\">\n<title>{title}</title>\n<desc>{description}</desc>\n\
             <style>\n{}</style>\n<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n\
             <text class=\"title\" x=\"4\" y=\"22\">{title}</text>\n\
             <g transform=\"translate(0 {TITLE})\">{}</g>\n{legend}</svg>\n",
            style(),
            svg.replace("/>", "/>\n").replace("</text>", "</text>\n"),
        );
        // Other control characters are not XML, escaped or not.
        file.replace(|character: char| character.is_control() && character != '\n', "\u{fffd}")
    }
}

/// The colours and dashes of the series on light paper, as in `book/theme/steps.css`. They differ in both, so that
/// they are told apart without colours, too.
const LOOK: [(&str, &str); LOOKS] = [
    ("#6b6b6b", "6 3"),
    ("#0b62c4", "none"),
    ("#a03d00", "2 2"),
    ("#1a7f37", "8 2 2 2"),
    ("#8250df", "12 4"),
    ("#9a1f5f", "12 3 2 3 2 3"),
    ("#00707a", "4 4"),
    ("#7a5900", "1 3"),
];

/// The style sheet of a file.
fn style() -> String {
    let mut style = "\
        text { fill: #5c5c5c; font: 12px system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; }\n\
        .title { fill: #24262c; font-size: 14px; font-weight: 600; }\n\
        .label { fill: currentColor; font-weight: 600; }\n\
        .paper { fill: #fcfcfa; }\n\
        .grid { stroke: #e0e1e4; stroke-width: 1; }\n\
        .line { fill: none; stroke: currentColor; stroke-width: 2; }\n\
        .band { fill: currentColor; opacity: 0.16; }\n\
        .point { fill: currentColor; }\n\
        .range { fill: none; stroke: #0b62c4; stroke-width: 2; opacity: 0.6; }\n\
        .dot { fill: #0b62c4; }\n"
        .to_owned();
    for (index, (colour, dashes)) in LOOK.iter().enumerate() {
        let _ = writeln!(style, ".s{index} {{ color: {colour}; stroke-dasharray: {dashes}; }}");
    }
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing() -> Drawing {
        Drawing {
            title: "a < b".to_owned(),
            description: "c & d".to_owned(),
            width: WIDTH,
            height: 100.0,
            svg: "<path/>".to_owned(),
            legend: vec![("e > f".to_owned(), "<circle/>".to_owned())],
        }
    }

    #[test]
    fn a_figure_is_one_line_and_names_what_it_shows() {
        assert_eq!(
            drawing().figure("<em>n</em>"),
            "<figure class=\"chart\"><figcaption>a &lt; b</figcaption><svg role=\"img\" viewBox=\"0 0 560 100\">\
             <title>a &lt; b</title><desc>c &amp; d</desc><path/></svg><p class=\"legend\"><span>\
             <svg viewBox=\"0 0 32 8\" aria-hidden=\"true\"><circle/></svg> e &gt; f</span></p>\
             <p class=\"caption\"><em>n</em></p></figure>"
        );
    }

    #[test]
    fn a_sketch_is_narrow() {
        let figure = Drawing::sketch("a", "b", 50.0, "<path/>".to_owned()).figure("");
        assert!(figure.starts_with("<figure class=\"chart sketch\">"), "{figure}");
        assert!(figure.contains("viewBox=\"0 0 400 50\""), "{figure}");
    }

    #[test]
    fn a_file_has_its_style_its_title_and_room_for_its_legend() {
        let file = drawing().file();
        let head = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"700\" height=\"189\" \
                    viewBox=\"0 0 560 151\">\n<title>a &lt; b</title>\n<desc>c &amp; d</desc>\n<style>\n";
        assert!(file.starts_with(head) && file.ends_with("</svg>\n"), "{file}");
        for part in ["<text class=\"title\" x=\"4\" y=\"22\">a &lt; b</text>", "<path/>", "y=\"8\">e &gt; f</text>"] {
            assert!(file.contains(part), "no {part} in\n{file}");
        }
        let odd = Drawing { title: "a\u{7}\tb".to_owned(), ..drawing() };
        assert!(odd.file().contains("<title>a\u{fffd}\u{fffd}b</title>"));
    }

    #[test]
    fn the_series_look_as_in_the_book() {
        let sheet = include_str!("../../../book/theme/steps.css");
        for (index, (colour, dashes)) in LOOK.iter().enumerate() {
            assert!(sheet.contains(&format!("--series-{index}: {colour};")), "{index}");
            let dashes = if *dashes == "none" { String::new() } else { format!(" stroke-dasharray: {dashes};") };
            let rule = format!(".chart .s{index} {{ color: var(--series-{index});{dashes} }}");
            assert!(sheet.contains(&rule), "{rule}");
        }
    }
}
