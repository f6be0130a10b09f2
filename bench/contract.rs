//! What the peers in Rust share: the data, the rate, and the lines that they print. See README.md.

use datasets::{Dataset, Examples, Scaling};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};
use serde_json::json;

pub const INPUTS: usize = 784;
pub const HIDDEN: usize = 300;
pub const OUTPUTS: usize = 10;
pub const BATCH: usize = 128;
pub const ITERATIONS: usize = 3;
pub const MOMENTUM: f64 = 0.9;
pub const DECAY: f64 = 4e-4;
const EXAMPLES: usize = 60_000;
/// In the first iteration. In each of the others it is half of what it was before.
const RATE: f64 = 0.1;

pub type Error = Box<dyn std::error::Error>;

/// Inputs of shape (examples, 784), of mean 0 and deviation 1, and labels.
pub struct Part {
    pub inputs: Vec<f32>,
    pub labels: Vec<u32>,
}

/// The training set and the test set.
pub fn mnist() -> Result<[Part; 2], Error> {
    let Dataset { train, test, .. } = datasets::mnist(None)?;
    let scaling = Scaling::mean_zero(&train);
    let (offset, factor) = (scaling.offset[0] as f32, scaling.factor[0] as f32); // the same for all pixels
    let part = |examples: &Examples| Part {
        inputs: examples.inputs.iter().map(|input| (input as f32 - offset) * factor).collect(),
        labels: examples.labels.iter().map(|&label| label as u32).collect(),
    };
    Ok([part(&train), part(&test)])
}

/// What all random numbers start from: the argument.
pub fn seed() -> Result<u64, Error> {
    Ok(std::env::args().nth(1).ok_or("the seed is missing")?.parse()?)
}

/// The batches of all iterations, with the learning rate of each.
pub struct Batches {
    rng: ChaCha8Rng,
    order: Vec<u32>,
    rate: f64,
}

impl Batches {
    pub fn new(seed: u64) -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(seed), order: (0..EXAMPLES as u32).collect(), rate: RATE }
    }

    /// Of one iteration: indices of examples, in a new order.
    pub fn shuffled(&mut self) -> Vec<(f64, Vec<u32>)> {
        self.order.shuffle(&mut self.rng);
        let batches = self.order.chunks(BATCH).map(|indices| (self.rate, indices.to_vec())).collect();
        self.rate /= 2.0;
        batches
    }
}

/// The line of an iteration, from 1, that took so many seconds, after which the network gave `answers` to the test set.
pub fn tell_iteration(iteration: usize, seconds: f64, answers: &[u32], test: &Part) {
    let right = std::iter::zip(answers, &test.labels).filter(|(answer, label)| answer == label).count();
    let accuracy = right as f64 / test.labels.len() as f64;
    println!("{}", json!({"iteration": iteration, "seconds": seconds, "test_accuracy": accuracy}));
}

/// The last line. The version is that of `package` in the lock file.
pub fn tell_end(name: &str, package: &str, lock: &str, settings: &str) {
    let versions = lock.split_once(&format!("name = \"{package}\"\nversion = \""));
    let version = versions.and_then(|(_, rest)| rest.split('"').next());
    println!("{}", json!({"name": name, "version": version, "settings": settings}));
}
