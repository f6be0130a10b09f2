//! The worked example of the chapter "Equations and code", which shows these functions and draws the network: two
//! inputs, two hidden units and two outputs, small enough to follow with a pocket calculator.
//!
//! It learns once, with a rate of 1, so that each weight moves by its gradient. The numbers that are expected were
//! found by following the equations, not by running the networks, and are rounded to four decimals.

use approx::assert_abs_diff_eq;
use datasets::{Examples, Features, Row};
use drawings::worked_example::{INPUTS, TARGETS, weights};
use evaluation::Classifier;
use ndarray::{Array2, array, aview1};
use tests::{learn_in_order, settings};

/// Half a unit of the fourth decimal.
const ROUNDED: f64 = 0.000_05;

#[test]
fn sigmoid_forwards() {
    let mut network = naive_loops::Network::from_weights(weights());
    network.feed_forward(Row::Reals(aview1(&INPUTS)));
    // Total inputs: 0.5 - 2 * 0.5 + 0.5 = 0 and -1 + 2 * 0.5 + 1 = 1.
    assert_abs_diff_eq!(network.hidden, array![0.5, 0.7311], epsilon = ROUNDED);
    // Total inputs: 0.5 + 0.7311 = 1.2311 and 2 * 0.5 - 0.7311 = 0.2689.
    assert_abs_diff_eq!(network.output, array![0.7740, 0.5668], epsilon = ROUNDED);
}

#[test]
fn sigmoid_backwards() {
    let (error, input_gradient, output_gradient) = learn_once::<naive_loops::Network>();
    // Half of (0.7740 - 1)^2 + 0.5668^2.
    assert_abs_diff_eq!(error, 0.1862, epsilon = ROUNDED);
    // Output deltas: (0.7740 - 1) * 0.1749 = -0.0395 and 0.5668 * 0.2455 = 0.1392,
    // each times what comes in: 0.5, 0.7311.
    assert_abs_diff_eq!(output_gradient, array![[-0.0198, 0.0696], [-0.0289, 0.1017]], epsilon = ROUNDED);
    // Hidden deltas: (1 * -0.0395 + 2 * 0.1392) * 0.25 = 0.0597
    // and (1 * -0.0395 - 1 * 0.1392) * 0.1966 = -0.0351,
    // each times what comes in: 1, 2, and 1 for the bias.
    let expected = array![[0.0597, -0.0351], [0.1194, -0.0703], [0.0597, -0.0351]];
    assert_abs_diff_eq!(input_gradient, expected, epsilon = ROUNDED);
}

#[test]
fn softmax_backwards() {
    let (error, input_gradient, output_gradient) = learn_once::<tanh_softmax::Network>();
    // Hidden: tanh(0) = 0 and tanh(1) = 0.7616.
    // Outputs: softmax of 0.7616 and -0.7616, which is 0.8210 and 0.1790.
    assert_abs_diff_eq!(error, 0.1972, epsilon = ROUNDED); // -ln(0.8210)
    // Output deltas: 0.8210 - 1 = -0.1790 and 0.1790 - 0 = 0.1790,
    // each times what comes in: 0, 0.7616.
    assert_abs_diff_eq!(output_gradient, array![[0.0, 0.0], [-0.1363, 0.1363]], epsilon = ROUNDED);
    // Hidden deltas: (1 * -0.1790 + 2 * 0.1790) * 1 = 0.1790
    // and (1 * -0.1790 - 1 * 0.1790) * 0.4200 = -0.1503.
    let expected = array![[0.1790, -0.1503], [0.3580, -0.3007], [0.1790, -0.1503]];
    assert_abs_diff_eq!(input_gradient, expected, epsilon = ROUNDED);
}

/// The error on the example, and the gradient by which the network moves: weights before less weights after.
fn learn_once<N: Classifier>() -> (f64, Array2<f64>, Array2<f64>) {
    let example = Examples {
        inputs: Array2::from(vec![INPUTS]).into(),
        labels: vec![0],
        targets: Array2::from(vec![TARGETS]),
        features: Features::Columns,
    };
    let mut network = N::from_weights(weights());
    let error = learn_in_order(&mut network, &example, [0], &settings::<N>(&[("learning_rate", 1.0)]));
    let after = network.weights();
    (error, weights().input_weights - after.input_weights, weights().output_weights - after.output_weights)
}

/// The slope of the error by the first weight between hidden and output layer, measured.
#[test]
fn slope_by_measurement() {
    let error = |moved: f64| {
        let mut weights = weights();
        weights.output_weights[(0, 0)] += moved;
        let mut network = naive_loops::Network::from_weights(weights);
        let output = network.feed_forward(Row::Reals(aview1(&INPUTS)));
        output.iter().zip(TARGETS).map(|(output, target)| 0.5 * (output - target).powi(2)).sum::<f64>()
    };
    let h = 0.001;
    assert_abs_diff_eq!((error(h) - error(-h)) / (2.0 * h), -0.0198, epsilon = ROUNDED);
}

/// The drawings in the chapter show the numbers that are expected above.
#[test]
fn the_drawings_agree() {
    for (name, numbers) in [
        ("by-hand-forwards", ["0.7311", "z = 1.2311", "z = 0.2689", "0.7740", "0.5668"].as_slice()),
        ("by-hand-backwards", &["−0.0395", "0.1392", "0.1749", "0.2455", "0.0597", "−0.0351", "0.2500", "0.1966"]),
        // 1 - -0.0198, 2 - 0.0696, 1 - -0.0289, -1 - 0.1017; 0.5 - 0.0597, -1 - -0.0351, -0.5 - 0.1194, ...
        (
            "by-hand-after",
            &["1.0198", "1.9304", "1.0289", "−1.1017", "0.4403", "−0.9649", "−0.6194", "0.5703", "1.0351"],
        ),
        ("outer-product", &["0.0597", "−0.0351", "0.1194", "−0.0703"]),
    ] {
        let (drawing, _) = drawings::draw(name).unwrap();
        let file = drawing.file();
        for number in numbers {
            assert!(
                file.contains(&format!(">{number}<"))
                    || file.contains(&format!("{number} ×"))
                    || file.contains(&format!("× {number}<")),
                "{name} does not show {number}"
            );
        }
    }
}
