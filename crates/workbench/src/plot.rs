//! Curves as SVG: a light card with its own background, so that it can be read on any page.

use std::{
    f64::consts::TAU,
    io,
    ops::Range,
    path::{Path, PathBuf},
};

use plotters::{
    coord::{
        Shift,
        ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter},
    },
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::atomic;

/// A named curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What to call it beside its end.
    pub name: String,
    /// Its points from left to right. Those that are not finite are left out.
    pub points: Vec<(f64, f64)>,
}

/// Curves with an axis in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// What goes up, with its unit.
    pub y: String,
    /// The curves.
    pub series: Vec<Series>,
}

/// A plot that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PlotError {
    /// There is no point to draw.
    #[error("there is nothing to plot to {}: no iteration has given a finite number", .0.display())]
    Empty(PathBuf),
    /// The drawing failed.
    #[error("cannot draw the plot: {0}")]
    Draw(#[from] DrawingError),
    /// The file cannot be written.
    #[error("cannot write the plot to {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

type DrawingError = DrawingAreaErrorKind<io::Error>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Pixels are whole numbers to plotters, which makes curves rough, so each is a quarter of one on the page.
const PIXEL: i32 = 4;
const WIDTH: i32 = 760 * PIXEL;
const PANEL_HEIGHT: i32 = 250 * PIXEL;
const TITLE_HEIGHT: i32 = 52 * PIXEL;
const X_LABEL_HEIGHT: i32 = 28 * PIXEL;
const LEFT: i32 = 56 * PIXEL;

const FONT: &str = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif";
const BACKGROUND: RGBColor = RGBColor(252, 252, 250);
const TEXT: RGBColor = RGBColor(45, 48, 56);
const FAINT: RGBColor = RGBColor(105, 110, 120);
const GRID: RGBColor = RGBColor(226, 227, 230);

/// Okabe and Ito's colours, which stay apart for colour-blind eyes, the ones that are strong on white first.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];

/// Draw `series` in one panel over `x`, and write it as SVG to `path`, whole or not at all.
///
/// # Errors
///
/// If there is no finite point, or the file cannot be written.
pub fn curve(path: &Path, title: &str, series: &[Series], x: &str, y: &str) -> Result<(), PlotError> {
    curves(path, title, &[Panel { y: y.to_owned(), series: series.to_vec() }], x)
}

/// Draw `panels` above each other over the same `x`, and write them as SVG to `path`, whole or not at all. A panel
/// without a finite point is left out.
///
/// # Errors
///
/// If there is no finite point in any, or the file cannot be written.
pub fn curves(path: &Path, title: &str, panels: &[Panel], x: &str) -> Result<(), PlotError> {
    let panels: Vec<Panel> = panels.iter().map(finite).filter(|panel| !panel.series.is_empty()).collect();
    if panels.is_empty() {
        return Err(PlotError::Empty(path.to_owned()));
    }
    let svg = draw(title, &panels, x)?;
    atomic::write(path, svg.as_bytes()).map_err(|source| PlotError::Write { path: path.to_owned(), source })
}

/// The panel without the points that cannot be drawn, and without the curves that have no others.
fn finite(panel: &Panel) -> Panel {
    // What is larger would overflow when it is drawn.
    let drawable = |x: f64| x.abs() < 1e300;
    let series = panel.series.iter().map(|series| Series {
        name: series.name.clone(),
        points: series.points.iter().copied().filter(|&(x, y)| drawable(x) && drawable(y)).collect(),
    });
    Panel { y: panel.y.clone(), series: series.filter(|series| !series.points.is_empty()).collect() }
}

/// The plot as SVG text.
fn draw(title: &str, panels: &[Panel], x: &str) -> Result<String, DrawingError> {
    let height = TITLE_HEIGHT + panels.len() as i32 * PANEL_HEIGHT + X_LABEL_HEIGHT;
    let names = names(panels);
    let points = panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.points);
    let xs = Ticks::new(points.map(|point| point.0), 8, Some(1.0));
    // Beside the curves there is room for their names, whose letters are about 7 pixels wide.
    let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0) as i32;
    let right = (40 + 7 * longest).min(220) * PIXEL;

    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH as u32, height as u32)).into_drawing_area();
        root.fill(&BACKGROUND)?;
        root.draw_text(title, &text(17, TEXT, HPos::Left), (LEFT, 26 * PIXEL))?;
        let (_, below) = root.split_vertically(TITLE_HEIGHT);
        let (above, bottom) = below.split_vertically(panels.len() as i32 * PANEL_HEIGHT);
        for (panel, area) in panels.iter().zip(above.split_evenly((panels.len(), 1))) {
            draw_panel(panel, &area, &xs, &names, right)?;
        }
        bottom.draw_text(x, &text(13, FAINT, HPos::Center), ((LEFT + WIDTH - right) / 2, 8 * PIXEL))?;
        root.present()?;
    }
    let size = |pixel: i32| format!("width=\"{}\" height=\"{}\"", WIDTH / pixel, height / pixel);
    Ok(svg.replacen(&size(1), &size(PIXEL), 1))
}

/// The names of the curves in `panels`, each once.
fn names(panels: &[Panel]) -> Vec<&str> {
    let mut names = Vec::new();
    for series in panels.iter().flat_map(|panel| &panel.series) {
        if !names.contains(&series.name.as_str()) {
            names.push(&series.name);
        }
    }
    names
}

/// Draw the grid, the numbers along the axes, the curves and their names. A name has the same sign in all panels, by
/// its place among `names`.
fn draw_panel(panel: &Panel, area: &Area, xs: &Ticks, names: &[&str], right: i32) -> Result<(), DrawingError> {
    area.draw_text(&panel.y, &text(13, FAINT, HPos::Left), (LEFT, 10 * PIXEL))?;
    let ys = Ticks::new(panel.series.iter().flat_map(|series| &series.points).map(|point| point.1), 5, None).outward();
    let mut chart = ChartBuilder::on(area)
        .margin_top(26 * PIXEL)
        .margin_right(right)
        .set_label_area_size(LabelAreaPosition::Left, LEFT)
        .set_label_area_size(LabelAreaPosition::Bottom, 30 * PIXEL)
        .build_cartesian_2d(xs.clone(), ys)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .axis_style(TRANSPARENT)
        .set_all_tick_mark_size(4 * PIXEL)
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID.stroke_width(PIXEL as u32))
        .label_style(text(12, FAINT, HPos::Center))
        .draw()?;

    let sign = |series: &Series| names.iter().position(|name| *name == series.name).unwrap_or(0);
    for series in &panel.series {
        let sign = sign(series);
        chart
            .draw_series(LineSeries::new(series.points.iter().copied(), colour(sign).stroke_width(2 * PIXEL as u32)))?;
        // As many markers as are told apart, and not where another curve that runs along has its own.
        let every = series.points.len().div_ceil(12);
        let marked = series.points.iter().rev().skip(sign * every / names.len()).step_by(every).copied();
        chart.draw_series(marked.map(|point| EmptyElement::at(point) + marker(sign)))?;
    }

    let area = area.strip_coord_spec();
    let (_, top) = area.get_base_pixel();
    let ends = panel.series.iter().filter_map(|series| series.points.last());
    let heights: Vec<i32> = ends.map(|end| chart.backend_coord(end).1 - top).collect();
    for (series, y) in panel.series.iter().zip(apart(&heights)) {
        let x = WIDTH - right + 18 * PIXEL;
        area.draw(&(EmptyElement::at((x, y)) + marker(sign(series))))?;
        area.draw_text(&series.name, &text(13, TEXT, HPos::Left), (x + 10 * PIXEL, y))?;
    }
    Ok(())
}

/// The colour of a curve.
fn colour(sign: usize) -> RGBColor {
    COLOURS[sign % COLOURS.len()]
}

/// The marker of a curve, so that colour is not all that tells it from the others.
fn marker(sign: usize) -> Polygon<(i32, i32)> {
    // Corners, and how far the first is turned from the top, in corners.
    const SHAPES: [(u32, f64); 6] = [(24, 0.0), (4, 0.5), (3, 0.0), (4, 0.0), (3, 0.5), (6, 0.0)];
    let (corners, turn) = SHAPES[sign % SHAPES.len()];
    let corner = |corner: u32| {
        let (sin, cos) = (TAU * (f64::from(corner) + turn) / f64::from(corners)).sin_cos();
        let radius = f64::from(if corners > 4 { 4 * PIXEL } else { 5 * PIXEL });
        ((radius * sin).round() as i32, -(radius * cos).round() as i32)
    };
    Polygon::new((0..corners).map(corner).collect::<Vec<_>>(), colour(sign).filled())
}

/// A text of `size` pixels.
fn text(size: i32, colour: RGBColor, across: HPos) -> TextStyle<'static> {
    // plotters divides by the factor that it multiplies with elsewhere.
    let font = FontDesc::new(FontFamily::Name(FONT), f64::from(size * PIXEL) * 1.24, FontStyle::Normal);
    font.color(&colour).pos(Pos::new(across, VPos::Center))
}

/// The `heights` moved down, and up again from the bottom, until no two are closer than a line of text.
fn apart(heights: &[i32]) -> Vec<i32> {
    const LINE: i32 = 17 * PIXEL;
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by_key(|&index| heights[index]);
    let mut moved = heights.to_vec();
    for pair in order.windows(2) {
        moved[pair[1]] = moved[pair[1]].max(moved[pair[0]] + LINE);
    }
    let mut bottom = PANEL_HEIGHT - 30 * PIXEL;
    for &index in order.iter().rev() {
        moved[index] = moved[index].min(bottom);
        bottom = moved[index] - LINE;
    }
    moved
}

/// An axis with round numbers along it.
#[derive(Clone)]
struct Ticks {
    /// The ends of the axis.
    least: f64,
    greatest: f64,
    /// From one to the next: 1, 2 or 5 times a power of 10.
    step: f64,
}

impl Ticks {
    /// About `count` ticks for `values`, no closer than `closest`.
    fn new(values: impl Iterator<Item = f64>, count: usize, closest: Option<f64>) -> Self {
        let (least, greatest) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, greatest), x| (least.min(x), greatest.max(x)));
        // What is as good as a single value gets an axis around it, of at least a hundredth of it to each side.
        let size = f64::max(least.abs(), greatest.abs());
        let (least, greatest) = if greatest - least >= f64::max(1e-9 * size, closest.unwrap_or(1e-100)) {
            (least, greatest)
        } else {
            let hundredth = if size > 1e-100 { size / 100.0 } else { 1.0 };
            let reach = closest.map_or(hundredth, |closest| closest.max(hundredth));
            (least - reach, greatest + reach)
        };
        let rough = (greatest - least) / count as f64;
        let power = 10_f64.powf(rough.log10().floor());
        let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough).unwrap_or(10.0);
        Self { least, greatest, step: f64::max(factor * power, closest.unwrap_or(0.0)) }
    }

    /// The same with the ends on ticks.
    fn outward(self) -> Self {
        let (first, last) = ((self.least / self.step).floor(), (self.greatest / self.step).ceil());
        Self { least: first * self.step, greatest: last * self.step, step: self.step }
    }
}

impl Ranged for Ticks {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, x: &f64, (start, end): (i32, i32)) -> i32 {
        start + ((x - self.least) / (self.greatest - self.least) * f64::from(end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() {
            return Vec::new();
        }
        let (first, last) = ((self.least / self.step).ceil(), (self.greatest / self.step).floor());
        (0..(last - first + 1.0) as u32).map(|n| (first + f64::from(n)) * self.step).collect()
    }

    fn range(&self) -> Range<f64> {
        self.least..self.greatest
    }
}

impl ValueFormatter<f64> for Ticks {
    /// With as many digits as the step has.
    fn format_ext(&self, x: &f64) -> String {
        let digits = -self.step.log10().floor();
        match digits {
            _ if *x == 0.0 => "0".to_owned(),
            6.0.. | ..-6.0 => format!("{x:.1e}"),
            1.0.. => format!("{x:.*}", digits as usize),
            _ => format!("{x:.0}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use plotters::coord::ranged1d::BoldPoints;
    use proptest::prelude::*;

    use super::*;

    fn series(name: &str, heights: &[f64]) -> Series {
        let points = heights.iter().enumerate().map(|(x, &y)| (x as f64 + 1.0, y)).collect();
        Series { name: name.to_owned(), points }
    }

    fn ticks(values: &[f64], count: usize, closest: Option<f64>) -> Vec<String> {
        let ticks = Ticks::new(values.iter().copied(), count, closest);
        ticks.key_points(BoldPoints(count)).iter().map(|x| ticks.format_ext(x)).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(ticks(&[1.0, 100.0], 8, Some(1.0)), ["20", "40", "60", "80", "100"]);
        assert_eq!(ticks(&[1.0, 5.0], 8, Some(1.0)), ["1", "2", "3", "4", "5"]);
        assert_eq!(ticks(&[1.0, 2.0], 8, Some(1.0)), ["1", "2"]);
        assert_eq!(ticks(&[1.0], 8, Some(1.0)), ["0", "1", "2"]);
        assert_eq!(ticks(&[0.2, 0.4], 8, Some(1.0)), ["0", "1"]);
        assert_eq!(ticks(&[1e200], 8, Some(1.0)).len(), 4);
        assert_eq!(ticks(&[0.02, 0.31], 5, None), ["0.1", "0.2", "0.3"]);
        assert_eq!(ticks(&[0.0, 3e-9], 5, None), ["0", "1.0e-9", "2.0e-9", "3.0e-9"]);
        assert_eq!(ticks(&[0.0, 0.0], 5, None), ["-1.0", "-0.5", "0", "0.5", "1.0"]);
    }

    #[test]
    fn an_axis_that_goes_outward_ends_on_ticks() {
        let ticks = Ticks::new([86.3, 97.7].into_iter(), 5, None).outward();
        assert_eq!(ticks.range(), 85.0..100.0);
    }

    #[test]
    fn names_that_end_together_are_moved_apart() {
        let line = 17 * PIXEL;
        assert_eq!(apart(&[100, 800, 101]), [100, 800, 100 + line]);
        let bottom = PANEL_HEIGHT - 30 * PIXEL;
        assert_eq!(apart(&[bottom, bottom]), [bottom - line, bottom]);
    }

    #[test]
    fn a_plot_says_what_it_shows_and_is_the_same_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let (path, again) = (folder.path().join("a.svg"), folder.path().join("b.svg"));
        let series = [series("this <step>", &[90.0, 97.0]), series("the one before", &[80.0, 86.0])];
        curve(&path, "Learning & forgetting", &series, "iteration", "accuracy, %").unwrap();
        curve(&again, "Learning & forgetting", &series, "iteration", "accuracy, %").unwrap();
        let svg = fs::read_to_string(&path).unwrap();
        assert_eq!(svg, fs::read_to_string(&again).unwrap());
        for text in ["Learning &amp; forgetting", "this &lt;step&gt;", "the one before", "iteration", "accuracy, %"] {
            assert!(svg.contains(&format!("\n{text}\n")), "{text}");
        }
        assert!(svg.starts_with("<svg width=\"760\" height=\"330\" viewBox=\"0 0 3040 1320\""));
        assert_eq!(svg.matches("<polyline").count(), 2);
    }

    #[test]
    fn a_name_has_the_same_colour_in_all_panels() {
        let panels = [
            Panel {
                y: "accuracy".to_owned(),
                series: vec![series("test", &[1.0, 2.0]), series("training", &[2.0, 3.0])],
            },
            Panel { y: "error".to_owned(), series: vec![series("training", &[2.0, 1.0])] },
        ];
        let svg = draw("", &panels, "iteration").unwrap();
        let curves_of =
            |colour: &str| svg.matches(&format!("opacity=\"1\" stroke=\"{colour}\" stroke-width=\"8\"")).count();
        assert_eq!((curves_of("#0072B2"), curves_of("#D55E00")), (1, 2));
    }

    #[test]
    fn what_is_not_finite_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.svg");
        let panels = [
            Panel { y: "accuracy".to_owned(), series: vec![series("test", &[10.0, f64::NAN])] },
            Panel { y: "error".to_owned(), series: vec![series("training", &[f64::INFINITY, f64::NAN])] },
        ];
        curves(&path, "", &panels, "iteration").unwrap();
        let svg = fs::read_to_string(&path).unwrap();
        assert!(svg.contains("accuracy") && !svg.contains("error") && !svg.contains("NaN"));

        let nowhere = folder.path().join("b.svg");
        let error = curves(&nowhere, "", &panels[1..], "iteration").unwrap_err();
        assert!(matches!(error, PlotError::Empty(_)));
        assert!(!nowhere.exists());
    }

    #[test]
    fn a_folder_that_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing").join("a.svg");
        let error = curve(&path, "", &[series("test", &[1.0])], "", "").unwrap_err();
        assert!(error.to_string().contains("there is no folder"), "{error}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn anything_can_be_plotted(
            points in prop::collection::vec((any::<f64>(), any::<f64>()), 1..20),
            near in prop::collection::vec((0.0..3.0, 97.0..97.0 + 1e-12), 1..20),
        ) {
            for points in [points, near] {
                let panel = finite(&Panel { y: String::new(), series: vec![Series { name: String::new(), points }] });
                if !panel.series.is_empty() {
                    prop_assert!(draw("", &[panel], "").unwrap().len() < 100_000);
                }
            }
        }
    }
}
