//! What a network hands back when it learns.

use charts::Drawing;
use evaluation::{Tunable, train};
use naive_loops::{Hyperparameters, Network, dsigmoid};

use crate::{
    Captioned,
    pen::{Anchor::*, Pen, number, sign_class},
    worked_example::pass,
};

/// The delta of a hidden unit as the sum of what the outputs hand back.
pub fn blame() -> Captioned {
    let digits = datasets::digits(1);
    let hyperparameters = Hyperparameters { iterations: 1, ..Hyperparameters::digits() };
    let mut network: Network = train(&digits.train, &hyperparameters, 1, &mut ());
    // The test image that the network errs most about.
    let error = |network: &mut Network, image| {
        let outputs = network.feed_forward(digits.test.inputs.row(image));
        (&outputs - &digits.test.targets.row(image)).mapv(|difference| difference * difference).sum()
    };
    let errors: Vec<f64> = (0..digits.test.len()).map(|image| error(&mut network, image)).collect();
    let image = (0..errors.len()).max_by(|&a, &b| errors[a].total_cmp(&errors[b])).expect("there are test images");
    let label = digits.test.labels[image];
    network.feed_forward(digits.test.inputs.row(image));
    let deltas = (&network.output - &digits.test.targets.row(image)) * network.output.mapv(dsigmoid);
    // The hidden unit that is blamed most.
    let sums = network.output_weights.dot(&deltas);
    let unit = (0..sums.len())
        .max_by(|&a, &b| {
            let blamed = |unit: usize| (sums[unit] * dsigmoid(network.hidden[unit])).abs();
            blamed(a).total_cmp(&blamed(b))
        })
        .expect("a network has hidden units");
    let weights = network.output_weights.row(unit);
    let parts = &deltas * &weights;

    let mut pen = Pen::default();
    let columns = [(86.0, "delta", &deltas), (204.0, "weight", &weights.to_owned()), (326.0, "part", &parts)];
    let names = ["its delta", "× weight to it", "= handed back"];
    for ((x, _, values), name) in columns.iter().zip(names) {
        pen.text("ink", (*x, 14.0), Middle, name);
        pen.line("axis", &[(*x, 22.0), (*x, 206.0)]);
        let most = values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        for (output, &value) in values.iter().enumerate() {
            let y = 26.0 + 18.0 * output as f64;
            let length = 40.0 * value / most;
            pen.bar((*x, y), if length.abs() < 0.5 { 0.5 } else { length }, 12.0);
        }
    }
    for output in 0..10 {
        let class = if output == label { "ink" } else { "" };
        pen.text(class, (14.0, 36.0 + 18.0 * output as f64), Start, &output.to_string());
    }
    let sum = parts.sum();
    let slope = dsigmoid(network.hidden[unit]);
    let sign = sign_class(sum);
    pen.text("ink", (282.0, 228.0), End, "the sum");
    pen.text(&format!("colour {sign}"), (326.0, 228.0), Middle, &number(sum, 3));
    pen.text("ink", (282.0, 246.0), End, "× the unit’s own slope");
    pen.text("", (326.0, 246.0), Middle, &number(slope, 3));
    pen.text("ink", (282.0, 264.0), End, "= its delta");
    pen.text(&format!("colour {sign}"), (326.0, 264.0), Middle, &number(sum * slope, 3));
    let strongest = |wanted: fn(f64) -> bool| {
        let outputs = parts.iter().enumerate().filter(|(_, part)| wanted(**part));
        outputs.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).map(|(output, part)| (output, *part))
    };
    let told: Vec<String> = [strongest(|part| part > 0.0), strongest(|part| part < 0.0)]
        .into_iter()
        .flatten()
        .map(|(output, part)| format!("output {output} hands back {}", number(part, 3)))
        .collect();
    let description = format!(
        "A row for each of the ten outputs, with three bars: its delta, its weight from one hidden unit, and their \
         product. {}. The sum is {}; multiplied by the slope {} it is the delta of the hidden unit, {}.",
        told.join("; "),
        number(sum, 3),
        number(slope, 3),
        number(sum * slope, 3)
    );
    let wanted = if sum > 0.0 { "less" } else { "more" };
    let caption = format!(
        "Each output knows in which direction it erred, and tells the hidden units that fed it, in proportion to the \
         weight. This one should have been {wanted} active. Bars to the left (orange) are negative, each column has a \
         scale of its own. The image is a {label}, the one about which <code>naive-loops</code> with seed 1 errs most \
         after one iteration; the unit is the one with the largest delta."
    );
    (Drawing::sketch("Blame, handed back", &description, 272.0, pen.0), caption)
}

/// The slopes of all weights between two layers as a table of products.
pub fn outer_product() -> Captioned {
    let pass = pass();
    let (left, top, width, height) = (122.0, 58.0, 96.0, 38.0);
    let mut pen = Pen::default();
    pen.text("", (left + width, 16.0), Middle, "hidden deltas");
    pen.text("", (56.0, 46.0), Middle, "inputs");
    let most = pass.hidden_deltas.iter().fold(0.0, |most: f64, delta| most.max(delta.abs()));
    let most = most * pass.input.fold(0.0, |most: f64, input| most.max(input.abs()));
    for (column, &delta) in pass.hidden_deltas.iter().enumerate() {
        let x = left + width * (column as f64 + 0.5);
        pen.text(&format!("colour {}", sign_class(delta)), (x, 42.0), Middle, &number(delta, 4));
    }
    for (row, &input) in pass.input.iter().enumerate() {
        let y = top + height * row as f64;
        pen.text("ink", (56.0, y + height / 2.0 + 4.0), Middle, &number(input, 0));
        for (column, &delta) in pass.hidden_deltas.iter().enumerate() {
            let (x, product) = (left + width * column as f64, input * delta);
            let class = format!("fill {}", sign_class(product));
            pen.shaded(&class, (x + 2.0, y + 2.0), (width - 4.0, height - 4.0), 0.06 + 0.26 * product.abs() / most);
            pen.text("ink", (x + width / 2.0, y + height / 2.0 + 4.0), Middle, &number(product, 4));
        }
    }
    let (x, y) = (left + 2.0 * width + 10.0, top + height / 2.0 + 4.0);
    for (row, name) in ["input 1", "input 2", "bias"].into_iter().enumerate() {
        pen.text("", (x, y + height * row as f64), Start, name);
    }
    let cells =
        pass.input.iter().flat_map(|input| pass.hidden_deltas.iter().map(move |delta| number(input * delta, 4)));
    let description = format!(
        "A table with a row for each of three inputs, 1, 2 and 1, and a column for each of two deltas, {} and {}. Each \
         cell is the product of the two: {}.",
        number(pass.hidden_deltas[0], 4),
        number(pass.hidden_deltas[1], 4),
        cells.collect::<Vec<_>>().join(", ")
    );
    let caption = "Two vectors make a whole table of slopes: each cell is its row’s input multiplied by its column’s \
                   delta. The numbers are those of the <a href=\"equations.html#by-hand-again\">worked example</a>."
        .to_owned();
    (Drawing::sketch("An outer product", &description, 180.0, pen.0), caption)
}
