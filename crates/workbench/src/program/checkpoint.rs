//! Networks that were saved, and the data that they fit.

use std::path::Path;

use datasets::{Dataset, Features};
use evaluation::{Tunable, Weights};
use ndarray::Array1;

use crate::{
    Error,
    data::Data,
    model::{Model, Origin},
    output::Output,
    settings::{self, Chosen},
};

/// How many deviations, or ranges, the mean of a column may lie from where it was.
const FAR: f64 = 3.0;

/// A network that was saved.
pub struct Checkpoint<'a> {
    pub model: Model,
    path: &'a Path,
}

/// Data for a network that was saved.
pub struct Examined {
    /// As they were asked for, or as the network's file has them.
    pub data: Data,
    pub dataset: Dataset,
    /// What the user has to know.
    pub notes: Vec<String>,
    /// Whether the network has learnt from the training set, and from nothing else in them.
    pub known: bool,
}

impl<'a> Checkpoint<'a> {
    pub fn load(step: &str, path: &'a Path) -> Result<Self, Error> {
        Ok(Self { model: load(step, path)?, path })
    }

    /// Load `data`, divided as they were when the network learnt from them, and make sure that it has what it takes.
    pub fn examine(&self, data: &Data, seed: u64, output: &Output) -> Result<Examined, Error> {
        let (path, learnt) = (self.path.display(), &self.model.dataset);
        let Some(origin) = &self.model.origin else {
            // The seed divided the data, if nothing else was said.
            let seed = if self.model.hyperparameters.is_empty() { seed } else { self.model.seed };
            let dataset = data.load(seed, output)?;
            self.check_fit(&dataset)?;
            let split_seed = data.split_seed.or_else(|| data.seed_divides().then_some(seed));
            let note = format!(
                "{path} does not say which examples it has learnt from: it may be tested with some of them, if it was \
                 not seed {} that divided them",
                split_seed.unwrap_or(seed)
            );
            let mut notes = self.far(data, &dataset)?;
            notes.extend(split_seed.map(|_| note));
            return Ok(Examined { data: Data { split_seed, ..data.clone() }, dataset, notes, known: true });
        };

        let followed = data.followed(origin);
        self.check_columns(&followed, origin)?;
        let dataset = followed.load(seed, output)?;
        self.check_fit(&dataset)?;
        let known = Origin::fingerprint(&dataset.train) == origin.fingerprint;
        let by_hand = if data.split_seed.is_some_and(|seed| Some(seed) != origin.split_seed) {
            Some("--split-seed")
        } else {
            let same = |fraction: f64| origin.test_fraction.is_some_and(|known| (known - fraction).abs() < 1e-12);
            data.test_fraction.is_some_and(|fraction| !same(fraction)).then_some("--test-fraction")
        };
        let (data, dataset) = match by_hand {
            None => (followed, dataset),
            Some(flag) if known => {
                return Err(Error::flag(
                    flag,
                    format!(
                        "{path} has learnt from another part of {learnt}, and would be tested with it; leave the flag \
                         out, and the data are divided as they were"
                    ),
                ));
            }
            Some(_) => {
                let data = Data { label: followed.label, ..data.clone() };
                let dataset = data.load(seed, output)?;
                self.check_fit(&dataset)?;
                (data, dataset)
            }
        };
        let mut notes = self.far(&data, &dataset)?;
        if !known {
            notes.push(format!(
                "{} is not what {path} has learnt from, which was {learnt}; if they share examples, it is tested with \
                 what it has learnt",
                dataset.name
            ));
        }
        Ok(Examined { data, dataset, notes, known })
    }

    /// Make sure that the network has what it takes to learn from `dataset`.
    pub fn check_fit(&self, dataset: &Dataset) -> Result<(), Error> {
        let (name, remedy) = (&dataset.name, "load a network that was trained on the same data");
        let (inputs, features) = (self.model.weights.scaling.offset.len(), dataset.train.inputs.ncols());
        if inputs != features {
            let problem = format!("it has learnt from {inputs} features, and {name} has {features}; {remedy}");
            return Err(Error::unusable(self.path, problem));
        }
        if !self.model.step.is_empty() && self.model.features != dataset.train.features {
            let [known, found] = [self.model.features, dataset.train.features].map(describe);
            let problem = format!("it has learnt from {known}, and {name} has {found}; {remedy}");
            return Err(Error::unusable(self.path, problem));
        }
        // Another program's file has no names for its classes.
        let nameless = self.model.step.is_empty() && self.model.classes.len() == dataset.classes.len();
        if !nameless && self.model.classes != dataset.classes {
            let [known, wanted] = [&self.model.classes, &dataset.classes].map(|classes| classes.join(", "));
            let problem = format!("it tells {known} apart, and the classes of {name} are {wanted}; {remedy}");
            return Err(Error::unusable(self.path, problem));
        }
        Ok(())
    }

    /// Make sure that a table has the columns that the network knows, in their order.
    fn check_columns(&self, data: &Data, origin: &Origin) -> Result<(), Error> {
        let (Some(known), Some(found)) = (&origin.columns, data.columns()?) else { return Ok(()) };
        let Some(column) = (0..known.len().max(found.len())).find(|&i| known.get(i) != found.get(i)) else {
            return Ok(());
        };
        let name = |names: &[String]| names.get(column).map_or("missing".to_owned(), |name| format!("{name:?}"));
        let problem = format!(
            "feature {} was {} when it learnt, and is {} in {}; give the table the same columns in the same order",
            column + 1,
            name(known),
            name(&found),
            data.dataset
        );
        Err(Error::unusable(self.path, problem))
    }

    /// Returns what is to be said of columns whose numbers are nothing like those that the network knows.
    fn far(&self, data: &Data, dataset: &Dataset) -> Result<Vec<String>, Error> {
        if self.model.features != Features::Columns {
            return Ok(Vec::new());
        }
        let Weights { scaling, .. } = &self.model.weights;
        let inputs = &dataset.train.inputs;
        let mean = |column| inputs.column(column).sum::<f64>() / inputs.nrows() as f64;
        let scaled = (Array1::from_shape_fn(inputs.ncols(), mean) - &scaling.offset) * &scaling.factor;
        let names = data.columns()?;
        let name = |i: usize| names.as_ref().map_or_else(|| (i + 1).to_string(), |names| format!("{:?}", names[i]));
        let far = scaled.iter().enumerate().filter(|(_, mean)| mean.abs() > FAR).map(|(i, _)| name(i));
        let far: Vec<String> = far.take(5).collect();
        Ok(if far.is_empty() {
            Vec::new()
        } else {
            vec![format!(
                "the numbers of {} lie far from those that {} has learnt from (feature {}): are these the same \
                 columns, in the same units?",
                dataset.name,
                self.path.display(),
                far.join(", ")
            )]
        })
    }

    /// The number of hidden units is that of the network, whatever the default is.
    pub fn adopt_size<K: Tunable>(&self, hyperparameters: &mut K, chosen: &Chosen) -> Result<(), Error> {
        let hidden = self.model.weights.output_weights.nrows();
        let asked_for = settings::count(hyperparameters, "hidden");
        if chosen.iter().any(|(name, _)| *name == "hidden") && asked_for != Some(hidden) {
            let problem =
                format!("the network in {} has {hidden} hidden units; leave the flag out", self.path.display());
            return Err(Error::flag("--hidden", problem));
        }
        // A step that does not choose its size has nothing to adopt.
        let _ = hyperparameters.set("hidden", &hidden.to_string());
        Ok(())
    }
}

fn describe(features: Features) -> String {
    match features {
        Features::Pixels { height, width, max } => format!("images of {height} x {width} pixels from 0 to {max}"),
        Features::Columns => "the columns of a table".to_owned(),
    }
}

/// The model in the file at `path`, if it is one of `step`, or of no step in particular.
pub fn load(step: &str, path: &Path) -> Result<Model, Error> {
    let model = Model::load(path)?;
    if !model.step.is_empty() && model.step != step {
        let problem = format!("it holds a network of {0}, not of {step}; use `cargo run -p {0}`", model.step);
        return Err(Error::unusable(path, problem));
    }
    Ok(model)
}
