//! Trains the networks of the pad in the book on MNIST, and writes them to `book/lab/networks`:
//! `cargo run -p playground --bin networks -- [STEP]...`, all of them if none is named.

use std::{env, error::Error, path::Path};

use datasets::{Dataset, mnist};
use evaluation::{Classifier, Tunable, evaluate};
use playground::Network;
use rand::{SeedableRng, rngs::ChaCha8Rng};

const SEED: u64 = 1;
/// Units of every network, also of those that have more of their own: a page loads all networks.
const HIDDEN: &str = "100";

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = Vec::from_iter(env::args().skip(1));
    let dataset = mnist(None)?;
    macro_rules! each {
        (of $($step:ident)+) => {
            $(if wanted.is_empty() || wanted.iter().any(|step| step == <$step::Network as Classifier>::STEP) {
                learn::<$step::Network>(&dataset)?;
            })+
        };
    }
    records::every_step!([each] of);
    Ok(())
}

/// Trains the network of a step with its own settings for MNIST, and writes it.
fn learn<N: Classifier>(dataset: &Dataset) -> Result<(), Box<dyn Error>> {
    let mut hyperparameters = N::Hyperparameters::mnist();
    hyperparameters.set("hidden", HIDDEN)?;
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut network = N::new(&dataset.train, &hyperparameters, &mut rng);
    let _ = network.train(&dataset.train, &hyperparameters, &mut rng, &mut ());
    let file = Network::new(N::STEP, network.weights());
    let right = evaluate(&mut file.classifier::<N>(), &dataset.test).counts.diag().sum();
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../book/lab/networks")
        .join(N::STEP)
        .with_extension("safetensors");
    std::fs::write(&path, file.with_result(right).to_bytes()?)?;
    println!("{}: {right} of {} test images", N::STEP, dataset.test.len());
    Ok(())
}
