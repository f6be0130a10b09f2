//! Training, which is what a step does if it is told nothing else.

use std::{env, process};

use console::{Term, style};
use datasets::{Dataset, Features};
use evaluation::{Classifier, Confusion, Value, predictions, worst_mistakes};
use ndarray::ArrayView2;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    Error,
    arguments::Train,
    checkpoint::{Checkpoint, Examined},
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
    let seed = randomness.seed;
    let Examined { data, dataset, notes, .. } = match &checkpoint {
        Some(checkpoint) => checkpoint.examine(data, seed, &output)?,
        None => Examined { data: data.clone(), dataset: data.load(seed, &output)?, notes: Vec::new(), known: false },
    };
    let settled = checkpoint.is_some().then_some(
        "the network goes on learning with velocity, schedule and the order of the examples begun anew, and may \
         answer worse at first",
    );
    let mut rng = ChaCha8Rng::seed_from_u64(randomness.seed);
    let mut hyperparameters = settings::apply_overrides(data.settings::<C::Hyperparameters>(), chosen)?;
    let mut network = match checkpoint {
        Some(checkpoint) => {
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

    for note in notes.iter().map(String::as_str).chain(settled) {
        output.say(format!("note: {note}"))?;
    }
    // Before the training, which no error must lose.
    let origin = destinations.save.as_ref().map(|_| data.origin(&dataset, seed)).transpose()?;

    let evaluate = Evaluate { test: Some(&dataset.test), train: *train_accuracy };
    let history = learn(&mut network, &dataset.train, &hyperparameters, &mut rng, evaluate, &output)?;

    let outputs = network.predict(&dataset.test.inputs);
    let answers = predictions(outputs.view());
    let confusion = Confusion::new(&dataset.test.labels, &answers, dataset.classes.len());
    let told = summarise(&output, &history, &confusion, &dataset.classes)
        .and_then(|()| show_mistakes(&output, &dataset, outputs.view(), &answers));

    // What was learnt is not lost because it cannot be told.
    let report = Report::new(C::STEP, &dataset, randomness.seed, &values, &history, &confusion);
    let model = Model { origin, ..model_of(&network, &dataset, &values, seed) };
    write(&destinations, &model, &report, &history, &output)?;
    told?;
    match history.outcome() {
        Outcome::Complete => output.end().map(|()| Outcome::Complete),
        outcome => Ok(outcome),
    }
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
    tell(output, confusion, classes)
}

/// Tell how well each class was recognised, and what it was taken for.
pub fn tell(output: &Output, confusion: &Confusion, classes: &[String]) -> Result<(), Error> {
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

/// The model of a network that has learnt from `dataset`, which `origin` is still to be said of.
pub fn model_of<C: Classifier>(network: &C, dataset: &Dataset, values: &[(&'static str, Value)], seed: u64) -> Model {
    Model {
        step: C::STEP.to_owned(),
        weights: network.weights(),
        features: dataset.train.features,
        classes: dataset.classes.clone(),
        hyperparameters: values.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        dataset: dataset.name.clone(),
        seed,
        origin: None,
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
pub fn write(
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
