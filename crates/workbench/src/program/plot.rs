//! The history of a training as a picture: curves in an SVG file.

use std::{
    io,
    path::{Path, PathBuf},
};

use charts::{Chart, LARGEST, Panel, Point, Series};

use crate::{atomic, progress::Iteration};

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

/// Draws what was measured after each iteration of trainings that are alike but for the seed, and writes it as SVG to
/// `path`, whole or not at all: the error above the accuracy. If there are several trainings, the line is their mean,
/// in a band from the least to the greatest. A panel without a finite number is left out.
///
/// # Errors
///
/// If there is no finite number in any, or the file cannot be written.
pub fn history(path: &Path, title: &str, trainings: &[&[Iteration]]) -> Result<(), PlotError> {
    let curve = |label: &str, value: fn(&Iteration) -> Option<f64>| Series {
        label: label.to_owned(),
        dots: false,
        points: points(trainings, value),
    };
    let error = vec![curve("training", |iteration| Some(iteration.error))];
    let accuracy = vec![
        curve("training", |iteration| iteration.train_accuracy.map(|accuracy| 100.0 * accuracy)),
        curve("test", |iteration| iteration.test_accuracy.map(|accuracy| 100.0 * accuracy)),
    ];
    let mut panels = Vec::new();
    for (y, mut series) in [("mean error", error), ("accuracy, %", accuracy)] {
        series.retain(|series| !series.points.is_empty());
        if !series.is_empty() {
            panels.push(Panel { y: y.to_owned(), series });
        }
    }
    if panels.is_empty() {
        return Err(PlotError::Empty(path.to_owned()));
    }
    let chart = Chart { title: title.to_owned(), x: "iteration".to_owned(), logarithmic: false, panels };
    let svg = chart.draw()?.file();
    atomic::write(path, svg.as_bytes()).map_err(|source| PlotError::Write { path: path.to_owned(), source })
}

/// Returns a point for each iteration that all `trainings` have finished, where the `value` can be drawn.
fn points(trainings: &[&[Iteration]], value: fn(&Iteration) -> Option<f64>) -> Vec<Point> {
    let finished = trainings.iter().map(|iterations| iterations.len()).min().unwrap_or(0);
    let point = |index| {
        let values = trainings.iter().map(|iterations| value(&iterations[index]));
        let values: Vec<f64> = values.collect::<Option<_>>()?;
        let drawable = values.iter().all(|value| value.abs() <= LARGEST);
        let y = values.iter().sum::<f64>() / values.len() as f64;
        let band = (values.len() > 1).then(|| least_and_greatest(&values));
        drawable.then_some(Point { x: (index + 1) as f64, y, band })
    };
    (0..finished).filter_map(point).collect()
}

/// Returns the least and the greatest of the `values`.
pub fn least_and_greatest(values: &[f64]) -> (f64, f64) {
    let of = |choose: fn(f64, f64) -> f64| values.iter().copied().reduce(choose).unwrap_or(f64::NAN);
    (of(f64::min), of(f64::max))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A training with these errors and accuracies.
    fn training(measured: &[(f64, f64)]) -> Vec<Iteration> {
        let iteration = |(index, &(error, accuracy)): (usize, &(f64, f64))| Iteration {
            iteration: index + 1,
            error,
            train_accuracy: None,
            test_accuracy: Some(accuracy),
            seconds: 0.0,
        };
        measured.iter().enumerate().map(iteration).collect()
    }

    #[test]
    fn a_plot_says_what_it_shows_and_is_the_same_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let (path, again) = (folder.path().join("a.svg"), folder.path().join("b.svg"));
        let training = training(&[(0.5, 0.9), (0.25, 0.97)]);
        history(&path, "Learning & <forgetting>", &[&training]).unwrap();
        history(&again, "Learning & <forgetting>", &[&training]).unwrap();
        let svg = fs::read_to_string(&path).unwrap();
        assert_eq!(svg, fs::read_to_string(&again).unwrap());
        for text in ["Learning &amp; &lt;forgetting&gt;", "training", "test", "iteration", "accuracy, %", "mean error"]
        {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}");
        }
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" ") && svg.ends_with("</svg>\n"));
        assert_eq!((svg.matches("<polyline").count(), svg.matches("class=\"band").count()), (2, 0));
    }

    #[test]
    fn several_trainings_make_a_mean_and_a_band() {
        let trainings = [training(&[(0.5, 0.8), (0.4, 0.9)]), training(&[(0.5, 0.9), (0.3, 0.96), (0.1, 1.0)])];
        let trainings = [&trainings[0][..], &trainings[1]];
        let accuracy = points(&trainings, |iteration| iteration.test_accuracy);
        let expected = [(1.0, 0.85, (0.8, 0.9)), (2.0, 0.93, (0.9, 0.96))]; // the third was finished by one alone
        assert_eq!(accuracy.len(), expected.len());
        for (point, (x, y, band)) in accuracy.iter().zip(expected) {
            assert!(point.x == x && (point.y - y).abs() < 1e-12 && point.band == Some(band), "{point:?}");
        }
    }

    #[test]
    fn what_is_not_finite_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.svg");
        history(&path, "", &[&training(&[(f64::INFINITY, 0.1), (f64::NAN, f64::NAN)])]).unwrap();
        let svg = fs::read_to_string(&path).unwrap();
        assert!(svg.contains("accuracy") && !svg.contains("error") && !svg.contains("NaN"));

        let nowhere = folder.path().join("b.svg");
        let error = history(&nowhere, "", &[&training(&[(1e301, f64::NAN)])]).unwrap_err();
        assert!(matches!(error, PlotError::Empty(_)));
        assert!(!nowhere.exists());
    }

    #[test]
    fn a_folder_that_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing").join("a.svg");
        let error = history(&path, "", &[&training(&[(1.0, 1.0)])]).unwrap_err();
        assert!(error.to_string().contains("there is no folder"), "{error}");
    }
}
