//! What holds for a network of any size, before and after it has learnt.

use datasets::{Examples, Features, Inputs};
use evaluation::{Classifier, Weights};
use ndarray::{Array2, Axis};
use proptest::{collection::vec, prelude::*};
use tests::{every_step, generator, is_single, learn_in_order, settings};

/// As many cases as take a second or two, and no file left behind in the sources when one fails.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() }
}

/// From 1 to 30 examples with 1 to 20 features of 2 to 6 classes: pixels, or columns that differ in their units.
fn examples() -> impl Strategy<Value = Examples> {
    (1..=30_usize, 1..=20_usize, 2..=6_usize, any::<bool>()).prop_flat_map(|(count, features, classes, pixels)| {
        let (feature, features_are) = if pixels {
            ((0..=255_i16).boxed(), Features::Pixels { height: 1, width: features, max: 255 })
        } else {
            (any::<i16>().boxed(), Features::Columns)
        };
        (vec(feature, count * features), vec(0..classes, count)).prop_map(move |(inputs, labels)| {
            let inputs = Array2::from_shape_vec((count, features), inputs).expect("as many as there are places");
            let inputs: Inputs =
                if pixels { inputs.mapv(|pixel| pixel as u8).into() } else { inputs.mapv(f64::from).into() };
            Examples::new(inputs, labels, classes, features_are)
        })
    })
}

/// A network with 1 to 12 hidden units, as `seed` has it, that has learnt for some iterations, or for none.
fn network<N: Classifier>(examples: &Examples, hidden: u8, iterations: u8, seed: u64) -> N {
    let mut hyperparameters = settings::<N>(&[("hidden", hidden.into())]);
    let mut rng = generator(seed);
    let mut network = N::new(examples, &hyperparameters, &mut rng);
    if iterations > 0 {
        hyperparameters = settings::<N>(&[("hidden", hidden.into()), ("iterations", iterations.into())]);
        let _ = network.train(examples, &hyperparameters, &mut rng, &mut ());
    }
    network
}

every_step!(sizes_are_those_of_the_examples);

fn sizes_are_those_of_the_examples<N: Classifier>() {
    proptest!(config(), |(examples in examples(), hidden in 1..=12_u8, seed: u64)| {
        let mut network = network::<N>(&examples, hidden, 1, seed);
        prop_assert_eq!(network.predict(&examples.inputs).dim(), examples.targets.dim());
        let Weights { scaling, input_weights, output_weights } = network.weights();
        let features = examples.inputs.ncols();
        prop_assert_eq!((scaling.offset.len(), scaling.factor.len()), (features, features));
        prop_assert_eq!(input_weights.dim(), (features + 1, hidden.into()));
        prop_assert_eq!(output_weights.dim(), (hidden.into(), examples.classes()));
    });
}

every_step!(learns_finite_weights_and_activations_from_0_to_1);

fn learns_finite_weights_and_activations_from_0_to_1<N: Classifier>() {
    proptest!(config(), |(examples in examples(), hidden in 1..=12_u8, iterations in 0..=5_u8, seed: u64)| {
        let mut network = network::<N>(&examples, hidden, iterations, seed);
        let Weights { scaling, input_weights, output_weights } = network.weights();
        prop_assert!(scaling.offset.iter().chain(&scaling.factor).all(|x| x.is_finite()));
        prop_assert!(input_weights.iter().chain(&output_weights).all(|weight| weight.is_finite()));
        prop_assert!(network.predict(&examples.inputs).iter().all(|output| (0.0..=1.0).contains(output)));
    });
}

every_step!(outputs_are_strictly_between_0_and_1: naive_loops, vectorized);

/// Before learning: later a unit may be as sure as a number can say.
fn outputs_are_strictly_between_0_and_1<N: Classifier>() {
    proptest!(config(), |(examples in examples(), hidden in 1..=12_u8, seed: u64)| {
        let outputs = network::<N>(&examples, hidden, 0, seed).predict(&examples.inputs);
        prop_assert!(outputs.iter().all(|&output| 0.0 < output && output < 1.0));
    });
}

every_step!(
    outputs_are_probabilities: tanh_softmax, init_shuffle, regularized, momentum, minibatch, parallel, distortions
);

fn outputs_are_probabilities<N: Classifier>() {
    let tolerance = if is_single::<N>() { 1e-6 } else { 1e-12 };
    proptest!(config(), |(examples in examples(), hidden in 1..=12_u8, iterations in 0..=5_u8, seed: u64)| {
        let outputs = network::<N>(&examples, hidden, iterations, seed).predict(&examples.inputs);
        for sum in outputs.sum_axis(Axis(1)) {
            prop_assert!((sum - 1.0).abs() < tolerance, "they sum to {}", sum);
        }
    });
}

every_step!(answer_does_not_depend_on_the_company);

fn answer_does_not_depend_on_the_company<N: Classifier>() {
    proptest!(config(), |(examples in examples(), hidden in 1..=12_u8, seed: u64)| {
        let mut network = network::<N>(&examples, hidden, 1, seed);
        let together = network.predict(&examples.inputs);
        for example in 0..examples.len() {
            let alone = network.predict(&examples.select(&[example]).inputs);
            prop_assert_eq!(alone.row(0), together.row(example));
        }
    });
}

every_step!(answers_survive_the_weights_being_taken_out_and_put_back);

fn answers_survive_the_weights_being_taken_out_and_put_back<N: Classifier>() {
    proptest!(config(), |(examples in examples(), hidden in 1..=12_u8, seed: u64)| {
        let mut network = network::<N>(&examples, hidden, 1, seed);
        let mut again = N::from_weights(network.weights());
        prop_assert_eq!(again.predict(&examples.inputs), network.predict(&examples.inputs));
    });
}

every_step!(learns_one_example_by_heart);

fn learns_one_example_by_heart<N: Classifier>() {
    let examples = columns(&[[3.0, -7.0]], &[1], 3);
    let hyperparameters = settings::<N>(&[("hidden", 4.0), ("learning_rate", 0.1), ("iterations", 300.0)]);
    let mut network = N::new(&examples, &hyperparameters, &mut generator(1));
    let first = learn_in_order(&mut network, &examples, [0], &hyperparameters);
    let _ = network.train(&examples, &hyperparameters, &mut generator(1), &mut ());
    let last = learn_in_order(&mut network, &examples, [0], &hyperparameters);
    assert!(last < first / 5.0, "the error was {first} and is {last}");
}

every_step!(tells_two_classes_by_one_feature);

fn tells_two_classes_by_one_feature<N: Classifier>() {
    learns::<N>(&columns(&[[-3.0], [5.0], [-2.0], [6.0]], &[0, 1, 0, 1], 2));
}

every_step!(constant_features_do_no_harm);

/// 0, something, and something large, beside the one feature that tells.
fn constant_features_do_no_harm<N: Classifier>() {
    let rows = [-3.0, 5.0, -2.0, 6.0].map(|telling| [0.0, telling, 7.0, 1e30]);
    learns::<N>(&columns(&rows, &[0, 1, 0, 1], 2));
}

/// Assert that a network of the step answers right for all `examples` once it has learnt from them.
fn learns<N: Classifier>(examples: &Examples) {
    let hyperparameters = settings::<N>(&[("hidden", 6.0), ("learning_rate", 0.1), ("iterations", 300.0)]);
    let mut network = N::new(examples, &hyperparameters, &mut generator(1));
    let _ = network.train(examples, &hyperparameters, &mut generator(1), &mut ());
    let outputs = network.predict(&examples.inputs);
    assert_eq!(evaluation::predictions(outputs.view()), examples.labels, "{outputs}");
}

fn columns<const FEATURES: usize>(rows: &[[f64; FEATURES]], labels: &[usize], classes: usize) -> Examples {
    Examples::new(Array2::from(rows.to_vec()), labels.to_vec(), classes, Features::Columns)
}
