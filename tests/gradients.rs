//! Is the gradient that each step computes the slope of its error?
//!
//! The first move of a network that learns with rate 1 is its gradient, as there is no previous change yet. Beside it:
//! the central difference `(error(w + h) - error(w - h)) / 2h` for every weight `w`, in the precision of the step.

use std::iter::zip;

use approx::assert_relative_eq;
use datasets::{Examples, Features};
use evaluation::{Classifier, Tunable, Value, Weights};
use ndarray::Array2;
use rand::{RngExt, rngs::ChaCha8Rng};
use rand_distr::StandardNormal;
use tests::{every_step, generator, is_single, learn_in_order, settings};

/// How a slope is measured.
struct Measure {
    /// The step of the central difference.
    h: f64,
    /// What is allowed relative to a slope.
    relative: f64,
    /// What is allowed at least, as slopes near 0 have lost their leading digits.
    absolute: f64,
}

/// The error of the difference itself is of order `h^2 = 1e-10`, and that of rounding `1e-16 / h = 1e-11`, times errors
/// and derivatives of order 1 to 10.
const DOUBLE: Measure = Measure { h: 1e-5, relative: 1e-6, absolute: 1e-8 };
/// The same of order `1e-4`, and `1e-7 / h = 1e-5`.
const SINGLE: Measure = Measure { h: 1e-2, relative: 1e-3, absolute: 1e-3 };

const LAYERS: [fn(&mut Weights) -> &mut Array2<f64>; 2] =
    [|weights| &mut weights.input_weights, |weights| &mut weights.output_weights];

every_step!(gradient_is_the_slope_of_the_error);

fn gradient_is_the_slope_of_the_error<N: Classifier>() {
    for seed in 0..20 {
        let mut rng = generator(seed);
        let hidden: u8 = rng.random_range(1..=8);
        let hyperparameters =
            settings::<N>(&[("hidden", hidden.into()), ("learning_rate", 1.0), ("l2_in", 0.1), ("l2_out", 0.3)]);
        let examples = random_examples(&mut rng);
        let weights = N::new(&examples, &hyperparameters, &mut rng).weights();
        let Measure { h, relative, absolute } = if is_single::<N>() { SINGLE } else { DOUBLE };
        for example in 0..examples.len() {
            let error = |weights| error::<N>(weights, &examples, example, &hyperparameters);
            let mut gradient = gradient::<N>(&weights, &examples, example, &hyperparameters);
            for layer in LAYERS {
                for (index, &gradient) in layer(&mut gradient).indexed_iter() {
                    let moved = |by: f64| {
                        let mut weights = weights.clone();
                        layer(&mut weights)[index] += by;
                        weights
                    };
                    let slope = (error(moved(h)) - error(moved(-h))) / (2.0 * h);
                    assert_relative_eq!(gradient, slope, epsilon = absolute, max_relative = relative);
                }
            }
        }
    }
}

every_step!(
    move_is_the_one_that_the_tutorial_prints: naive_loops, vectorized, tanh_softmax, init_shuffle, regularized
);

/// From the second example on: the rate times this example's gradient, and the last example's gradient times a factor,
/// which is 1 before it becomes the hyperparameter `momentum`, and never times the rate. The last gradient is without
/// weight decay, so that is off.
fn move_is_the_one_that_the_tutorial_prints<N: Classifier>() {
    let (learning_rate, momentum) = (0.1, 0.7);
    let small = [("hidden", 5.0), ("l2_in", 0.0), ("l2_out", 0.0)];
    let unit = settings::<N>(&[&small[..], &[("learning_rate", 1.0)]].concat());
    let hyperparameters =
        settings::<N>(&[&small[..], &[("learning_rate", learning_rate), ("momentum", momentum)]].concat());
    let factor = if hyperparameters.get("momentum").is_some() { momentum } else { 1.0 };

    let mut rng = generator(0);
    let examples = random_examples(&mut rng);
    let mut network = N::new(&examples, &hyperparameters, &mut rng);
    let mut before = network.weights();
    learn_in_order(&mut network, &examples, [0], &hyperparameters);
    let mut previous = gradient::<N>(&before, &examples, 0, &unit);
    for example in 1..examples.len() {
        before = network.weights();
        learn_in_order(&mut network, &examples, [example], &hyperparameters);
        let mut after = network.weights();
        let mut change = gradient::<N>(&before, &examples, example, &unit);
        for layer in LAYERS {
            let printed =
                &*layer(&mut before) - &(learning_rate * &*layer(&mut change) + factor * &*layer(&mut previous));
            for (after, printed) in layer(&mut after).iter().zip(&printed) {
                // The gradients are differences of weights of order 1, exact to their last bit, 1e-16.
                assert_relative_eq!(after, printed, epsilon = 1e-13);
            }
        }
        previous = change;
    }
}

every_step!(move_is_that_of_classical_momentum: momentum, minibatch);

/// The velocity is `momentum` times the last one, and the rate times the gradient, which weight decay is a part of.
fn move_is_that_of_classical_momentum<N: Classifier>() {
    // The gradients are differences of weights of order 1, exact to their last bit, 1e-16 or 1e-7.
    let tolerance = if is_single::<N>() { 1e-5 } else { 1e-13 };
    for seed in 0..20 {
        let mut rng = generator(seed);
        let (learning_rate, momentum) = (rng.random_range(0.0..0.2), rng.random_range(0.0..1.0));
        let common = [("hidden", 5.0), ("l2_in", rng.random_range(0.0..0.1)), ("l2_out", rng.random_range(0.0..0.1))];
        let unit = settings::<N>(&[&common[..], &[("learning_rate", 1.0)]].concat());
        let hyperparameters =
            settings::<N>(&[&common[..], &[("learning_rate", learning_rate), ("momentum", momentum)]].concat());

        let examples = random_examples(&mut rng);
        let mut network = N::new(&examples, &hyperparameters, &mut rng);
        let mut velocities = LAYERS.map(|layer| Array2::zeros(layer(&mut network.weights()).dim()));
        for example in 0..examples.len() {
            let mut before = network.weights();
            learn_in_order(&mut network, &examples, [example], &hyperparameters);
            let mut after = network.weights();
            let mut gradient = gradient::<N>(&before, &examples, example, &unit);
            for (layer, velocity) in zip(LAYERS, &mut velocities) {
                *velocity = momentum * &*velocity + learning_rate * &*layer(&mut gradient);
                let expected = &*layer(&mut before) - &*velocity;
                for (after, expected) in zip(&*layer(&mut after), &expected) {
                    assert_relative_eq!(after, expected, epsilon = tolerance);
                }
            }
        }
    }
}

/// The gradient by which a network with these `weights` moves, in the shape of the weights. Of `hyperparameters`, the
/// rate is 1.
fn gradient<N: Classifier>(
    weights: &Weights,
    examples: &Examples,
    example: usize,
    hyperparameters: &N::Hyperparameters,
) -> Weights {
    let mut network = N::from_weights(weights.clone());
    learn_in_order(&mut network, examples, [example], hyperparameters);
    let mut after = network.weights();
    for layer in LAYERS {
        let gradient = &*layer(&mut weights.clone()) - &*layer(&mut after);
        *layer(&mut after) = gradient;
    }
    after
}

/// The error on one example, and half the sum of the squared weights times their decay, if the step has it.
fn error<N: Classifier>(
    weights: Weights,
    examples: &Examples,
    example: usize,
    hyperparameters: &N::Hyperparameters,
) -> f64 {
    let decay = |name, weights: &Array2<f64>| match hyperparameters.get(name) {
        Some(Value::Factor(l2)) => 0.5 * l2 * weights.iter().map(|weight| weight * weight).sum::<f64>(),
        _ => 0.0,
    };
    let penalty = decay("l2_in", &weights.input_weights) + decay("l2_out", &weights.output_weights);
    learn_in_order(&mut N::from_weights(weights), examples, [example], hyperparameters) + penalty
}

/// Four examples of random size, with features of any sign.
fn random_examples(rng: &mut ChaCha8Rng) -> Examples {
    let (features, classes) = (rng.random_range(1..=12), rng.random_range(2..=5));
    let inputs = Array2::<f64>::from_shape_simple_fn((4, features), || rng.sample(StandardNormal));
    let labels = (0..4).map(|_| rng.random_range(0..classes)).collect();
    Examples::new(inputs, labels, classes, Features::Columns)
}
