//! The test images of MNIST that the best single network of the record misreads.

use datasets::Dataset;
use distortions::{Hyperparameters, Network};
use evaluation::{Classifier, Tunable, predictions};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::{hidden::images, sheet::Sheet};

/// Seed 1 of the record.
const SEED: u64 = 1;
/// Images in a row.
const ACROSS: usize = 10;
/// From one image to the next, in units of the picture.
const PITCH: (f64, f64) = (58.0, 76.0);

/// Trains the network as recorded, which takes minutes, and returns the images, each with its class and the answer.
pub fn misread(mnist: &Dataset) -> String {
    let hyperparameters = Hyperparameters::mnist();
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut network = Network::new(&mnist.train, &hyperparameters, &mut rng);
    let _ = network.train(&mnist.train, &hyperparameters, &mut rng, &mut ());
    sheet(mnist, &predictions(network.predict(&mnist.test.inputs).view()))
}

/// Returns the images whose answers are wrong, in the order of their classes.
fn sheet(mnist: &Dataset, answers: &[usize]) -> String {
    let labels = &mnist.test.labels;
    let mut wrong = Vec::from_iter((0..labels.len()).filter(|&index| answers[index] != labels[index]));
    wrong.sort_by_key(|&index| (labels[index], answers[index], index));
    let mut sheet = Sheet::new(20.0 + PITCH.0 * ACROSS as f64);
    for (place, &index) in wrong.iter().enumerate() {
        let (x, y) = (10.0 + PITCH.0 * (place % ACROSS) as f64, 10.0 + PITCH.1 * (place / ACROSS) as f64);
        sheet.image((x, y), 2.0, &images(&mnist.test, &[index]));
        sheet.text((x, y + 69.0), &format!("{}: {}?", labels[index], answers[index]));
    }
    sheet.svg(10.0 + PITCH.1 * wrong.len().div_ceil(ACROSS) as f64)
}
