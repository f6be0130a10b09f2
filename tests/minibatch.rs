//! What batches promise: the mean of the gradients, in batches of any size.

use approx::assert_abs_diff_eq;
use datasets::{Examples, digits};
use evaluation::{Classifier, Weights};
use minibatch::{Hyperparameters, Network, tanh};
use ndarray::{Array2, Axis};
use proptest::prelude::*;
use tests::{generator, settings};

/// Enough for a few batches, and no multiple of any batch below.
const EXAMPLES: usize = 101;

fn some_digits() -> Examples {
    digits(1).train.select(&Vec::from_iter(0..EXAMPLES))
}

/// Small, with a plain step of rate 1: a move is the gradient.
fn plain() -> Hyperparameters {
    settings::<Network>(&[("hidden", 20.0), ("learning_rate", 1.0), ("momentum", 0.0), ("l2_in", 0.0), ("l2_out", 0.0)])
}

/// Learn from a batch, and give the sum of its errors before that.
fn learn(network: &mut Network, examples: &Examples, batch: &[usize], hyperparameters: &Hyperparameters) -> f64 {
    network.feed_forward(&examples.inputs.select(batch));
    network.back_propagate(examples.targets.select(Axis(0), batch).view(), hyperparameters)
}

/// How far the weights of a new network move against the gradient of this batch.
fn gradient(weights: &Weights, examples: &Examples, batch: &[usize]) -> [Array2<f64>; 2] {
    let mut network = Network::from_weights(weights.clone());
    learn(&mut network, examples, batch, &plain());
    let after = network.weights();
    [&weights.input_weights - after.input_weights, &weights.output_weights - after.output_weights]
}

/// Weights as a network of single precision has them.
fn weights(examples: &Examples, hyperparameters: &Hyperparameters) -> Weights {
    Network::new(examples, hyperparameters, &mut generator(1)).weights()
}

#[test]
fn batch_moves_by_the_mean_of_its_gradients() {
    let examples = some_digits();
    let weights = weights(&examples, &plain());
    for batch in [&[5][..], &[7, 3], &[0, 100, 50, 50, 1], &Vec::from_iter(0..EXAMPLES)] {
        let [mut input, mut output] = gradient(&weights, &examples, batch);
        for &example in batch {
            let [one_input, one_output] = gradient(&weights, &examples, &[example]);
            input.scaled_add(-1.0 / batch.len() as f64, &one_input);
            output.scaled_add(-1.0 / batch.len() as f64, &one_output);
        }
        // Gradients of order 1, as differences of weights of order 1: each is off by about 1e-7.
        for difference in input.iter().chain(&output) {
            assert_abs_diff_eq!(*difference, 0.0, epsilon = 1e-6);
        }
    }
}

#[test]
fn errors_of_a_batch_add_up() {
    let examples = some_digits();
    let mut network = Network::from_weights(weights(&examples, &plain()));
    let still = settings::<Network>(&[("learning_rate", 0.0), ("momentum", 0.0)]);
    let mut error = |batch: &[usize]| learn(&mut network, &examples, batch, &still);
    let sum: f64 = [4, 9, 2].map(|example| error(&[example])).iter().sum();
    assert_abs_diff_eq!(error(&[4, 9, 2]), sum, epsilon = 1e-5);
}

fn trained(weights: &Weights, examples: &Examples, hyperparameters: &Hyperparameters) -> Weights {
    let mut network = Network::from_weights(weights.clone());
    let _ = network.train(examples, hyperparameters, &mut generator(2), &mut ());
    network.weights()
}

#[test]
fn batch_larger_than_the_set_is_the_whole_set() {
    let examples = some_digits();
    let of = |batch| {
        let hyperparameters = settings::<Network>(&[("iterations", 5.0), ("batch", batch)]);
        trained(&weights(&examples, &hyperparameters), &examples, &hyperparameters)
    };
    assert!(of(EXAMPLES as f64) == of(1e6));
}

#[test]
fn tanh_is_within_its_stated_error() {
    let (mut most, mut last) = (0.0_f64, -1.1);
    for thousandth in -20_000_i16..=20_000 {
        let x = f32::from(thousandth) / 1000.0;
        let y = tanh(x);
        most = most.max((f64::from(y) - f64::from(x).tanh()).abs());
        assert!(y >= last - 1e-6, "it rises, but for the rounding: at {x}");
        assert!(y.abs() <= 1.0, "tanh({x}) = {y}");
        assert_eq!(tanh(-x).to_bits(), (-y).to_bits(), "it is odd");
        last = y;
    }
    assert!(most < 6e-6, "off by {most}");
    assert_eq!([f32::MIN, f32::INFINITY].map(|x| (tanh(x).abs() - 1.0).abs() < 6e-6), [true; 2]);
    assert!(tanh(f32::NAN).is_nan());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn batch_may_have_any_size(count in 1..=30_usize, batch in 1..=40_u8, hidden in 1..=12_u8, seed: u64) {
        let examples = some_digits().select(&Vec::from_iter(0..count));
        let hyperparameters =
            settings::<Network>(&[("iterations", 2.0), ("hidden", hidden.into()), ("batch", batch.into())]);
        let mut rng = generator(seed);
        let mut network = Network::new(&examples, &hyperparameters, &mut rng);
        let _ = network.train(&examples, &hyperparameters, &mut rng, &mut ());
        let last = (count - 1) % usize::from(batch) + 1;
        prop_assert_eq!(network.input.dim(), (last, 65));
        prop_assert!(network.input.column(64).iter().all(|bias| *bias == 1.0));
        prop_assert_eq!(network.hidden.dim(), (last, hidden.into()));
        prop_assert_eq!(network.output.dim(), (last, 10));
        prop_assert_eq!(network.predict(&examples.inputs).dim(), (count, 10));
    }
}
