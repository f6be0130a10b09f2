use std::collections::BTreeMap;

use datasets::{Dataset, digits};
use evaluation::{Classifier, Tunable, Value};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde::Deserialize;

use crate::error::Error;

/// The largest values of those hyperparameters that memory and time depend on.
const MOST: [(&str, usize); 2] = [("hidden", 400), ("iterations", 200)];

/// A training that a page asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Setup {
    /// The name of the step.
    pub step: String,
    /// The seed of all random numbers; it deals the digits into training and test set too.
    pub seed: u64,
    /// The hyperparameters that differ from those for the digits, as they are typed.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// What is spoilt before the training starts.
    #[serde(default)]
    pub damage: Option<Damage>,
}

/// Something that no command line offers, as it would be of no use.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Damage {
    /// All weights start with the same value.
    EqualWeights,
    /// The training set is sorted by class. A step that shuffles does not mind.
    SortedExamples,
    /// One weight starts with another last bit: the bias of the first hidden unit.
    LastBit,
}

/// A network before its training, and everything that it needs.
pub(crate) struct Start<N: Classifier> {
    pub dataset: Dataset,
    pub hyperparameters: N::Hyperparameters,
    pub rng: ChaCha8Rng,
    pub network: N,
}

impl Setup {
    /// Returns the hyperparameters of a step.
    pub(crate) fn hyperparameters<T: Tunable>(&self) -> Result<T, Error> {
        let mut hyperparameters = T::digits();
        for (name, text) in &self.settings {
            let invalid = |problem| Error::Setting { name: name.clone(), problem };
            hyperparameters.set(name, text).map_err(invalid)?;
        }
        for (name, most) in MOST {
            if matches!(hyperparameters.get(name), Some(Value::Count(count)) if count > most) {
                return Err(Error::TooMuch { name, most });
            }
        }
        Ok(hyperparameters)
    }

    /// Returns the network as `cargo run -p STEP -- --seed SEED` starts it, but for the damage.
    pub(crate) fn start<N: Classifier>(&self) -> Result<Start<N>, Error> {
        let hyperparameters = self.hyperparameters()?;
        let mut dataset = digits(self.seed);
        if self.damage == Some(Damage::SortedExamples) {
            let mut order = Vec::from_iter(0..dataset.train.len());
            order.sort_by_key(|example| dataset.train.labels[*example]);
            dataset.train = dataset.train.select(&order);
        }
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut network = N::new(&dataset.train, &hyperparameters, &mut rng);
        if let Some(damage @ (Damage::EqualWeights | Damage::LastBit)) = self.damage {
            let mut weights = network.weights();
            if damage == Damage::EqualWeights {
                weights.input_weights.fill(0.1);
                weights.output_weights.fill(0.1);
            } else {
                let bias = (weights.input_weights.nrows() - 1, 0);
                weights.input_weights[bias] = other_last_bit(weights.input_weights[bias]);
            }
            network = N::from_weights(weights);
        }
        Ok(Start { dataset, hyperparameters, rng, network })
    }
}

/// Returns the next larger number: in single precision, if `number` comes from there.
fn other_last_bit(number: f64) -> f64 {
    let single = number as f32;
    if f64::from(single) == number { single.next_up().into() } else { number.next_up() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(settings: &[(&str, &str)]) -> Setup {
        let settings = settings.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        Setup { settings, ..Setup::default() }
    }

    fn problem(settings: &[(&str, &str)]) -> String {
        setup(settings).hyperparameters::<momentum::Hyperparameters>().expect_err("a mistake").to_string()
    }

    #[test]
    fn settings_are_checked() {
        let changed = setup(&[("momentum", "0.9")]).hyperparameters::<momentum::Hyperparameters>();
        assert_eq!(changed.expect("a value").momentum, 0.9);
        assert_eq!(problem(&[("momentum", "much")]), r#"momentum: "much" is not a finite number of 0 or more"#);
        assert_eq!(problem(&[("batch", "8")]), r#"batch: there is no hyperparameter "batch""#);
        assert_eq!(problem(&[("hidden", "401")]), "hidden: the lab takes at most 400; the command line takes more");
    }

    #[test]
    fn the_last_bit_is_that_of_the_precision() {
        assert_eq!(other_last_bit(0.1), 0.1 + f64::EPSILON / 16.0);
        assert_eq!(other_last_bit(1.0), f64::from(1.0 + f32::EPSILON));
    }

    #[test]
    fn damage_is_done_to_one_thing_only() {
        let start =
            |damage| Setup { seed: 3, damage, ..Setup::default() }.start::<momentum::Network>().expect("a start");
        let (sound, sorted) = (start(None), start(Some(Damage::SortedExamples)));
        assert!(sorted.dataset.train.labels.is_sorted() && !sound.dataset.train.labels.is_sorted());
        assert_eq!(sorted.dataset.test.labels, sound.dataset.test.labels);
        assert_eq!(sorted.network.input_weights, sound.network.input_weights);
        let other = start(Some(Damage::LastBit)).network;
        let moved = other
            .input_weights
            .indexed_iter()
            .filter(|(place, weight)| **weight != sound.network.input_weights[*place]);
        assert_eq!(Vec::from_iter(moved.map(|(place, _)| place)), [(64, 0)]);
        assert_eq!(other.output_weights, sound.network.output_weights);
        assert!(start(Some(Damage::EqualWeights)).network.input_weights.iter().all(|weight| *weight == 0.1));
    }
}
