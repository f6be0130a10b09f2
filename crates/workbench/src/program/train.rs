//! Training, which is what a step does if it is told nothing else.

use std::{env, path::Path, process};

use console::{Term, style};
use datasets::{Dataset, Features};
use evaluation::{Classifier, Confusion, Tunable, Value, predictions, worst_mistakes};
use ndarray::ArrayView2;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    Error,
    arguments::Train,
    error::Outcome,
    files::{Destination, Destinations, keep_apart},
    learning::{Evaluate, History, check_size, learn},
    model::{Model, ModelError},
    output::Output,
    picture::{Ink, Picture, gallery},
    plot,
    preamble::{Preamble, sizes},
    report::{Report, to_json},
    settings::{self, Chosen},
    text::{grouped, percent, short},
};

/// Mistakes that are shown as pictures.
const SHOWN_MISTAKES: usize = 5;
/// Beyond this, the report and the confusion matrix fill no screen that anybody has.
const MOST_CLASSES: usize = 50;

/// Train a network, and report how good it is.
pub fn train<C: Classifier>(arguments: &Train, chosen: &Chosen) -> Result<Outcome, Error> {
    let Train { data, randomness, files, verbosity, train_accuracy, .. } = arguments;
    let destinations = Destinations::new(files)?;
    let output = Output::new(verbosity.color.color, verbosity.quiet, destinations.all().next().is_some());
    keep_apart(destinations.all(), data.files())?;
    // To save a network where it was loaded from is to go on training.
    let others = destinations.all().filter(|destination| destination.flag != "--save");
    keep_apart(others, files.load.as_deref().map(|path| ("--load", path)))?;

    let checkpoint = files.load.as_deref().map(|path| Checkpoint::load(C::STEP, path)).transpose()?;
    let dataset = data.load(randomness.seed, &output)?;
    let mut rng = ChaCha8Rng::seed_from_u64(randomness.seed);
    let mut hyperparameters = settings::apply_overrides(data.settings::<C::Hyperparameters>(), chosen)?;
    let mut network = match checkpoint {
        Some(checkpoint) => {
            checkpoint.check_fit(&dataset)?;
            checkpoint.adopt_size(&mut hyperparameters, chosen)?;
            C::from_weights(checkpoint.model.weights)
        }
        None => {
            check_size(&dataset.train, &hyperparameters)?;
            C::new(&dataset.train, &hyperparameters, &mut rng)
        }
    };
    let values = settings::values(&hyperparameters);
    output.say(Preamble {
        step: C::STEP,
        data: sizes(&dataset),
        weights: &network.weights(),
        hyperparameters: &values,
        seed: randomness.seed.to_string(),
    })?;

    let evaluate = Evaluate { test: Some(&dataset.test), train: *train_accuracy };
    let history = learn(&mut network, &dataset.train, &hyperparameters, &mut rng, evaluate, &output)?;

    let outputs = network.predict(&dataset.test.inputs);
    let answers = predictions(outputs.view());
    let confusion = Confusion::new(&dataset.test.labels, &answers, dataset.classes.len());
    let told = summarise(&output, &history, &confusion, &dataset.classes)
        .and_then(|()| show_mistakes(&output, &dataset, outputs.view(), &answers));

    // What was learnt is not lost because it cannot be told.
    let report = Report::new(C::STEP, &dataset, randomness.seed, &values, &history, &confusion);
    let model = model_of(&network, &dataset, &values, randomness.seed);
    write(&destinations, &model, &report, &history, &output)?;
    told?;
    match history.outcome() {
        Outcome::Complete => output.end().map(|()| Outcome::Complete),
        outcome => Ok(outcome),
    }
}

/// A model to go on training with.
struct Checkpoint<'a> {
    model: Model,
    path: &'a Path,
}

impl<'a> Checkpoint<'a> {
    fn load(step: &str, path: &'a Path) -> Result<Self, Error> {
        Ok(Self { model: load(step, path)?, path })
    }

    /// Make sure that the network has what it takes to learn from `dataset`.
    fn check_fit(&self, dataset: &Dataset) -> Result<(), Error> {
        let (name, remedy) = (&dataset.name, "load a network that was trained on the same data");
        let (inputs, features) = (self.model.weights.scaling.offset.len(), dataset.train.inputs.ncols());
        if inputs != features {
            let problem = format!("it has learnt from {inputs} features, and {name} has {features}; {remedy}");
            return Err(Error::unusable(self.path, problem));
        }
        if self.model.classes != dataset.classes {
            let [known, wanted] = [&self.model.classes, &dataset.classes].map(|classes| classes.join(", "));
            let problem = format!("it tells {known} apart, and the classes of {name} are {wanted}; {remedy}");
            return Err(Error::unusable(self.path, problem));
        }
        Ok(())
    }

    /// The number of hidden units is that of the network, whatever the default is.
    fn adopt_size<K: Tunable>(&self, hyperparameters: &mut K, chosen: &Chosen) -> Result<(), Error> {
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

/// The model in the file at `path`, if it is one of `step`.
pub fn load(step: &str, path: &Path) -> Result<Model, Error> {
    let model = Model::load(path)?;
    if model.step != step {
        let problem = format!("it holds a network of {0}, not of {step}; use `cargo run -p {0}`", model.step);
        return Err(Error::unusable(path, problem));
    }
    Ok(model)
}

fn summarise(output: &Output, history: &History, confusion: &Confusion, classes: &[String]) -> Result<(), Error> {
    let (right, all) = (confusion.counts.diag().sum(), confusion.counts.sum());
    let accuracy = style(format!("test accuracy {}", percent(confusion.accuracy()))).green().bold();
    let seconds = history.seconds;
    output.say("")?;
    if history.interrupted {
        let iteration = history.iterations.len() + 1;
        output.say(format!("Ctrl-C ended the training in iteration {iteration}. What it has learnt until then:"))?;
    }
    output.say(format!("{accuracy} ({} of {}) after {seconds:.2} s of training\n", grouped(right), grouped(all)))?;
    if classes.len() > MOST_CLASSES {
        return output.say(format!("the report on each of {} classes is what --report is for", grouped(classes.len())));
    }
    let classes = Vec::from_iter(classes.iter().map(|class| short(class)));
    output.say(confusion.report().text(&classes))?;
    output.say(style("Confusion").bold())?;
    output.say(confusion.table(&classes))
}

/// Draw the digits that the network got wrong with the most confidence.
fn show_mistakes(output: &Output, dataset: &Dataset, outputs: ArrayView2<f64>, answers: &[usize]) -> Result<(), Error> {
    let Dataset { classes, test, .. } = dataset;
    let mistakes = worst_mistakes(outputs, &test.labels, SHOWN_MISTAKES);
    let Features::Pixels { height, width, max } = test.features else { return Ok(()) };
    if mistakes.is_empty() {
        return Ok(());
    }
    let picture = |&example: &usize| Picture {
        pixels: test.inputs.row(example).iter().map(|pixel| (pixel / f64::from(max)) as f32).collect(),
        height,
        width,
        caption: format!("{} taken for {}", short(&classes[test.labels[example]]), short(&classes[answers[example]])),
    };
    let pictures: Vec<Picture> = mistakes.iter().map(picture).collect();
    let ink = Ink::choose(console::colors_enabled(), |name| env::var(name).ok());
    output.say(style("Worst mistakes").bold())?;
    output.say(gallery(&pictures, ink, Term::stdout().size().1.into()))
}

fn model_of<C: Classifier>(network: &C, dataset: &Dataset, values: &[(&'static str, Value)], seed: u64) -> Model {
    Model {
        step: C::STEP.to_owned(),
        weights: network.weights(),
        features: dataset.train.features,
        classes: dataset.classes.clone(),
        hyperparameters: values.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        dataset: dataset.name.clone(),
        seed,
    }
}

/// Saves a network that could not be written where it should be among the system's temporary files, and returns the
/// error that says so.
fn rescue(model: &Model, error: ModelError) -> Error {
    let refuge = env::temp_dir().join(format!("{}-{}.safetensors", model.step, process::id()));
    match model.save(&refuge) {
        Ok(()) => Error::Rescued { error, refuge },
        Err(_) => error.into(),
    }
}

/// Write the files that were asked for. If one of them fails, the others are still written.
fn write(
    destinations: &Destinations,
    model: &Model,
    report: &Report,
    history: &History,
    output: &Output,
) -> Result<(), Error> {
    let Destinations { save, report: report_file, plot } = destinations;
    let written = |file: &Destination| output.say(format!("wrote {}", file.path.display()));
    let save = save.as_ref().map(|file| match model.save(&file.path) {
        Ok(()) => written(file),
        Err(error) => Err(rescue(model, error)),
    });
    let report = report_file.as_ref().map(|file| file.write(&to_json(report)).and_then(|()| written(file)));
    let plot = plot.as_ref().map(|file| match history.iterations.as_slice() {
        [] => output.say("no iteration was finished: nothing to plot"),
        iterations => {
            let title = format!("{} on {}, seed {}", model.step, model.dataset, model.seed);
            plot::history(&file.path, &title, &[iterations]).map_err(Error::from).and_then(|()| written(file))
        }
    });
    [save, report, plot].into_iter().flatten().collect()
}
