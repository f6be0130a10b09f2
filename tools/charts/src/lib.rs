//! Curves and dots as SVG, in which every word is text.
//!
//! A [`Chart`] has curves, with bands or as dots, over one horizontal axis or several panels of it; [`Dots`] has a row
//! for each value, on a logarithmic axis. Both are drawn as a [`Drawing`], which becomes a
//! [figure](Drawing::figure) of the book, in the colours of its theme, or a [file](Drawing::file) of its own. What is
//! drawn by hand, shape by shape, is a [sketch](Drawing::sketch).
//!
//! ```
//! use charts::{Chart, Panel, Point, Series};
//!
//! let points = [(1.0, 86.3), (2.0, 93.5), (3.0, 95.1)].map(|(x, y)| Point { x, y, band: None });
//! let series = vec![Series { label: "test".to_owned(), dots: false, points: points.to_vec() }];
//! let panels = vec![Panel { y: "accuracy, %".to_owned(), series }];
//! let chart = Chart { title: "Learning".to_owned(), x: "iteration".to_owned(), logarithmic: false, panels };
//! assert!(chart.draw()?.file().contains("<desc>test: 95.10 at the end</desc>"));
//! # Ok::<(), charts::Error>(())
//! ```

mod axis;
mod curves;
mod dots;
mod drawing;
pub mod text;

pub use axis::LARGEST;
pub use curves::{Chart, Panel, Point, Series};
pub use dots::{Dot, Dots};
pub use drawing::{Drawing, NARROW};

/// A chart that cannot be drawn.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the chart “{title}” has {problem}")]
pub struct Error {
    title: String,
    problem: &'static str,
}

impl Error {
    fn new(title: &str, problem: &'static str) -> Self {
        Self { title: title.to_owned(), problem }
    }
}
