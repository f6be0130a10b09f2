//! The weights of the steps in double precision after the default training on the digits, as a SHA-256.
//!
//! `same_bits` compares it with what is committed: natively, under another library for exp, tanh and ln, and as
//! WebAssembly that node runs (`run.mjs`).

use datasets::digits;
use evaluation::{Classifier, Tunable, Weights};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use sha2::{Digest, Sha256};

/// A step's name, and the SHA-256 of its weights for a seed.
pub type Step = (&'static str, fn(u64) -> [u8; 32]);

/// The steps in double precision, in the order of the series.
pub const STEPS: [Step; 6] = [
    ("naive-loops", fingerprint::<naive_loops::Network>),
    ("vectorized", fingerprint::<vectorized::Network>),
    ("tanh-softmax", fingerprint::<tanh_softmax::Network>),
    ("init-shuffle", fingerprint::<init_shuffle::Network>),
    ("regularized", fingerprint::<regularized::Network>),
    ("momentum", fingerprint::<momentum::Network>),
];

/// Returns the SHA-256 of a step's scaling and weights, as little-endian doubles, after it has learned the digits as
/// `cargo run -p STEP -- --seed SEED` does.
fn fingerprint<N: Classifier>(seed: u64) -> [u8; 32] {
    let examples = digits(seed).train;
    let hyperparameters = N::Hyperparameters::digits();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = N::new(&examples, &hyperparameters, &mut rng);
    let _ = network.train(&examples, &hyperparameters, &mut rng, &mut ());
    let Weights { scaling, input_weights, output_weights } = network.weights();
    let mut hash = Sha256::new();
    for number in scaling.offset.iter().chain(&scaling.factor).chain(&input_weights).chain(&output_weights) {
        hash.update(number.to_le_bytes());
    }
    hash.finalize().into()
}

/// Returns the first 64 bits of the SHA-256 of the step with this number, from 0, in [`STEPS`].
#[unsafe(no_mangle)]
pub extern "C" fn bits(step: usize, seed: u64) -> u64 {
    let [first, ..] = *STEPS[step].1(seed).as_chunks::<8>().0 else { unreachable!("32 bytes") };
    u64::from_be_bytes(first)
}
