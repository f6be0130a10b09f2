//! Curves as SVG within the page: they take the colours of the theme, and every word in them is text.

use std::fmt::Write;

use crate::{
    Outcome,
    axis::Axis,
    html::{block, escape, grouped},
};

/// What is drawn.
pub struct Chart {
    pub title: String,
    /// What the axes show.
    pub x: String,
    pub y: String,
    /// Both axes are logarithmic.
    pub logarithmic: bool,
    pub series: Vec<Series>,
}

/// A line with its name, or dots.
pub struct Series {
    pub label: String,
    /// No line is drawn through the points.
    pub dots: bool,
    pub points: Vec<Point>,
}

/// A point of a line, and how far it may be off.
#[derive(Clone, Copy)]
pub struct Point {
    pub x: f64,
    pub y: f64,
    pub band: Option<(f64, f64)>,
}

/// The picture, in units of its own: small, so that its words can be read on a narrow screen.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 300.0;
/// The space around the lines for numbers and names.
const LEFT: f64 = 46.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 46.0;
/// A character is about so wide, and a line of text so high.
const CHARACTER: f64 = 8.0;
const LINE: f64 = 17.0;
/// Longer names than this many characters, and more of them, stand beneath the picture, not at the ends of the lines.
const LONGEST_LABEL: usize = 16;
const MOST_LABELS: usize = 6;
/// As many points as a line this wide can show.
const MOST_POINTS: usize = 120;
/// As many lines as have a look of their own.
const LOOKS: usize = 8;

/// The chart as a figure, with a note beneath it, which is HTML.
pub fn draw(chart: &Chart, note: &str) -> Outcome {
    let points = || chart.series.iter().flat_map(|series| &series.points);
    let ends = |point: &Point| point.band.map_or([point.y, point.y], |(low, high)| [low, high]);
    let has_place = |number: f64| number.is_finite() && (!chart.logarithmic || number > 0.0);
    if points().next().is_none() || !points().all(|point| [point.x].into_iter().chain(ends(point)).all(has_place)) {
        let problem = if chart.logarithmic { "not above 0, or not finite" } else { "not finite" };
        return Err(format!("the chart “{}” has no points, or some that are {problem}", chart.title));
    }
    let (xs, ys) = (points().map(|point| point.x), points().flat_map(ends));
    let [horizontal, vertical] = match chart.logarithmic {
        true => [Axis::logarithmic_over(xs), Axis::logarithmic_over(ys)],
        false => [Axis::over(xs), Axis::over(ys)],
    };
    let longest = chart.series.iter().map(|series| series.label.chars().count()).max().unwrap_or(0);
    let labelled = longest <= LONGEST_LABEL && chart.series.len() <= MOST_LABELS;
    let right = WIDTH - if labelled { 12.0 + CHARACTER * longest as f64 } else { 12.0 };
    let x = |value: f64| LEFT + horizontal.share(value) * (right - LEFT);
    let y = |value: f64| HEIGHT - BOTTOM - vertical.share(value) * (HEIGHT - TOP - BOTTOM);
    let mut svg = String::new();
    for tick in vertical.ticks() {
        let (at, name) = (y(tick), vertical.name(tick));
        let _ = write!(svg, "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{right:.1}\"/>");
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{name}</text>", LEFT - 6.0, at + 4.0);
    }
    for tick in horizontal.ticks() {
        let (at, name) = (x(tick), horizontal.name(tick));
        let _ =
            write!(svg, "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}</text>", HEIGHT - BOTTOM + 18.0);
    }
    let _ = write!(svg, "<text x=\"4\" y=\"{:.1}\">{}</text>", TOP - 12.0, escape(&chart.y));
    let bottom = HEIGHT - 8.0;
    let _ = write!(svg, "<text x=\"{right:.1}\" y=\"{bottom:.1}\" text-anchor=\"end\">{}</text>", escape(&chart.x));
    for (index, series) in chart.series.iter().enumerate() {
        let (line, look) = (thinned(&series.points), index % LOOKS);
        let place = |value: &dyn Fn(&Point) -> f64, point: &Point| format!("{:.1} {:.1}", x(point.x), y(value(point)));
        let path = |value: &dyn Fn(&Point) -> f64, points: &[Point]| {
            points.iter().map(|point| place(value, point)).collect::<Vec<_>>().join("L")
        };
        if line.iter().any(|point| point.band.is_some()) {
            let low = path(&|point| ends(point)[0], &line);
            let high = path(&|point| ends(point)[1], &line.iter().rev().copied().collect::<Vec<_>>());
            let _ = write!(svg, "<path class=\"band s{look}\" d=\"M{low}L{high}Z\"/>");
        }
        if series.dots {
            series.points.iter().for_each(|point| svg += &mark(look, x(point.x), y(point.y)));
            continue;
        }
        let _ = write!(svg, "<path class=\"line s{look}\" d=\"M{}\"/>", path(&|point| point.y, &line));
    }
    let mut legend = String::new();
    if labelled {
        let wanted = chart.series.iter().map(|series| y(last(series))).collect::<Vec<_>>();
        let heights = apart(&wanted, TOP, HEIGHT - BOTTOM);
        for (index, (series, at)) in chart.series.iter().zip(heights).enumerate() {
            let (look, label) = (index % LOOKS, escape(&series.label));
            let _ = write!(
                svg,
                "<text class=\"label s{look}\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
                x(series.points.last().map_or(0.0, |point| point.x)) + 6.0,
                at + 4.0
            );
        }
    } else {
        for (index, series) in chart.series.iter().enumerate() {
            let look = index % LOOKS;
            let line = match series.dots {
                true => mark(look, 16.0, 4.0),
                false => format!("<path class=\"line s{look}\" d=\"M0 4H32\"/>"),
            };
            let key = format!("<svg viewBox=\"0 0 32 8\" aria-hidden=\"true\">{line}</svg>");
            let _ = write!(legend, "<span>{key} {}</span>", escape(&series.label));
        }
        legend = format!("<p class=\"legend\">{legend}</p>");
    }
    let title = escape(&chart.title);
    let told: Vec<_> =
        chart.series.iter().map(|series| format!("{}: {} at the end", series.label, short(last(series)))).collect();
    Ok(block(&format!(
        "<figure class=\"chart\"><figcaption>{title}</figcaption><svg role=\"img\" viewBox=\"0 0 {WIDTH} {HEIGHT}\">\
         <title>{title}</title><desc>{}</desc>{svg}</svg>{legend}<p class=\"caption\">{}</p></figure>",
        escape(&told.join("; ")),
        note
    )))
}

/// A dot: a square, a disc or a diamond, so that those of three series are told apart without their colours.
fn mark(look: usize, x: f64, y: f64) -> String {
    match look % 3 {
        0 => format!("<path class=\"point s{look}\" d=\"M{:.1} {:.1}h6v6h-6z\"/>", x - 3.0, y - 3.0),
        1 => format!("<circle class=\"point s{look}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>"),
        _ => format!("<path class=\"point s{look}\" d=\"M{x:.1} {:.1}l4 4l-4 4l-4 -4z\"/>", y - 4.0),
    }
}

/// Where a line ends.
fn last(series: &Series) -> f64 {
    series.points.last().map_or(0.0, |point| point.y)
}

/// Heights for the labels that are `wanted`, so far apart that they can be read, from `top` to `bottom` if they fit.
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

/// Not more points than can be seen: the first, the last, and some between them.
fn thinned(points: &[Point]) -> Vec<Point> {
    if points.len() <= MOST_POINTS {
        return points.to_vec();
    }
    let step = (points.len() - 1) as f64 / (MOST_POINTS - 1) as f64;
    (0..MOST_POINTS).map(|index| points[(index as f64 * step).round() as usize]).collect()
}

/// A number as it is told in words.
fn short(number: f64) -> String {
    if number.abs() >= 0.01 || number == 0.0 { grouped(&format!("{number:.2}")) } else { format!("{number:.1e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_lie_upon_each_other() {
        assert_eq!(apart(&[50.0, 52.0, 100.0], 20.0, 200.0), [50.0, 67.0, 100.0]);
        assert_eq!(apart(&[199.0, 198.0], 20.0, 200.0), [200.0, 183.0]);
    }

    #[test]
    fn long_names_stand_beneath_the_picture() {
        let mut long = chart(vec![Point { x: 1.0, y: 0.5, band: None }, Point { x: 2.0, y: 0.7, band: None }]);
        assert!(!draw(&long, "").unwrap().contains("class=\"legend\""));
        long.series[0].label = "a name that is too long".to_owned();
        let html = draw(&long, "").unwrap();
        assert!(html.contains("class=\"legend\"") && !html.contains("class=\"label"), "{html}");
    }

    fn chart(points: Vec<Point>) -> Chart {
        let series = vec![Series { label: "a < b".to_owned(), dots: false, points }];
        Chart { title: "T".to_owned(), x: "x".to_owned(), y: "y".to_owned(), logarithmic: false, series }
    }

    #[test]
    fn a_chart_can_be_read_without_being_seen() {
        let points = vec![Point { x: 1.0, y: 0.5, band: Some((0.4, 0.6)) }, Point { x: 2.0, y: 0.7, band: None }];
        let svg = draw(&chart(points), "").unwrap();
        assert!(svg.contains("role=\"img\"") && svg.contains("<title>T</title><desc>a &lt; b: 0.70 at the end</desc>"));
        assert!(svg.contains("class=\"band s0\"") && svg.contains("class=\"line s0\""));
        assert!(draw(&chart(Vec::new()), "").unwrap_err().contains("“T”"));
        assert!(draw(&chart(vec![Point { x: 1.0, y: f64::NAN, band: None }]), "").is_err());
    }

    #[test]
    fn dots_lie_where_their_logarithms_say() {
        let point = |x, y| Point { x, y, band: None };
        let mut dotted = chart(vec![point(1.0, 10.0), point(10.0, 100.0), point(100.0, 1000.0)]);
        dotted.logarithmic = true;
        dotted.series[0].dots = true;
        let html = draw(&dotted, "").unwrap();
        let right = WIDTH - 12.0 - CHARACTER * 5.0;
        let (x, y) = (f64::midpoint(LEFT, right), f64::midpoint(TOP, HEIGHT - BOTTOM));
        assert!(html.contains(&mark(0, x, y)) && !html.contains("class=\"line"), "{html}");
        assert_eq!(html.matches("class=\"point s0\"").count(), 3);
        dotted.series[0].points[0].y = 0.0;
        assert!(draw(&dotted, "").unwrap_err().contains("not above 0"));
    }

    #[test]
    fn a_long_line_is_thinned_and_keeps_its_ends() {
        let points: Vec<_> = (0..1000).map(|x| Point { x: f64::from(x), y: 0.0, band: None }).collect();
        let thin = thinned(&points);
        assert_eq!((thin.len(), thin[0].x, thin[MOST_POINTS - 1].x), (MOST_POINTS, 0.0, 999.0));
    }
}
