//! The steps as what trains them.

use datasets::Dataset;
use evaluation::{Classifier, InvalidValue, Tunable};
use xtask::tasks::{DataSet, Overrides, Task};

use crate::training::{Trained, train as train_by};

/// A step of the series as a program.
struct Step {
    name: &'static str,
    train: Train,
}

/// Trains a network on the data by a seed, and calls a function after each iteration.
type Train = fn(DataSet, Overrides, &Dataset, u64, &dyn Fn()) -> Result<Trained, TrainError>;

macro_rules! steps {
    ($($step:ident)+) => {
        [$(Step { name: <$step::Network as Classifier>::STEP, train: train_with::<$step::Network> }),+]
    };
}

static STEPS: [Step; records::STEPS.len()] = records::every_step!([steps]);

/// Why a training has no result.
#[derive(Debug)]
pub enum TrainError {
    /// It has settings that it cannot have.
    Settings(InvalidValue),
    /// It diverged in this iteration, from 1.
    Diverged(usize),
}

/// Trains the network of `task` by `seed`, and calls `tick` after each iteration.
pub fn train(task: &Task, dataset: &Dataset, seed: u64, tick: &dyn Fn()) -> Result<Trained, TrainError> {
    let step = STEPS.iter().find(|step| step.name == task.step.name).expect("a step of the list");
    (step.train)(task.data, task.overrides(), dataset, seed, tick)
}

fn hyperparameters<C: Classifier>(data: DataSet, overrides: Overrides) -> Result<C::Hyperparameters, InvalidValue> {
    let mut hyperparameters = match data {
        DataSet::Digits => C::Hyperparameters::digits(),
        DataSet::Mnist => C::Hyperparameters::mnist(),
    };
    for (name, value) in overrides {
        hyperparameters.set(name, value)?;
    }
    Ok(hyperparameters)
}

fn train_with<C: Classifier>(
    data: DataSet,
    overrides: Overrides,
    dataset: &Dataset,
    seed: u64,
    tick: &dyn Fn(),
) -> Result<Trained, TrainError> {
    let hyperparameters = hyperparameters::<C>(data, overrides).map_err(TrainError::Settings)?;
    train_by::<C>(dataset, &hyperparameters, seed, tick).map_err(TrainError::Diverged)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use evaluation::Value;
    use serde_json::Number;
    use xtask::{root, tasks::tasks};

    use super::*;

    /// The settings of a step as a record has them.
    fn numbers<C: Classifier>(task: &Task) -> BTreeMap<String, Number> {
        let values = hyperparameters::<C>(task.data, task.overrides()).unwrap();
        let number = |name| match values.get(name)? {
            Value::Count(count) => Some(Number::from(count)),
            Value::Factor(factor) => Number::from_f64(factor),
        };
        let all = C::Hyperparameters::ALL.iter();
        all.map(|known| (known.name.to_owned(), number(known.name).unwrap())).collect()
    }

    macro_rules! numbers {
        ($($step:ident)+) => {
            [$(numbers::<$step::Network> as fn(&Task) -> BTreeMap<String, Number>),+]
        };
    }

    /// The checks read them from the sources, and this program has them compiled.
    #[test]
    fn the_settings_in_the_sources_are_those_of_the_programs() {
        assert_eq!(STEPS.each_ref().map(|step| step.name), records::STEPS.each_ref().map(|step| step.name));
        let compiled = records::every_step!([numbers]);
        for task in tasks() {
            let step = STEPS.iter().position(|step| step.name == task.step.name).unwrap();
            assert_eq!(task.hyperparameters(&root()).unwrap(), compiled[step](&task), "{task}");
        }
    }
}
