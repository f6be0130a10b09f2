//! Curves, and dots among them, over one axis.

use std::fmt::Write;

use crate::{
    Error,
    axis::{Axis, check},
    drawing::{Drawing, LINE, LOOKS, WIDTH},
    text::{escape, grouped},
};

/// Curves over a horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The text above it.
    pub title: String,
    /// The name of the horizontal axis.
    pub x: String,
    /// Whether all axes are logarithmic.
    pub logarithmic: bool,
    /// The panels, one above the other.
    pub panels: Vec<Panel>,
}

/// Curves with both axes in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The name of the vertical axis.
    pub y: String,
    /// The curves. Those of one name look the same in all panels.
    pub series: Vec<Series>,
}

/// A line with its name, or dots.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The name.
    pub label: String,
    /// Whether no line is drawn through the points.
    pub dots: bool,
    /// The points, from left to right.
    pub points: Vec<Point>,
}

/// A point of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The value on the horizontal axis.
    pub x: f64,
    /// The value on the vertical axis.
    pub y: f64,
    /// The lower and the upper end of the band around the line: how far the value may be off.
    pub band: Option<(f64, f64)>,
}

/// The height of a panel, if it is the only one and if there are several.
const HEIGHT: f64 = 228.0;
const LOW_HEIGHT: f64 = 140.0;
/// The space around the lines for numbers and names.
const LEFT: f64 = 46.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 46.0;
/// The space between two panels, for the numbers of the upper one and the name of the lower one.
const BETWEEN: f64 = 58.0;
/// A character is about so wide.
const CHARACTER: f64 = 8.0;
/// Longer names than this many characters, and more of them, stand beneath the picture, not at the ends of the lines.
const LONGEST_LABEL: usize = 16;
const MOST_LABELS: usize = 6;
/// As many points as a line this wide can show.
const MOST_POINTS: usize = 120;

impl Chart {
    /// Draws the curves, with their names at their ends or in a legend.
    ///
    /// # Errors
    ///
    /// If there is no panel, one without series or a series without points, or if a number has no place on its axis.
    pub fn draw(&self) -> Result<Drawing, Error> {
        let is_empty = |panel: &Panel| panel.series.iter().map(|series| series.points.len()).min().unwrap_or(0) == 0;
        if self.panels.is_empty() || self.panels.iter().any(is_empty) {
            return Err(Error::new(&self.title, "no points, or a line without any"));
        }
        let points = || self.series().flat_map(|series| &series.points);
        let numbers = points().flat_map(|point| [point.x, point.y].into_iter().chain(ends(point)));
        check(&self.title, self.logarithmic, numbers)?;
        let axis = |values: Vec<f64>| match self.logarithmic {
            true => Axis::logarithmic_over(&values),
            false => Axis::over(&values),
        };
        let names = self.names();
        let look = |series: &Series| names.iter().position(|name| name.label == series.label).unwrap_or(0) % LOOKS;
        let longest = names.iter().map(|series| series.label.chars().count()).max().unwrap_or(0);
        let labelled = longest <= LONGEST_LABEL && names.len() <= MOST_LABELS;
        let right = WIDTH - if labelled { 12.0 + CHARACTER * longest as f64 } else { 12.0 };
        let height = if self.panels.len() == 1 { HEIGHT } else { LOW_HEIGHT };

        let horizontal = axis(points().map(|point| point.x).collect());
        let mut svg = String::new();
        let mut bottom = TOP - BETWEEN;
        for (index, panel) in self.panels.iter().enumerate() {
            let is_last = index + 1 == self.panels.len();
            let top = bottom + BETWEEN;
            bottom = top + height;
            let vertical = axis(panel.series.iter().flat_map(|series| &series.points).flat_map(ends).collect());
            let frame = Frame { right, top, bottom, horizontal: &horizontal, vertical };
            svg += &frame.axes(panel, is_last.then_some(&self.x));
            panel.series.iter().for_each(|series| svg += &frame.series(series, look(series)));
            if labelled {
                svg += &frame.labels(panel, look);
            }
        }
        let key = |series: &&Series| match series.dots {
            true => mark(look(series), 16.0, 4.0),
            false => format!("<path class=\"line s{}\" d=\"M0 4H32\"/>", look(series)),
        };
        Ok(Drawing {
            title: self.title.clone(),
            description: self.description(),
            width: WIDTH,
            height: bottom + BOTTOM,
            svg,
            legend: match labelled {
                true => Vec::new(),
                false => names.iter().map(|series| (series.label.clone(), key(series))).collect(),
            },
        })
    }

    fn series(&self) -> impl Iterator<Item = &Series> {
        self.panels.iter().flat_map(|panel| &panel.series)
    }

    /// Returns the first series of each name.
    fn names(&self) -> Vec<&Series> {
        let mut names: Vec<&Series> = Vec::new();
        for series in self.series() {
            if !names.iter().any(|known| known.label == series.label) {
                names.push(series);
            }
        }
        names
    }

    /// Returns what the chart shows, in words.
    fn description(&self) -> String {
        let mut told = Vec::new();
        for Panel { y, series } in &self.panels {
            for series in series {
                let (label, end) = (&series.label, short(last(series).y));
                told.push(match self.panels.len() {
                    1 => format!("{label}: {end} at the end"),
                    _ => format!("{y}: {label} {end} at the end"),
                });
            }
        }
        told.join("; ")
    }
}

/// The place of a panel, and its axes.
struct Frame<'a> {
    right: f64,
    top: f64,
    bottom: f64,
    horizontal: &'a Axis,
    vertical: Axis,
}

impl Frame<'_> {
    fn x(&self, value: f64) -> f64 {
        LEFT + self.horizontal.share(value) * (self.right - LEFT)
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - self.vertical.share(value) * (self.bottom - self.top)
    }

    /// Draws the grid, and the numbers and names of the axes.
    fn axes(&self, panel: &Panel, name: Option<&String>) -> String {
        let (mut svg, right) = (String::new(), self.right);
        for tick in self.vertical.ticks() {
            let (at, number) = (self.y(tick), self.vertical.name(tick));
            let (x, y) = (LEFT - 6.0, at + 4.0);
            let _ = write!(svg, "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{right:.1}\"/>");
            let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"end\">{number}</text>");
        }
        for tick in self.horizontal.ticks() {
            let (at, below, number) = (self.x(tick), self.bottom + 18.0, self.horizontal.name(tick));
            let _ = write!(svg, "<text x=\"{at:.1}\" y=\"{below:.1}\" text-anchor=\"middle\">{number}</text>");
        }
        let _ = write!(svg, "<text x=\"4\" y=\"{:.1}\">{}</text>", self.top - 12.0, escape(&panel.y));
        if let Some(name) = name {
            let (below, name) = (self.bottom + 38.0, escape(name));
            let _ = write!(svg, "<text x=\"{right:.1}\" y=\"{below:.1}\" text-anchor=\"end\">{name}</text>");
        }
        svg
    }

    /// Draws a line and its band, or dots. A single point is a dot.
    fn series(&self, series: &Series, look: usize) -> String {
        let (mut svg, line) = (String::new(), thinned(&series.points));
        let place = |point: &Point, value: f64| format!("{:.1} {:.1}", self.x(point.x), self.y(value));
        if line.iter().any(|point| point.band.is_some()) {
            let low = line.iter().map(|point| place(point, ends(point)[0]));
            let high = line.iter().rev().map(|point| place(point, ends(point)[1]));
            let around = low.chain(high).collect::<Vec<_>>().join("L");
            let _ = write!(svg, "<path class=\"band s{look}\" d=\"M{around}Z\"/>");
        }
        if series.dots || line.len() == 1 {
            series.points.iter().for_each(|point| svg += &mark(look, self.x(point.x), self.y(point.y)));
        } else {
            let points = line.iter().map(|point| place(point, point.y)).collect::<Vec<_>>().join(",");
            let _ = write!(svg, "<polyline class=\"line s{look}\" points=\"{points}\"/>");
        }
        svg
    }

    /// Writes the names at the ends of the lines.
    fn labels(&self, panel: &Panel, look: impl Fn(&Series) -> usize) -> String {
        let mut svg = String::new();
        let wanted: Vec<f64> = panel.series.iter().map(|series| self.y(last(series).y)).collect();
        for (series, at) in panel.series.iter().zip(apart(&wanted, self.top, self.bottom)) {
            let (look, x, y, label) = (look(series), self.x(last(series).x) + 6.0, at + 4.0, escape(&series.label));
            let _ = write!(svg, "<text class=\"label s{look}\" x=\"{x:.1}\" y=\"{y:.1}\">{label}</text>");
        }
        svg
    }
}

/// Returns the ends of the band at a point.
fn ends(point: &Point) -> [f64; 2] {
    point.band.map_or([point.y; 2], |(low, high)| [low, high])
}

/// Draws a dot: a square, a disc or a diamond, so that those of three series are told apart without their colours.
fn mark(look: usize, x: f64, y: f64) -> String {
    match look % 3 {
        0 => format!("<path class=\"point s{look}\" d=\"M{:.1} {:.1}h6v6h-6z\"/>", x - 3.0, y - 3.0),
        1 => format!("<circle class=\"point s{look}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>"),
        _ => format!("<path class=\"point s{look}\" d=\"M{x:.1} {:.1}l4 4l-4 4l-4 -4z\"/>", y - 4.0),
    }
}

/// Returns the point where a line ends.
fn last(series: &Series) -> Point {
    series.points[series.points.len() - 1]
}

/// Returns heights for the labels that are `wanted`, so far apart that they can be read, from `top` to `bottom` if they
/// fit.
fn apart(wanted: &[f64], top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut heights = wanted.to_vec();
    let mut least = top;
    for &index in &order {
        heights[index] = heights[index].max(least);
        least = heights[index] + LINE;
    }
    let mut most = bottom;
    for &index in order.iter().rev() {
        heights[index] = heights[index].min(most);
        most = heights[index] - LINE;
    }
    heights
}

/// Returns no more points than can be seen: the first, the last, and some between them.
fn thinned(points: &[Point]) -> Vec<Point> {
    if points.len() <= MOST_POINTS {
        return points.to_vec();
    }
    let step = (points.len() - 1) as f64 / (MOST_POINTS - 1) as f64;
    (0..MOST_POINTS).map(|index| points[(index as f64 * step).round() as usize]).collect()
}

/// Returns a number as it is told in words.
fn short(number: f64) -> String {
    match number.abs() {
        0.0 | 0.01..1e9 => grouped(&format!("{number:.2}")),
        _ => format!("{number:.1e}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::axis::LARGEST;

    fn points(points: &[(f64, f64)]) -> Vec<Point> {
        points.iter().map(|&(x, y)| Point { x, y, band: None }).collect()
    }

    fn series(label: &str, of: &[(f64, f64)]) -> Series {
        Series { label: label.to_owned(), dots: false, points: points(of) }
    }

    fn panel(y: &str, series: &[Series]) -> Panel {
        Panel { y: y.to_owned(), series: series.to_vec() }
    }

    fn chart(panels: &[Panel]) -> Chart {
        Chart { title: "T".to_owned(), x: "x".to_owned(), logarithmic: false, panels: panels.to_vec() }
    }

    /// A chart of one line.
    fn line(of: &[(f64, f64)]) -> Chart {
        chart(&[panel("y", &[series("a < b", of)])])
    }

    #[test]
    fn labels_do_not_lie_upon_each_other() {
        assert_eq!(apart(&[50.0, 52.0, 100.0], 20.0, 200.0), [50.0, 67.0, 100.0]);
        assert_eq!(apart(&[199.0, 198.0], 20.0, 200.0), [200.0, 183.0]);
    }

    #[test]
    fn long_names_stand_beneath_the_picture() {
        let mut long = line(&[(1.0, 0.5), (2.0, 0.7)]);
        let drawing = long.draw().unwrap();
        assert!(drawing.legend.is_empty() && drawing.svg.contains(">a &lt; b</text>"), "{drawing:?}");
        long.panels[0].series[0].label = "a name that is too long".to_owned();
        let drawing = long.draw().unwrap();
        assert_eq!(drawing.legend[0].0, "a name that is too long");
        assert!(!drawing.svg.contains("class=\"label"), "{drawing:?}");
    }

    #[test]
    fn a_chart_can_be_read_without_being_seen() {
        let mut banded = line(&[(1.0, 0.5), (2.0, 0.7)]);
        banded.panels[0].series[0].points[0].band = Some((0.4, 0.6));
        let drawing = banded.draw().unwrap();
        assert_eq!(drawing.description, "a < b: 0.70 at the end");
        assert!(drawing.svg.contains("class=\"band s0\"") && drawing.svg.contains("class=\"line s0\""));
        banded.panels.push(panel("z", &[series("c", &[(1.0, 1e-5)])]));
        assert_eq!(banded.draw().unwrap().description, "y: a < b 0.70 at the end; z: c 1.0e-5 at the end");
    }

    #[test]
    fn numbers_without_a_place_are_an_error() {
        let error = |chart: &Chart| chart.draw().unwrap_err().to_string();
        assert_eq!(error(&chart(&[])), "the chart “T” has no points, or a line without any");
        assert_eq!(error(&chart(&[panel("y", &[])])), error(&chart(&[])));
        assert_eq!(error(&line(&[])), error(&chart(&[])));
        for number in [f64::NAN, f64::INFINITY, 1e301] {
            assert!(error(&line(&[(1.0, number)])).contains("not finite, or too large"));
        }
        let mut logarithmic = line(&[(1.0, 1.0), (2.0, 0.0)]);
        logarithmic.logarithmic = true;
        assert!(error(&logarithmic).contains("not above 0"));
    }

    #[test]
    fn dots_lie_where_their_logarithms_say() {
        let mut dotted = line(&[(1.0, 10.0), (10.0, 100.0), (100.0, 1000.0)]);
        dotted.logarithmic = true;
        dotted.panels[0].series[0].dots = true;
        let svg = dotted.draw().unwrap().svg;
        let right = WIDTH - 12.0 - CHARACTER * 5.0;
        assert!(svg.contains(&mark(0, f64::midpoint(LEFT, right), TOP + HEIGHT / 2.0)), "{svg}");
        assert_eq!((svg.matches("class=\"point s0\"").count(), svg.contains("class=\"line")), (3, false));
    }

    #[test]
    fn a_single_point_is_seen() {
        assert!(line(&[(1.0, 0.5)]).draw().unwrap().svg.contains("class=\"point s0\""));
    }

    #[test]
    fn a_name_looks_the_same_in_all_panels() {
        let [test, training] = ["test", "training"].map(|name| series(name, &[(1.0, 2.0), (2.0, 3.0)]));
        let panels = [panel("accuracy", &[test, training.clone()]), panel("error", &[training])];
        let drawing = chart(&panels).draw().unwrap();
        let lines = |look| drawing.svg.matches(&format!("<polyline class=\"line s{look}\"")).count();
        assert_eq!((lines(0), lines(1)), (1, 2));
        assert_eq!(drawing.height, TOP + LOW_HEIGHT + BETWEEN + LOW_HEIGHT + BOTTOM);
        assert_eq!(drawing.svg.matches(">x</text>").count(), 1, "the axis that they have in common");
    }

    #[test]
    fn a_long_line_is_thinned_and_keeps_its_ends() {
        let line: Vec<_> = (0..1000).map(|x| (f64::from(x), 0.0)).collect();
        let thin = thinned(&points(&line));
        assert_eq!((thin.len(), thin[0].x, thin[MOST_POINTS - 1].x), (MOST_POINTS, 0.0, 999.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn anything_can_be_drawn(
            any in prop::collection::vec((-LARGEST..LARGEST, any::<f64>()), 1..20),
            near in prop::collection::vec((0.0..3.0, 97.0..97.0 + 1e-12), 1..20),
        ) {
            let any: Vec<_> = any.into_iter().map(|(x, y)| (x, if y.abs() <= LARGEST { y } else { 0.0 })).collect();
            for points in [any, near] {
                let file = line(&points).draw().unwrap().file();
                prop_assert!(file.len() < 10_000 && !file.contains("NaN") && !file.contains("inf"), "{file}");
            }
        }
    }
}
