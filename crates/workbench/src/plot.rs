//! Curves as SVG: a light card with its own background, so that it can be read on any page.

use std::{
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
    let all = || panels.iter().flat_map(|panel| &panel.series);
    let xs = Ticks::new(all().flat_map(|series| &series.points).map(|point| point.0), 8, Some(1.0));
    // Beside the curves there is room for their names, whose letters are about 7 pixels wide.
    let longest = all().map(|series| series.name.chars().count()).max().unwrap_or(0) as i32;
    let right = (40 + 7 * longest).min(220) * PIXEL;

    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH as u32, height as u32)).into_drawing_area();
        root.fill(&BACKGROUND)?;
        root.draw_text(title, &text(17, TEXT, HPos::Left), (LEFT, 26 * PIXEL))?;
        let (_, below) = root.split_vertically(TITLE_HEIGHT);
        let (above, bottom) = below.split_vertically(panels.len() as i32 * PANEL_HEIGHT);
        for (panel, area) in panels.iter().zip(above.split_evenly((panels.len(), 1))) {
            draw_panel(panel, &area, &xs, right)?;
        }
        bottom.draw_text(x, &text(13, FAINT, HPos::Center), ((LEFT + WIDTH - right) / 2, 8 * PIXEL))?;
        root.present()?;
    }
    let size = |pixel: i32| format!("width=\"{}\" height=\"{}\"", WIDTH / pixel, height / pixel);
    Ok(svg.replacen(&size(1), &size(PIXEL), 1))
}

/// Draw the grid, the numbers along the axes, the curves and their names.
fn draw_panel(panel: &Panel, area: &Area, xs: &Ticks, right: i32) -> Result<(), DrawingError> {
    area.draw_text(&panel.y, &text(13, FAINT, HPos::Left), (LEFT, 10 * PIXEL))?;
    let ys = Ticks::new(panel.series.iter().flat_map(|series| &series.points).map(|point| point.1), 5, None).outward();
    let mut chart = ChartBuilder::on(area)
        .margin_top(26 * PIXEL)
        .margin_right(right)
        .set_label_area_size(LabelAreaPosition::Left, LEFT)
        .set_label_area_size(LabelAreaPosition::Bottom, 30 * PIXEL)
        .build_cartesian_2d(xs.clone(), ys)?;
    let labels = text(12, FAINT, HPos::Center);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .axis_style(TRANSPARENT)
        .set_all_tick_mark_size(4 * PIXEL)
        .bold_line_style(GRID.stroke_width(PIXEL as u32))
        .label_style(labels)
        .draw()?;

    for (index, series) in panel.series.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        chart.draw_series(LineSeries::new(series.points.iter().copied(), colour.stroke_width(2 * PIXEL as u32)))?;
        // As many markers as are told apart, the last one at the end.
        let every = series.points.len().div_ceil(12);
        let marked = series.points.iter().rev().step_by(every).copied();
        chart.draw_series(marked.map(|point| EmptyElement::at(point) + marker(index)))?;
    }

    let area = area.strip_coord_spec();
    let (_, top) = area.get_base_pixel();
    let ends = panel.series.iter().filter_map(|series| series.points.last());
    let heights: Vec<i32> = ends.map(|end| chart.backend_coord(end).1 - top).collect();
    for (index, (series, y)) in panel.series.iter().zip(apart(&heights)).enumerate() {
        let x = WIDTH - right + 18 * PIXEL;
        area.draw(&(EmptyElement::at((x, y)) + marker(index)))?;
        area.draw_text(&series.name, &text(13, TEXT, HPos::Left), (x + 10 * PIXEL, y))?;
    }
    Ok(())
}

/// The sign of a curve, so that colour is not all that tells it from the others.
fn marker(index: usize) -> Polygon<(i32, i32)> {
    // Corners, and how far the first is turned from the top, in corners.
    const SHAPES: [(u32, f64); 6] = [(24, 0.0), (4, 0.5), (3, 0.0), (4, 0.0), (3, 0.5), (6, 0.0)];
    let (corners, turn) = SHAPES[index % SHAPES.len()];
    let corner = |corner: u32| {
        let (sin, cos) = (std::f64::consts::TAU * (f64::from(corner) + turn) / f64::from(corners)).sin_cos();
        let radius = f64::from(if corners > 4 { 4 * PIXEL } else { 5 * PIXEL });
        ((radius * sin).round() as i32, -(radius * cos).round() as i32)
    };
    Polygon::new((0..corners).map(corner).collect::<Vec<_>>(), COLOURS[index % COLOURS.len()].filled())
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
        // A single value gets an axis around it.
        let (least, greatest) = if least < greatest {
            (least, greatest)
        } else {
            let half = closest.unwrap_or(f64::max(least.abs() / 10.0, 1e-9));
            (least - half, greatest + half)
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

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        let (first, last) = ((self.least / self.step).ceil(), (self.greatest / self.step).floor());
        (0..=(last - first) as u32).map(|n| (first + f64::from(n)) * self.step).collect()
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
