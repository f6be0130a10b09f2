//! Each step contains the one before it: with its improvement switched off, it learns the same weights.
//!
//! The same to the last bit, and not nearly the same. The first two networks are chaotic: with the previous change
//! added whole, the effective rate is about 1, and a difference of 1e-16 between two of them grows to 0.2 within 1,000
//! examples of the digits. There is no tolerance that would tell a right step from a wrong one; the same sums in the
//! same order need none. Only `minibatch` has another precision, and its rule is not chaotic: it is held to a
//! tolerance.
//!
//! What `tanh-softmax` shares with `vectorized` is the move of the weights, and that is tested for every step beside
//! the gradients: its activations and its error are the improvement, and have no switch.

use std::iter::zip;

use datasets::{Examples, digits};
use evaluation::{Classifier, Weights};
use ndarray::Array2;
use rand::seq::SliceRandom;
use rayon::ThreadPoolBuilder;
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

/// Assert that both steps begin with the same weights, and learn the same from them.
#[track_caller]
fn assert_learns_the_same<Before: Classifier, After: Classifier>(values: &[(&str, f64)]) {
    let (before, after) = (&settings::<Before>(values), &settings::<After>(values));
    let examples = thousand_digits();
    let weights = untrained::<Before>(&examples, before);
    assert_same(&untrained::<After>(&examples, after), &weights);
    assert_same(&trained::<After>(&weights, &examples, after), &trained::<Before>(&weights, &examples, before));
}

#[test]
fn vectorized_learns_the_weights_of_naive_loops() {
    let values = [("iterations", 1.0)];
    assert_learns_the_same::<naive_loops::Network, vectorized::Network>(&values);
}

/// Without shuffling: its examples are shown one at a time. The initial weights and the scaling are those of the step
/// before.
#[test]
fn init_shuffle_in_order_learns_the_weights_of_tanh_softmax() {
    let examples = thousand_digits();
    let values = [("iterations", 1.0), ("momentum", 0.05)];
    let (predecessor, hyperparameters) =
        (settings::<tanh_softmax::Network>(&values), settings::<init_shuffle::Network>(&values));
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
    let values = [("iterations", 2.0), ("momentum", 0.05), ("l2_in", 0.0), ("l2_out", 0.0)];
    assert_learns_the_same::<init_shuffle::Network, regularized::Network>(&values);
}

#[test]
fn momentum_of_0_at_a_constant_rate_learns_the_weights_of_regularized() {
    let values = [("iterations", 2.0), ("learning_rate", 0.05), ("momentum", 0.0), ("rate_decay", 0.0)];
    assert_learns_the_same::<regularized::Network, momentum::Network>(&values);
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

/// Batches of one example at a constant rate, in the same order: the same but for the precision, of 6e-8, and for the
/// approximation of tanh, of 6e-6.
#[test]
fn minibatch_of_one_example_learns_the_weights_of_momentum() {
    let examples = thousand_digits();
    let values = [("learning_rate", 0.01), ("momentum", 0.5), ("batch", 1.0), ("l2_in", 1e-3), ("l2_out", 1e-2)];
    let (predecessor, hyperparameters) =
        (settings::<momentum::Network>(&values), settings::<minibatch::Network>(&values));
    let weights = untrained::<momentum::Network>(&examples, &predecessor);
    let mut before = momentum::Network::from_weights(weights.clone());
    let mut after = minibatch::Network::from_weights(weights.clone());
    learn_in_order(&mut before, &examples, 0..examples.len(), &predecessor);
    learn_in_order(&mut after, &examples, 0..examples.len(), &hyperparameters);
    let layers = |weights: Weights| [weights.input_weights, weights.output_weights];
    let (before, after, start) = (layers(before.weights()), layers(after.weights()), layers(weights));
    let farthest = |one: &[Array2<f64>; 2], other: &[Array2<f64>; 2]| {
        let differences =
            zip(one, other).flat_map(|(one, other)| zip(one, other).map(|(one, other)| (one - other).abs()));
        differences.fold(0.0, f64::max)
    };
    assert!(farthest(&before, &start) > 0.1, "nothing learnt, nothing shown");
    let apart = farthest(&before, &after);
    assert!(apart < 1e-4, "{apart} apart after {} examples", examples.len());
}

/// Enough work for seven cores or more, in shares of equal size and of others; batches that divide the set, and that do
/// not, and larger than the set; and so little work that a single core does it.
#[test]
fn parallel_learns_the_weights_of_minibatch_on_any_number_of_threads() {
    let examples = thousand_digits().select(&Vec::from_iter(0..301));
    for (hidden, batch) in [(1200.0, 100.0), (1201.0, 128.0), (531.0, 301.0), (137.0, 1000.0), (37.0, 1.0)] {
        let values = [("iterations", 2.0), ("hidden", hidden), ("batch", batch)];
        let weights = untrained::<minibatch::Network>(&examples, &settings::<minibatch::Network>(&values));
        let expected = trained::<minibatch::Network>(&weights, &examples, &settings::<minibatch::Network>(&values));
        for threads in [1, 2, 3, 7] {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            let hyperparameters = settings::<parallel::Network>(&values);
            let learned = pool.install(|| trained::<parallel::Network>(&weights, &examples, &hyperparameters));
            assert_same(&learned, &expected);
        }
    }
}

#[test]
fn distortions_without_distortions_learns_the_weights_of_parallel() {
    let shared = [("iterations", 2.0), ("batch", 8.0), ("learning_rate", 0.1), ("l2_in", 1e-3), ("l2_out", 3e-3)];
    let off = ["rotation", "scale", "shear", "shift", "alpha"].map(|distortion| (distortion, 0.0));
    assert_learns_the_same::<parallel::Network, distortions::Network>(&[&shared[..], &off].concat());
}
