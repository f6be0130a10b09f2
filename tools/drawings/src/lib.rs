//! The book's drawings of networks. Every number in them is computed by the steps themselves when the book is built,
//! so that none can be out of date.
//!
//! Blue is what adds, orange what takes away; where that matters a sign says it too. The style sheet of the book has
//! the colours, for light pages and dark ones.

mod backwards;
mod curves;
mod decision;
mod field;
mod network;
mod pen;
mod valley;
pub mod worked_example;

use charts::Drawing;

/// A drawing and its caption, which is HTML.
type Captioned = (Drawing, String);

/// The name of a drawing, and what draws it.
type Entry = (&'static str, fn() -> Captioned);

const ALL: [Entry; 21] = [
    ("network", network::network),
    ("unit", network::unit),
    ("sigmoid", curves::sigmoid),
    ("tanh", curves::tanh),
    ("deltas", curves::deltas),
    ("blame", backwards::blame),
    ("outer-product", backwards::outer_product),
    ("by-hand-forwards", worked_example::forwards),
    ("by-hand-backwards", worked_example::backwards),
    ("by-hand-after", worked_example::after),
    ("valley", valley::valley),
    ("displacements", field::displacements_drawing),
    ("decision-naive-loops", decision::decision::<naive_loops::Network>),
    ("decision-vectorized", decision::decision::<vectorized::Network>),
    ("decision-tanh-softmax", decision::decision::<tanh_softmax::Network>),
    ("decision-init-shuffle", decision::decision::<init_shuffle::Network>),
    ("decision-regularized", decision::decision::<regularized::Network>),
    ("decision-momentum", decision::decision::<momentum::Network>),
    ("decision-minibatch", decision::decision::<minibatch::Network>),
    ("decision-parallel", decision::decision::<parallel::Network>),
    ("decision-distortions", decision::decision::<distortions::Network>),
];

/// Returns the names of all drawings.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}

/// Returns the drawing of this name and its caption, which is HTML; none if there is no such drawing.
pub fn draw(name: &str) -> Option<(Drawing, String)> {
    ALL.iter().find(|(known, _)| *known == name).map(|(_, draw)| draw())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drawing_is_told_in_words_and_small() {
        for name in names() {
            let (drawing, caption) = draw(name).unwrap();
            let figure = drawing.figure(&caption);
            let described = figure.split_once("<desc>").unwrap().1.split_once("</desc>").unwrap().0;
            assert!(described.len() > 60, "{name} is described as {described:?}");
            assert!(caption.len() > 40 && !figure.contains('\n'), "{name}");
            assert!(figure.len() < 40_000, "{name} has {} bytes", figure.len());
            for wrong in ["NaN", "inf", "-0.0000"] {
                assert!(!figure.contains(wrong), "{name} has {wrong}");
            }
        }
    }

    #[test]
    fn what_is_not_drawn_has_no_drawing() {
        assert_eq!(draw("nothing"), None);
    }
}
