//! Does each step read digits as well as it did when it was written?
//!
//! With the settings for the digits, but for fewer iterations, so that it does not take long.

use datasets::digits;
use evaluation::{Classifier, accuracy, mean_and_deviation, predictions};
use tests::{every_step, generator, settings};

/// What was measured with seeds 0 to 9: the mean of the accuracy on the test set, and its standard deviation from seed
/// to seed, in percent. To measure anew, set `SEEDS` to 10:
/// `cargo test -p tests --test accuracy -- --nocapture`.
const MEASURED: &[(&str, f64, f64)] = &[
    ("naive-loops", 83.96, 9.12),
    ("vectorized", 83.96, 9.12),
    ("tanh-softmax", 97.07, 0.89),
    ("init-shuffle", 98.13, 0.51),
    ("regularized", 98.20, 0.41),
    ("momentum", 98.33, 0.51),
    ("minibatch", 98.27, 0.40),
    ("parallel", 98.27, 0.40),
    ("distortions", 98.80, 0.39),
];
const SEEDS: u64 = 5;
const ITERATIONS: f64 = 30.0;

every_step!(reads_digits_as_well_as_when_it_was_measured);

/// The mean over fewer seeds may be lower by four of its own deviations. That also covers a processor whose `exp`
/// differs in the last bit, which is another draw of luck for the first networks.
fn reads_digits_as_well_as_when_it_was_measured<N: Classifier>() {
    let measured = MEASURED.iter().find(|(step, ..)| *step == N::STEP);
    let (_, expected, deviation) = measured.unwrap_or_else(|| panic!("measure {} for tests/accuracy.rs", N::STEP));
    let floor = expected - 4.0 * deviation / (SEEDS as f64).sqrt();

    let percents: Vec<f64> = (0..SEEDS).map(percent_right::<N>).collect();
    let (mean, deviation) = mean_and_deviation(&percents);
    println!("{}: {mean:.2} % right, deviation {deviation:.2}, at least {floor:.2} % expected", N::STEP);
    assert!(mean >= floor, "{}: {mean:.2} % right in the mean, at least {floor:.2} % expected", N::STEP);
}

/// The factor 1, which the first two steps have, is why `tanh-softmax` made it a hyperparameter: of ten digits, a guess
/// finds one in ten.
#[test]
fn softmax_only_guesses_with_the_factor_of_the_first_steps() {
    for seed in 0..SEEDS {
        let percent = percent_right_with::<tanh_softmax::Network>(seed, &[("iterations", 10.0), ("momentum", 1.0)]);
        assert!(percent < 20.0, "seed {seed}: {percent:.2} % right");
    }
}

/// The accuracy on the test set in percent. `seed` deals the digits, draws the weights and shuffles.
fn percent_right<N: Classifier>(seed: u64) -> f64 {
    percent_right_with::<N>(seed, &[("iterations", ITERATIONS)])
}

/// The same with other `changes` to the settings for the digits.
fn percent_right_with<N: Classifier>(seed: u64, changes: &[(&str, f64)]) -> f64 {
    let digits = digits(seed);
    let hyperparameters = settings::<N>(changes);
    let mut rng = generator(seed);
    let mut network = N::new(&digits.train, &hyperparameters, &mut rng);
    let _ = network.train(&digits.train, &hyperparameters, &mut rng, &mut ());
    let outputs = network.predict(&digits.test.inputs);
    100.0 * accuracy(&predictions(outputs.view()), &digits.test.labels)
}
