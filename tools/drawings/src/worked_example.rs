//! The worked example: a network of two inputs, two hidden units and two outputs, small enough to follow with a pocket
//! calculator. It learns once, with a rate of 1, so that each weight moves by its gradient.

use charts::Drawing;
use datasets::{Row, Scaling};
use evaluation::{Classifier, Tunable, Weights};
use naive_loops::{Hyperparameters, Network, dsigmoid};
use ndarray::{Array1, Array2, array, aview1};

use crate::{
    Captioned,
    pen::{Anchor::*, Pen, Place, exact, number, sign_class},
};

/// The two inputs.
pub const INPUTS: [f64; 2] = [1.0, 2.0];
/// What the two outputs should be.
pub const TARGETS: [f64; 2] = [1.0, 0.0];

/// Returns the weights before learning: a column for each unit that is fed; the last row of `input_weights` is the
/// bias.
pub fn weights() -> Weights {
    Weights {
        scaling: Scaling { offset: array![0.0, 0.0], factor: array![1.0, 1.0] }, // as they are
        input_weights: array![[0.5, -1.0], [-0.5, 0.5], [0.5, 1.0]],
        output_weights: array![[1.0, 2.0], [1.0, -1.0]],
    }
}

/// What comes of the example on the way there and back.
pub(crate) struct Pass {
    pub input: Array1<f64>,
    pub hidden: Array1<f64>,
    pub output: Array1<f64>,
    pub output_deltas: Array1<f64>,
    pub hidden_deltas: Array1<f64>,
    /// The error before the weights move, and after.
    pub errors: [f64; 2],
    /// What the outputs are once they have.
    pub output_after: Array1<f64>,
    pub weights_after: Weights,
}

/// Lets the first step learn once from the example.
pub(crate) fn pass() -> Pass {
    let (before, targets) = (weights(), aview1(&TARGETS));
    let mut network = Network::from_weights(before.clone());
    let hyperparameters = Hyperparameters { learning_rate: 1.0, ..Hyperparameters::digits() };
    let output = network.feed_forward(Row::Reals(aview1(&INPUTS))).to_owned();
    let hidden = network.hidden.clone();
    let output_deltas = (&output - &targets) * output.mapv(dsigmoid);
    let hidden_deltas = before.output_weights.dot(&output_deltas) * hidden.mapv(dsigmoid);
    let error = network.back_propagate(targets, &hyperparameters);
    let weights_after = network.weights();
    let output_after = network.feed_forward(Row::Reals(aview1(&INPUTS))).to_owned();
    let error_after = (&output_after - &targets).mapv(|difference| 0.5 * difference * difference).sum();
    let errors = [error, error_after];
    let input = network.input.clone();
    Pass { input, hidden, output, output_deltas, hidden_deltas, errors, output_after, weights_after }
}

const COLUMNS: [f64; 3] = [56.0, 190.0, 322.0];
const RADIUS: f64 = 23.0;
const HEIGHT: f64 = 232.0;

fn input_place(index: usize) -> Place {
    (COLUMNS[0], 36.0 + 76.0 * index as f64)
}

fn hidden_place(index: usize) -> Place {
    (COLUMNS[1], 62.0 + 100.0 * index as f64)
}

fn output_place(index: usize) -> Place {
    (COLUMNS[2], 62.0 + 100.0 * index as f64)
}

/// The place of each unit of a layer.
type Layer = fn(usize) -> Place;

/// The lines between two layers, each with a label near one end.
fn edges(pen: &mut Pen, (from, to): (Layer, Layer), labels: &Array2<(String, f64)>, share: f64) {
    for ((i, j), (_, sign)) in labels.indexed_iter() {
        pen.line(&format!("wire {}", sign_class(*sign)), &[from(i), to(j)]);
    }
    for ((i, j), (text, sign)) in labels.indexed_iter() {
        let ((left, top), (right, bottom)) = (from(i), to(j));
        let at = (left + share * (right - left), top + share * (bottom - top));
        pen.label(&format!("colour {}", sign_class(*sign)), at, text);
    }
}

fn node(pen: &mut Pen, place: Place, text: &str, class: &str) {
    pen.circle("unit", place, RADIUS);
    pen.text(class, (place.0, place.1 + 4.0), Middle, text);
}

fn layers(pen: &mut Pen) {
    for (x, name) in COLUMNS.into_iter().zip(["inputs", "hidden units", "outputs"]) {
        pen.text("", (x, 230.0), Middle, name);
    }
}

fn inputs(pen: &mut Pen) {
    for (index, value) in [INPUTS[0], INPUTS[1], 1.0].into_iter().enumerate() {
        node(pen, input_place(index), &exact(value), "ink");
    }
    let (x, y) = input_place(2);
    pen.text("", (x - RADIUS - 4.0, y + 4.0), End, "bias");
}

/// From the inputs to the outputs.
pub fn forwards() -> Captioned {
    let (weights, pass) = (weights(), pass());
    let mut pen = Pen::default();
    let labels = |weights: &Array2<f64>| weights.mapv(|weight| (exact(weight), weight));
    edges(&mut pen, (input_place, hidden_place), &labels(&weights.input_weights), 0.34);
    edges(&mut pen, (hidden_place, output_place), &labels(&weights.output_weights), 0.34);
    inputs(&mut pen);
    let sums = [pass.input.dot(&weights.input_weights), pass.hidden.dot(&weights.output_weights)];
    let mut told = Vec::new();
    for index in 0..2 {
        for (place, values, sums) in
            [(hidden_place(index), &pass.hidden, &sums[0]), (output_place(index), &pass.output, &sums[1])]
        {
            node(&mut pen, place, &number(values[index], 4), "ink");
            pen.text("small", (place.0, place.1 - RADIUS - 6.0), Middle, &format!("z = {}", number(sums[index], 4)));
        }
        let (x, y) = output_place(index);
        pen.text("", (x + RADIUS + 6.0, y - 2.0), Start, "should");
        pen.text("", (x + RADIUS + 6.0, y + 12.0), Start, &format!("be {}", exact(TARGETS[index])));
        told.push(format!("output {} is {}", index + 1, number(pass.output[index], 4)));
    }
    layers(&mut pen);
    let description = format!(
        "A network of two inputs, 1 and 2, and a bias, two hidden units and two outputs, with a weight on each line. \
         The hidden units are {} and {}; {}.",
        number(pass.hidden[0], 4),
        number(pass.hidden[1], 4),
        told.join(", ")
    );
    let caption = format!(
        "Forwards: on the lines the weights, in the circles the activations, above them the total inputs. The first \
         output should be 1 and the second 0; half the sum of the squared differences is {}.",
        number(pass.errors[0], 4)
    );
    (Drawing::sketch("By hand: forwards", &description, HEIGHT + 6.0, pen.0), caption)
}

/// The deltas, from the outputs to the hidden units.
pub fn backwards() -> Captioned {
    let (weights, pass) = (weights(), pass());
    let mut pen = Pen::default();
    // What each output hands back to each hidden unit.
    let parts = &weights.output_weights * &pass.output_deltas;
    let labels = Array2::from_shape_fn(parts.dim(), |(unit, output)| {
        let part = parts[(unit, output)];
        (number(part, 4), part)
    });
    let from_outputs = labels.t().to_owned();
    edges(&mut pen, (output_place, hidden_place), &from_outputs, 0.36);
    let sums = parts.sum_axis(ndarray::Axis(1));
    for index in 0..2 {
        let deltas = [
            (hidden_place(index), &pass.hidden_deltas, format!("{} ×", number(sums[index], 4)), pass.hidden[index]),
            (
                output_place(index),
                &pass.output_deltas,
                format!("{} ×", number(pass.output[index] - TARGETS[index], 4)),
                pass.output[index],
            ),
        ];
        for (place, values, first, activation) in deltas {
            node(&mut pen, place, &number(values[index], 4), &format!("colour {}", sign_class(values[index])));
            let factors = format!("{first} {}", number(dsigmoid(activation), 4));
            pen.text("small", (place.0, place.1 - RADIUS - 6.0), Middle, &factors);
        }
    }
    for (index, name) in ["input 1", "input 2", "bias"].into_iter().enumerate() {
        pen.text("", (input_place(index).0, input_place(index).1 + 4.0), Middle, name);
    }
    for unit in 0..2 {
        for input in 0..3 {
            let ((left, top), (right, bottom)) = (input_place(input), hidden_place(unit));
            let at = |share: f64| (left + share * (right - left), top + share * (bottom - top));
            pen.line("axis", &[at(0.22), at(0.8)]);
        }
    }
    layers(&mut pen);
    let list = |values: &Array1<f64>| values.iter().map(|value| number(*value, 4)).collect::<Vec<_>>().join(" and ");
    let description = format!(
        "The same network backwards. The deltas of the outputs are {}. Each hands its delta to each hidden unit, \
         multiplied by the weight in between; the deltas of the hidden units are {}.",
        list(&pass.output_deltas),
        list(&pass.hidden_deltas)
    );
    let caption = "Backwards: in the circles the deltas, above them the factors they come from, the last of which is \
                   the slope of the unit. On the lines, what each output hands back: its delta multiplied by the \
                   weight. Each hidden unit adds up what it is handed. Positive (blue) means that the total input \
                   should fall, negative (orange) that it should grow."
        .to_owned();
    (Drawing::sketch("By hand: backwards", &description, HEIGHT + 6.0, pen.0), caption)
}

/// The weights after they have moved, and what the network says then.
pub fn after() -> Captioned {
    let (before, pass) = (weights(), pass());
    let after = &pass.weights_after;
    let mut pen = Pen::default();
    let labels = |before: &Array2<f64>, after: &Array2<f64>| {
        Array2::from_shape_fn(before.dim(), |at| (number(after[at], 4), after[at] - before[at]))
    };
    let input_labels = labels(&before.input_weights, &after.input_weights);
    edges(&mut pen, (input_place, hidden_place), &input_labels, 0.36);
    edges(&mut pen, (hidden_place, output_place), &labels(&before.output_weights, &after.output_weights), 0.36);
    inputs(&mut pen);
    for index in 0..2 {
        node(&mut pen, hidden_place(index), "", "ink");
        node(&mut pen, output_place(index), &number(pass.output_after[index], 4), "ink");
        let (x, y) = output_place(index);
        pen.text("", (x + RADIUS + 6.0, y - 2.0), Start, "was");
        pen.text("", (x + RADIUS + 6.0, y + 12.0), Start, &number(pass.output[index], 4));
    }
    layers(&mut pen);
    let [error, error_after] = pass.errors.map(|error| number(error, 4));
    let description = format!(
        "The network after each weight has moved by its gradient. The outputs are {} and {} now, and were {} and {}.",
        number(pass.output_after[0], 4),
        number(pass.output_after[1], 4),
        number(pass.output[0], 4),
        number(pass.output[1], 4)
    );
    let caption = format!(
        "After: the weights, blue where they grew and orange where they shrank. Shown the same inputs again, the \
         second output is nearer to 0, and the first has paid a little for it. The error has gone from {error} to \
         {error_after}: each weight moves to make the sum of both smaller, not each of the two."
    );
    (Drawing::sketch("By hand: the weights after", &description, HEIGHT + 6.0, pen.0), caption)
}

#[cfg(test)]
mod tests {
    use evaluation::Weights;

    use super::*;

    #[test]
    fn the_drawn_deltas_are_those_by_which_the_network_moves() {
        let (Weights { input_weights, output_weights, .. }, pass) = (weights(), pass());
        let moves =
            [input_weights - &pass.weights_after.input_weights, output_weights - &pass.weights_after.output_weights];
        let layers = [(&pass.input, &pass.hidden_deltas), (&pass.hidden, &pass.output_deltas)];
        for (moved, (activations, deltas)) in moves.iter().zip(layers) {
            for ((i, j), change) in moved.indexed_iter() {
                assert!((change - activations[i] * deltas[j]).abs() < 1e-12, "{i} {j}");
            }
        }
    }

    #[test]
    fn the_caption_is_true() {
        let pass = pass();
        assert!(pass.errors[1] < pass.errors[0]);
        let [first, second] = [0, 1].map(|output| {
            let error = |outputs: &Array1<f64>| (outputs[output] - TARGETS[output]).abs();
            error(&pass.output_after) - error(&pass.output)
        });
        assert!(first > 0.0 && first < 0.1, "the first output pays a little: {first}");
        assert!(second < -0.05, "the second is nearer: {second}");
    }
}
