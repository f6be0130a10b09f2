//! Each step contains the one before it: with its improvement switched off, it learns the same weights.
//!
//! The same to the last bit, and not nearly the same. The first two networks are chaotic: with the previous change added
//! whole, the effective rate is about 1, and a difference of 1e-16 between two of them grows to 0.2 within 1,000 examples
//! of the digits. There is no tolerance that would tell a right step from a wrong one; the same sums in the same order
//! need none.
//!
//! What `tanh-softmax` shares with `vectorized` is the move of the weights, and that is tested for every step beside the
//! gradients: its activations and its error are the improvement, and have no switch.

use datasets::{Examples, digits};
use evaluation::{Classifier, Weights};
use rand::seq::SliceRandom;
use tests::{generator, learn_in_order, settings};

/// Enough of the digits to learn from, and few enough to be quick.
fn thousand_digits() -> Examples {
    let train = digits(1).train;
    train.select(&(0..1000).collect::<Vec<_>>())
}

/// What a network of the step `N` has learnt that began with `weights`.
fn trained<N: Classifier>(weights: &Weights, examples: &Examples, hyperparameters: &N::Hyperparameters) -> Weights {
    let mut network = N::from_weights(weights.clone());
    let _ = network.train(examples, hyperparameters, &mut generator(2), &mut ());
    assert!(network.weights() != *weights, "nothing learnt, nothing shown");
    network.weights()
}

fn untrained<N: Classifier>(examples: &Examples, hyperparameters: &N::Hyperparameters) -> Weights {
    N::new(examples, hyperparameters, &mut generator(1)).weights()
}

/// Assert that they are the same to the last bit.
#[track_caller]
fn assert_same(weights: &Weights, expected: &Weights) {
    let bits = |weights: &Weights| -> Vec<u64> {
        let layers = weights.input_weights.iter().chain(&weights.output_weights);
        layers.map(|weight| weight.to_bits()).collect()
    };
    assert!(weights.scaling == expected.scaling, "the inputs are scaled in another way");
    let pairs = bits(weights).into_iter().zip(bits(expected));
    let different = pairs.filter(|(weight, expected)| weight != expected).count();
    assert_eq!(different, 0, "so many weights are different");
}

#[test]
fn vectorized_learns_the_weights_of_naive_loops() {
    let examples = thousand_digits();
    let knobs = [("iterations", 1.0)];
    let (predecessor, hyperparameters) =
        (settings::<naive_loops::Network>(&knobs), settings::<vectorized::Network>(&knobs));
    let weights = untrained::<naive_loops::Network>(&examples, &predecessor);
    assert_same(&weights, &untrained::<vectorized::Network>(&examples, &hyperparameters));
    assert_same(
        &trained::<naive_loops::Network>(&weights, &examples, &predecessor),
        &trained::<vectorized::Network>(&weights, &examples, &hyperparameters),
    );
}

/// Without shuffling: its examples are shown one at a time. The initial weights and the scaling are those of the step
/// before.
#[test]
fn init_shuffle_in_order_learns_the_weights_of_tanh_softmax() {
    let examples = thousand_digits();
    let knobs = [("iterations", 1.0), ("momentum", 0.05)];
    let (predecessor, hyperparameters) =
        (settings::<tanh_softmax::Network>(&knobs), settings::<init_shuffle::Network>(&knobs));
    let weights = untrained::<tanh_softmax::Network>(&examples, &predecessor);
    let mut network = init_shuffle::Network::from_weights(weights.clone());
    learn_in_order(&mut network, &examples, 0..examples.len(), &hyperparameters);
    assert_same(&network.weights(), &trained::<tanh_softmax::Network>(&weights, &examples, &predecessor));
}

#[test]
fn init_shuffle_shows_every_example_once_in_an_order_by_the_generator() {
    let examples = thousand_digits();
    let hyperparameters = settings::<init_shuffle::Network>(&[("iterations", 2.0)]);
    let weights = untrained::<init_shuffle::Network>(&examples, &hyperparameters);
    let mut network = init_shuffle::Network::from_weights(weights.clone());
    let mut rng = generator(2);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for _ in 0..2 {
        order.shuffle(&mut rng);
        learn_in_order(&mut network, &examples, order.iter().copied(), &hyperparameters);
    }
    assert_same(&network.weights(), &trained::<init_shuffle::Network>(&weights, &examples, &hyperparameters));
}

#[test]
fn regularized_without_decay_learns_the_weights_of_init_shuffle() {
    let examples = thousand_digits();
    let knobs = [("iterations", 2.0), ("momentum", 0.05), ("l2_in", 0.0), ("l2_out", 0.0)];
    let (predecessor, hyperparameters) =
        (settings::<init_shuffle::Network>(&knobs), settings::<regularized::Network>(&knobs));
    let weights = untrained::<init_shuffle::Network>(&examples, &predecessor);
    assert_same(&weights, &untrained::<regularized::Network>(&examples, &hyperparameters));
    assert_same(
        &trained::<init_shuffle::Network>(&weights, &examples, &predecessor),
        &trained::<regularized::Network>(&weights, &examples, &hyperparameters),
    );
}

#[test]
fn momentum_of_0_at_a_constant_rate_learns_the_weights_of_regularized() {
    let examples = thousand_digits();
    let knobs = [("iterations", 2.0), ("learning_rate", 0.05), ("momentum", 0.0), ("rate_decay", 0.0)];
    let (predecessor, hyperparameters) =
        (settings::<regularized::Network>(&knobs), settings::<momentum::Network>(&knobs));
    let weights = untrained::<regularized::Network>(&examples, &predecessor);
    assert_same(&weights, &untrained::<momentum::Network>(&examples, &hyperparameters));
    assert_same(
        &trained::<regularized::Network>(&weights, &examples, &predecessor),
        &trained::<momentum::Network>(&weights, &examples, &hyperparameters),
    );
}

#[test]
fn momentum_divides_the_rate_after_every_iteration() {
    let examples = thousand_digits();
    let mut hyperparameters = settings::<momentum::Network>(&[("iterations", 3.0), ("rate_decay", 0.5)]);
    let weights = untrained::<momentum::Network>(&examples, &hyperparameters);
    let expected = trained::<momentum::Network>(&weights, &examples, &hyperparameters);
    let mut network = momentum::Network::from_weights(weights);
    let mut rng = generator(2);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for _ in 0..3 {
        order.shuffle(&mut rng);
        learn_in_order(&mut network, &examples, order.iter().copied(), &hyperparameters);
        hyperparameters.learning_rate /= 1.5;
    }
    assert_same(&network.weights(), &expected);
}
