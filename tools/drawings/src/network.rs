//! A network as a whole, and one of its units.

use charts::Drawing;
use datasets::Row;
use evaluation::{Tunable, train};
use naive_loops::sigmoid;
use regularized::{Hyperparameters, Network};

use crate::{
    Captioned,
    pen::{Anchor::*, Pen, Place, exact, number, sign_class},
};

/// Pixels along each side of an image, and hidden units along each side of their square.
const SIDE: usize = 8;
const UNITS: usize = 10;
/// From one pixel, unit or output to the next.
const PITCH: f64 = 13.0;

/// An image, the hidden units and the ten outputs, as a network has them that has learned a little.
pub fn network() -> Captioned {
    let digits = datasets::digits(1);
    let hyperparameters = Hyperparameters { iterations: 1, ..Hyperparameters::digits() };
    let mut network: Network = train(&digits.train, &hyperparameters, 1, &mut ());
    let (image, label) = (digits.test.inputs.row(0), digits.test.labels[0]);
    network.feed_forward(image);

    // The unit in the square whose lines are drawn: the one that says most for the answer.
    let share = |unit: usize| network.hidden[unit] * network.output_weights[(unit, label)];
    let chosen = (0..UNITS * UNITS).max_by(|&a, &b| share(a).total_cmp(&share(b))).expect("a network has hidden units");
    let pixel = |index: usize| place((6.0, 32.0), index, SIDE);
    let unit = |index: usize| place((152.0, 19.0), index, UNITS);
    let output = |index: usize| (316.0, 19.0 + PITCH * (index as f64 + 0.5));

    let mut pen = Pen::default();
    let strongest = |weights: &mut dyn Iterator<Item = f64>| weights.fold(0.0, |most: f64, w| most.max(w.abs()));
    let into = strongest(&mut network.input_weights.column(chosen).iter().copied());
    let out = strongest(&mut network.output_weights.row(chosen).iter().copied());
    let mut wires = |from: Place, to: Place, weight: f64, most: f64| {
        let shade = (weight.abs() / most).sqrt().max(0.15);
        pen.0 += &format!("<g opacity=\"{shade:.2}\">");
        pen.line(&format!("wire {}", sign_class(weight)), &[from, to]);
        pen.0 += "</g>";
    };
    for index in 0..SIDE * SIDE {
        wires(pixel(index), unit(chosen), network.input_weights[(index, chosen)], into);
    }
    for index in 0..10 {
        wires(unit(chosen), output(index), network.output_weights[(chosen, index)], out);
    }
    let Row::Bytes(pixels) = image else { unreachable!("the digits are images") };
    pen.rectangle("paper", (5.0, 31.0), (PITCH * SIDE as f64 + 2.0, PITCH * SIDE as f64 + 2.0));
    for (index, &value) in pixels.iter().enumerate() {
        let (x, y) = pixel(index);
        let corner = (x - PITCH / 2.0 + 0.5, y - PITCH / 2.0 + 0.5);
        pen.shaded("fill", corner, (PITCH - 1.0, PITCH - 1.0), 0.05 + 0.95 * f64::from(value) / 16.0);
    }
    for index in 0..UNITS * UNITS {
        let activation = network.hidden[index];
        pen.circle("paper", unit(index), 5.0);
        pen.0 += &format!("<g opacity=\"{:.2}\">", 0.12 + 0.88 * activation.abs());
        pen.circle(&format!("fill {}", sign_class(activation)), unit(index), 5.0);
        pen.0 += "</g>";
    }
    pen.circle("wire", unit(chosen), 7.0);
    for (index, &probability) in network.output.iter().enumerate() {
        let (x, y) = output(index);
        let class = if index == label { "ink" } else { "" };
        pen.text(class, (x + 10.0, y + 4.0), Middle, &index.to_string());
        pen.bar((x + 20.0, y - 4.0), (60.0 * probability).max(0.5), 8.0);
    }
    for (x, name) in [(58.0, "64 pixels"), (217.0, "100 hidden units"), (350.0, "10 outputs")] {
        pen.text("ink", (x, 172.0), Middle, name);
    }
    let (rows, columns) = network.input_weights.dim();
    let weights = [(128.0, rows * columns), (300.0, network.output_weights.len())];
    for (x, count) in weights {
        let count = charts::text::grouped(&count.to_string());
        pen.text("small", (x, 190.0), Middle, &format!("{count} weights"));
    }
    let answer = number(100.0 * network.output[label], 0);
    let description = format!(
        "On the left an image of 8 by 8 pixels. Lines from each pixel meet in one of 100 hidden units, and lines from \
         it fan out to 10 outputs, drawn as bars. The longest bar is that of the {label}, with {answer} %."
    );
    let caption = format!(
        "Every hidden unit sees all pixels and feeds all outputs; the lines are those of one unit. Blue lines have \
         positive weights, orange ones negative weights; a unit is the bluer or the more orange the further its \
         activation is from 0. This is <code>regularized</code> with seed 1 after one iteration. It has never seen \
         this image, and takes it for a {label} with {answer}&#160;%."
    );
    (Drawing::sketch("A network and its answer", &description, 198.0, pen.0), caption)
}

/// The middle of a cell in a square with so many columns.
fn place((left, top): Place, index: usize, columns: usize) -> Place {
    let (row, column) = (index / columns, index % columns);
    (left + PITCH * (column as f64 + 0.5), top + PITCH * (row as f64 + 0.5))
}

/// One unit with numbers: the second hidden unit of the worked example.
pub fn unit() -> Captioned {
    let weights = crate::worked_example::weights().input_weights;
    let [one, two] = crate::worked_example::INPUTS;
    let inputs = [("input", one), ("input", two), ("bias", 1.0)];
    let sum: f64 = inputs.iter().zip(weights.column(1)).map(|((_, input), weight)| input * weight).sum();
    let activation = sigmoid(sum);

    let mut pen = Pen::default();
    let middle = (214.0, 78.0);
    let mut products = Vec::new();
    for (row, ((name, input), &weight)) in inputs.into_iter().zip(weights.column(1)).enumerate() {
        let from = (62.0, 24.0 + 54.0 * row as f64);
        pen.line(&format!("wire {}", sign_class(weight)), &[from, middle]);
        pen.circle("unit", from, 16.0);
        pen.text("ink", (from.0, from.1 + 4.0), Middle, &exact(input));
        pen.text("", (from.0 - 22.0, from.1 + 4.0), End, name);
        let at = (from.0 + 0.42 * (middle.0 - from.0), from.1 + 0.42 * (middle.1 - from.1));
        let times = format!("× {} = {}", exact(weight), exact(input * weight));
        pen.label(&format!("colour {}", sign_class(weight)), at, &times);
        products.push(format!("{} × {}", exact(input), exact(weight)));
    }
    pen.circle("unit", middle, 24.0);
    pen.text("ink", (middle.0, middle.1 + 5.0), Middle, "sum");
    pen.text("", (middle.0, middle.1 + 42.0), Middle, &format!("z = {}", exact(sum)));
    pen.arrow("wire", (240.0, 78.0), (266.0, 78.0));
    // The curve, from -4 to 4, with the place of this sum on it.
    let (left, top, width, height) = (270.0, 53.0, 70.0, 50.0);
    pen.rectangle("unit", (left, top), (width, height));
    let on_curve = |z: f64| (left + width * (z + 4.0) / 8.0, top + 5.0 + (height - 10.0) * (1.0 - sigmoid(z)));
    pen.line("line", &(0..=32).map(|step| on_curve(f64::from(step) / 4.0 - 4.0)).collect::<Vec<_>>());
    let (x, y) = on_curve(sum);
    pen.line("axis", &[(x, top + height), (x, y)]);
    pen.circle("fill plus", (x, y), 4.0);
    pen.text("", (left + width / 2.0, top + height + 17.0), Middle, "f(z)");
    pen.arrow("wire", (344.0, 78.0), (358.0, 78.0));
    pen.text("ink", (362.0, 82.0), Start, &number(activation, 2));
    let description = format!(
        "Three inputs are multiplied by their weights: {}. The sum is {}; the logistic curve turns it into {}.",
        products.join(", "),
        exact(sum),
        number(activation, 2)
    );
    let caption = "Multiply, add up, bend: all that a unit does. The first input speaks against this unit, the others \
                   for it; the bias is a weight whose input is always 1."
        .to_owned();
    (Drawing::sketch("One unit, with numbers", &description, 156.0, pen.0), caption)
}
