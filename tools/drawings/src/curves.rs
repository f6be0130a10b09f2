//! The curves of units and of errors.

use std::{f64::consts::LN_2, ops::Range};

use charts::Drawing;
use ndarray::Array1;

use crate::{
    Captioned,
    pen::{Anchor::*, Pen, Place, exact, number, polyline},
};

/// Where a slope is called flat: below this share of the steepest.
const FLAT: f64 = 0.1;
/// How far the total inputs go, either way.
const REACH: f64 = 6.0;
/// From the left edge to the axis, and on to its end.
const LEFT: f64 = 44.0;
const RIGHT: f64 = 386.0;

/// A function over the total input, in a panel of its own.
struct Panel {
    name: &'static str,
    top: f64,
    height: f64,
    values: Range<f64>,
    ticks: &'static [f64],
}

impl Panel {
    fn place(&self, reach: f64, z: f64, value: f64) -> Place {
        let share = (value - self.values.start) / (self.values.end - self.values.start);
        (LEFT + (RIGHT - LEFT) * (z + reach) / (2.0 * reach), self.top + self.height * (1.0 - share))
    }

    fn axes(&self, pen: &mut Pen, reach: f64, ticks: &[f64]) {
        for &tick in self.ticks {
            let (_, y) = self.place(reach, 0.0, tick);
            pen.line("grid", &[(LEFT, y), (RIGHT, y)]);
            pen.text("", (LEFT - 6.0, y + 4.0), End, &exact(tick));
        }
        for &tick in ticks {
            let (x, _) = self.place(reach, tick, 0.0);
            pen.line("grid", &[(x, self.top), (x, self.top + self.height)]);
        }
        pen.text("ink", (LEFT, self.top - 8.0), Start, self.name);
    }

    /// The path of a function.
    fn path(&self, reach: f64, function: impl Fn(f64) -> f64) -> String {
        let steps = (0..=120).map(|step| reach * (f64::from(step) / 60.0 - 1.0));
        polyline(&steps.map(|z| self.place(reach, z, function(z))).collect::<Vec<_>>())
    }
}

/// The logistic sigmoid and its slope.
pub fn sigmoid() -> Captioned {
    let value = naive_loops::sigmoid;
    let slope = |z| naive_loops::dsigmoid(value(z));
    let edge = flat_from(slope);
    let caption = format!(
        "The slope is steepest in the middle, where it is {}. Beyond ±{}, in the shaded ends, less than a tenth of \
         that is left. A unit there hardly reacts to a change of its total input, and will hardly learn.",
        exact(slope(0.0)),
        number(edge, 1)
    );
    let values = Panel { name: "f(z)", top: 24.0, height: 110.0, values: 0.0..1.0, ticks: &[0.0, 0.5, 1.0] };
    let slopes = Panel { name: "f′(z), its slope", top: 166.0, height: 70.0, values: 0.0..0.25, ticks: &[0.0, 0.25] };
    let svg = two_panels(&values, &slopes, edge, [&value, &slope], None);
    let description = format!(
        "Above, the logistic sigmoid over the total input z from −6 to 6: an S from 0 to 1 that passes 0.5 at z = 0. \
         Below, its slope: a bell of height {}. Both ends, beyond ±{}, are shaded as flat.",
        exact(slope(0.0)),
        number(edge, 1)
    );
    (Drawing::sketch("The logistic sigmoid and its slope", &description, 272.0, svg), caption)
}

/// tanh and its slope, with those of the logistic sigmoid for comparison.
pub fn tanh() -> Captioned {
    let slope = |z: f64| tanh_softmax::dtanh(z.tanh());
    let logistic_slope = |z| naive_loops::dsigmoid(naive_loops::sigmoid(z));
    let edge = flat_from(slope);
    let caption = format!(
        "tanh passes through 0 and is four times as steep there as the logistic sigmoid (dashed). Its ends are nearer, \
         too: beyond ±{} less than a tenth of the slope is left.",
        number(edge, 1)
    );
    let values = Panel { name: "f(z)", top: 24.0, height: 120.0, values: -1.0..1.0, ticks: &[-1.0, 0.0, 1.0] };
    let slopes =
        Panel { name: "f′(z), its slope", top: 176.0, height: 90.0, values: 0.0..1.0, ticks: &[0.0, 0.5, 1.0] };
    let other: [&dyn Fn(f64) -> f64; 2] = [&naive_loops::sigmoid, &logistic_slope];
    let svg = two_panels(&values, &slopes, edge, [&f64::tanh, &slope], Some(other));
    let description = format!(
        "Above, tanh over the total input z from −6 to 6: an S from −1 to 1 through 0, and dashed the logistic \
         sigmoid, from 0 to 1. Below, their slopes: tanh's bell has height {}, the other {}. The ends beyond ±{} \
         are shaded.",
        exact(slope(0.0)),
        exact(logistic_slope(0.0)),
        number(edge, 1)
    );
    (Drawing::sketch("tanh and its slope", &description, 302.0, svg), caption)
}

/// A function above, its slope below, both with flat ends; those of another one are dashed.
fn two_panels(
    values: &Panel,
    slopes: &Panel,
    edge: f64,
    functions: [&dyn Fn(f64) -> f64; 2],
    others: Option<[&dyn Fn(f64) -> f64; 2]>,
) -> String {
    let ticks = [-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0];
    let mut pen = Pen::default();
    for (index, panel) in [values, slopes].into_iter().enumerate() {
        for (from, to) in [(-REACH, -edge), (edge, REACH)] {
            let (left, top) = panel.place(REACH, from, panel.values.end);
            let (right, bottom) = panel.place(REACH, to, panel.values.start);
            pen.rectangle("flat", (left, top), (right - left, bottom - top));
        }
        panel.axes(&mut pen, REACH, &ticks);
        if let Some(others) = others {
            pen.path("dashed", &panel.path(REACH, others[index]));
        }
        pen.path("line plus", &panel.path(REACH, functions[index]));
    }
    let bottom = slopes.top + slopes.height;
    for tick in ticks {
        let (x, _) = slopes.place(REACH, tick, 0.0);
        pen.text("", (x, bottom + 16.0), Middle, &exact(tick));
    }
    pen.text("", ((LEFT + RIGHT) / 2.0, bottom + 32.0), Middle, "total input z");
    pen.0
}

/// The positive total input from which on a bell of slopes is flat.
fn flat_from(slope: impl Fn(f64) -> f64) -> f64 {
    let steps = (0..).map(|step| f64::from(step) / 1000.0);
    steps.into_iter().find(|&z| slope(z) < FLAT * slope(0.0)).expect("a bell ends somewhere")
}

/// The delta of the output that should be 1: with squares and the logistic sigmoid, and with cross-entropy and softmax.
pub fn deltas() -> Captioned {
    const REACH: f64 = 10.0;
    let squares = |z| {
        let output = naive_loops::sigmoid(z);
        (output - 1.0) * naive_loops::dsigmoid(output)
    };
    // The nine other outputs have a total input of 0.
    let entropy = |z| {
        let mut outputs = Array1::zeros(10);
        outputs[0] = z;
        tanh_softmax::softmax(outputs.view_mut());
        outputs[0] - 1.0
    };
    let panel = Panel { name: "delta", top: 24.0, height: 150.0, values: -1.0..0.0, ticks: &[-1.0, -0.5, 0.0] };
    let ticks = [-10.0, -5.0, 0.0, 5.0, 10.0];
    let mut pen = Pen::default();
    panel.axes(&mut pen, REACH, &ticks);
    pen.path("line minus", &panel.path(REACH, squares));
    pen.path("line plus", &panel.path(REACH, entropy));
    let place = |z, value| panel.place(REACH, z, value);
    pen.text("colour minus", place(-9.7, -0.16), Start, "squares, logistic");
    pen.text("colour plus", place(-9.7, -0.90), Start, "cross-entropy, softmax");
    for tick in ticks {
        let (x, _) = place(tick, 0.0);
        pen.text("", (x, 190.0), Middle, &exact(tick));
    }
    let [wrong, right] = [place(-10.0, 0.0).0, place(10.0, 0.0).0];
    pen.text("", (wrong - 6.0, 208.0), Start, "← certain, and wrong");
    pen.text("", ((wrong + right) / 2.0 + 18.0, 208.0), Middle, "total input z");
    pen.text("", (right, 208.0), End, "certain, and right →");
    let (lost, kept) = (squares(-8.0), entropy(-8.0));
    let description = format!(
        "The delta of the output that should be 1, over its total input from −10 to 10. With cross-entropy it is near \
         −1 on the left and rises to 0 on the right. With squares it is near 0 at both ends and at least {} \
         in between.",
        number(squares(-LN_2), 2)
    );
    let caption = format!(
        "How hard the right answer is pulled up, for an output that says no (left) or yes (right). With a total input \
         of −8, squares leave a delta of {}, cross-entropy one of {}. For softmax the other nine total inputs are 0.",
        number(lost, 4),
        number(kept, 4)
    );
    (Drawing::sketch("What an output learns from being wrong", &description, 218.0, pen.0), caption)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_is_a_tenth_of_the_steepest() {
        // For tanh, 1 - y^2 = 0.1 at y = sqrt(0.9).
        let edge = flat_from(|z: f64| tanh_softmax::dtanh(z.tanh()));
        assert!((edge - 0.9_f64.sqrt().atanh()).abs() < 0.002, "{edge}");
    }

    #[test]
    fn a_place_is_where_the_axes_have_it() {
        let panel = Panel { name: "", top: 10.0, height: 100.0, values: -1.0..1.0, ticks: &[] };
        assert_eq!(panel.place(5.0, -5.0, 1.0), (LEFT, 10.0));
        assert_eq!(panel.place(5.0, 5.0, -1.0), (RIGHT, 110.0));
    }
}
