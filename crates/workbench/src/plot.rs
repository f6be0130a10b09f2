//! The history of a training as a picture: curves in an SVG file.

use std::{
    io,
    path::{Path, PathBuf},
};

use charts::{Chart, LARGEST, Point};

use crate::atomic;

/// A named curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The text at its end.
    pub name: String,
    /// Its points from left to right. Those that are not finite are left out.
    pub points: Vec<(f64, f64)>,
}

/// Curves with an axis in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The name of the vertical axis, with its unit.
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
    Draw(#[from] charts::Error),
    /// The file cannot be written.
    #[error("cannot write the plot to {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Draws `panels` above each other over the same `x`, and writes them as SVG to `path`, whole or not at all. A panel
/// without a finite point is left out.
///
/// # Errors
///
/// If there is no finite point in any, or the file cannot be written.
pub fn curves(path: &Path, title: &str, panels: &[Panel], x: &str) -> Result<(), PlotError> {
    let panels: Vec<_> = panels.iter().map(finite).filter(|panel| !panel.series.is_empty()).collect();
    if panels.is_empty() {
        return Err(PlotError::Empty(path.to_owned()));
    }
    let chart = Chart { title: title.to_owned(), x: x.to_owned(), logarithmic: false, panels };
    let svg = chart.draw()?.file();
    atomic::write(path, svg.as_bytes()).map_err(|source| PlotError::Write { path: path.to_owned(), source })
}

/// Returns the panel without the points that cannot be drawn, and without the curves that have no others.
fn finite(panel: &Panel) -> charts::Panel {
    let drawable = |number: f64| number.abs() <= LARGEST;
    let mut drawn = charts::Panel { y: panel.y.clone(), series: Vec::new() };
    for Series { name, points } in &panel.series {
        let points = points.iter().filter(|&&(x, y)| drawable(x) && drawable(y));
        let points: Vec<_> = points.map(|&(x, y)| Point { x, y, band: None }).collect();
        if !points.is_empty() {
            drawn.series.push(charts::Series { label: name.clone(), dots: false, points });
        }
    }
    drawn
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn panel(y: &str, series: &[(&str, &[f64])]) -> Panel {
        let points = |heights: &[f64]| heights.iter().enumerate().map(|(x, &y)| (x as f64 + 1.0, y)).collect();
        let series = series.iter().map(|&(name, heights)| Series { name: name.to_owned(), points: points(heights) });
        Panel { y: y.to_owned(), series: series.collect() }
    }

    #[test]
    fn a_plot_says_what_it_shows_and_is_the_same_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let (path, again) = (folder.path().join("a.svg"), folder.path().join("b.svg"));
        let panels = [panel("accuracy, %", &[("this <step>", &[90.0, 97.0]), ("the one before", &[80.0, 86.0])])];
        curves(&path, "Learning & forgetting", &panels, "iteration").unwrap();
        curves(&again, "Learning & forgetting", &panels, "iteration").unwrap();
        let svg = fs::read_to_string(&path).unwrap();
        assert_eq!(svg, fs::read_to_string(&again).unwrap());
        for text in ["Learning &amp; forgetting", "this &lt;step&gt;", "the one before", "iteration", "accuracy, %"] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}");
        }
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" ") && svg.ends_with("</svg>\n"));
        assert_eq!(svg.matches("<polyline").count(), 2);
    }

    #[test]
    fn what_is_not_finite_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.svg");
        let panels = [
            panel("accuracy", &[("test", &[10.0, f64::NAN])]),
            panel("error", &[("training", &[f64::INFINITY, f64::NAN, 1e301])]),
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
        let error = curves(&path, "", &[panel("", &[("test", &[1.0])])], "").unwrap_err();
        assert!(error.to_string().contains("there is no folder"), "{error}");
    }
}
