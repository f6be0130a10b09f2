//! The command line, the same for every step but for the hyperparameters.

use std::{error::Error as _, ffi::OsString, ops::RangeInclusive, path::PathBuf};

use clap::{
    Args, Command, FromArgMatches,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{
    Error,
    data::{Data, fraction, seed},
    output::Color,
    settings::{Chosen, Flags, Use},
};

/// Networks that are trained at the same time.
const MOST_THREADS: usize = 1024;
/// Networks that are trained one after the other, of which the outputs are kept.
const MOST_SEEDS: u64 = 1_000;

/// The requested command.
#[derive(Debug)]
pub enum Task {
    /// Train a network and report.
    Train(Train, Chosen),
    /// Answer for images or rows with a network that was saved.
    Predict(Predict),
    /// Measure a network that was saved.
    Evaluate(Evaluate),
    /// Compare hyperparameters.
    Tune(Tune, Vec<(&'static str, Vec<String>)>),
    /// Answer Kaggle's digit recogniser.
    Kaggle(Kaggle, Chosen),
}

/// Train a network, and report how good it is.
#[derive(Args, Debug)]
pub struct Train {
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub randomness: Randomness,
    /// Train so many networks, with this seed and those that follow it, and report the mean and the spread
    #[arg(long, help_heading = "Data", value_name = "COUNT", value_parser = seeds, allow_negative_numbers = true)]
    pub seeds: Option<u64>,
    #[command(flatten)]
    pub files: Files,
    /// Measure the accuracy on the training set too, after each iteration
    #[arg(long, help_heading = "Output")]
    pub train_accuracy: bool,
    #[command(flatten)]
    pub verbosity: Verbosity,
}

impl Train {
    /// The seeds of the networks to train.
    pub fn seeds(&self) -> Result<RangeInclusive<u64>, Error> {
        let (first, count) = (self.randomness.seed, self.seeds.unwrap_or(1));
        let last = first.checked_add(count - 1);
        last.map(|last| first..=last).ok_or_else(|| {
            Error::flag("--seeds", format!("{count} seeds from {first} on pass the largest, {}", u64::MAX))
        })
    }
}

/// The seed of the random numbers.
#[derive(Args, Debug)]
#[command(next_help_heading = "Data")]
pub struct Randomness {
    /// Seed of the random numbers: the same seed gives the same network
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = seed, allow_negative_numbers = true)]
    pub seed: u64,
}

/// Files to read and write.
#[derive(Args, Debug)]
#[command(next_help_heading = "Files")]
pub struct Files {
    /// Where to save the network when it is trained (safetensors)
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// A saved network, to go on training: data are divided as in its file; velocity, schedule and order begin anew
    #[arg(long, value_name = "FILE")]
    pub load: Option<PathBuf>,
    /// Where to write the history and the result of the training (JSON)
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Where to draw the history of the training (SVG)
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// Verbosity and colour.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub struct Verbosity {
    /// Print errors only
    #[arg(long, short)]
    pub quiet: bool,
    #[command(flatten)]
    pub color: ColorArguments,
}

/// The use of colour.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub struct ColorArguments {
    /// Whether to colour: always, never, or auto, which is on a terminal unless NO_COLOR is set
    #[arg(long, value_name = "WHEN", hide_possible_values = true, default_value = "auto")]
    pub color: Color,
}

/// Answer for images, or for the rows of tables, with a network that was saved
#[derive(Args, Debug)]
pub struct Predict {
    /// The network, as --save saved it
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// Images in PNG or JPEG format, of dark digits on a light ground or the other way round; several digits are read
    /// from left to right. Or tables, with the columns that the network has learnt from
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Print a line of JSON for each digit or row, with all decimal places
    #[arg(long)]
    pub json: bool,
    /// Draw each digit as the network sees it
    #[arg(long, conflicts_with = "json")]
    pub show: bool,
    #[command(flatten)]
    pub color: ColorArguments,
}

/// Measure how well a network that was saved answers
#[derive(Args, Debug)]
pub struct Evaluate {
    /// The network, as --save saved it
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub randomness: Randomness,
    /// Where to write the result (JSON)
    #[arg(long, help_heading = "Files", value_name = "FILE")]
    pub report: Option<PathBuf>,
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// Find the best hyperparameters by cross-validation
#[derive(Args, Debug)]
pub struct Tune {
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub randomness: Randomness,
    /// Parts to divide the training set in: a network is judged by one and learns from the others, for each in turn
    #[arg(
        long,
        help_heading = "Validation",
        value_name = "COUNT",
        default_value = "5",
        value_parser = folds,
        allow_negative_numbers = true,
    )]
    pub folds: usize,
    /// Instead of folds, judge a single network by this part, the last of the training set
    #[arg(
        long,
        help_heading = "Validation",
        value_name = "FRACTION",
        value_parser = fraction,
        conflicts_with = "folds",
        allow_negative_numbers = true,
    )]
    pub validation_fraction: Option<f64>,
    /// Networks to train at the same time; they are the same for any number [default: one for each core]
    #[arg(
        long,
        help_heading = "Validation",
        value_name = "COUNT",
        value_parser = threads,
        allow_negative_numbers = true,
    )]
    pub threads: Option<usize>,
    /// Where to write what came of each setting, the best first (JSON)
    #[arg(long, help_heading = "Output", value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Print errors and the table only
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
    #[command(flatten)]
    pub color: ColorArguments,
}

/// Take part in Kaggle's competition "digit-recognizer"
#[derive(Args, Debug)]
#[command(next_help_heading = "Files")]
pub struct Kaggle {
    /// The labelled digits: train.csv
    #[arg(long, value_name = "FILE")]
    pub train: PathBuf,
    /// The digits without labels: test.csv
    #[arg(long, value_name = "FILE")]
    pub test: PathBuf,
    /// Where to write the answers
    #[arg(long, value_name = "FILE")]
    pub submission: PathBuf,
    #[command(flatten)]
    pub files: Files,
    /// Hold back this part, the last of the labelled digits, to measure the accuracy [default: learn from all]
    #[arg(long, value_name = "FRACTION", value_parser = fraction, allow_negative_numbers = true)]
    pub validation_fraction: Option<f64>,
    #[command(flatten)]
    pub randomness: Randomness,
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// Understand the `arguments` of `step`, the first of which is the name of the program.
///
/// # Errors
///
/// If they make no sense, or ask for help.
pub fn parse(step: &'static str, flags: &Flags, arguments: impl IntoIterator<Item = OsString>) -> Result<Task, Error> {
    let matches = command(step, flags).try_get_matches_from(arguments).map_err(briefly)?;
    Ok(match matches.subcommand() {
        Some(("predict", matches)) => Task::Predict(Predict::from_arg_matches(matches).map_err(briefly)?),
        Some(("evaluate", matches)) => Task::Evaluate(Evaluate::from_arg_matches(matches).map_err(briefly)?),
        Some(("tune", matches)) => Task::Tune(Tune::from_arg_matches(matches).map_err(briefly)?, flags.lists(matches)),
        Some(("kaggle", matches)) => {
            Task::Kaggle(Kaggle::from_arg_matches(matches).map_err(briefly)?, flags.chosen(matches))
        }
        _ => Task::Train(Train::from_arg_matches(&matches).map_err(briefly)?, flags.chosen(&matches)),
    })
}

fn command(step: &'static str, flags: &Flags) -> Command {
    let predict = Predict::augment_args(Command::new("predict")).after_help(format!(
        "\
Prints the answer for each image, and the activation of each output.

Example:
  cargo run -p {step} -- predict --model model.safetensors seven.png eight.png"
    ));
    let evaluate = Evaluate::augment_args(Command::new("evaluate")).after_help(format!(
        "\
Data that the network has learnt from are divided as they were then, and only the test set counts. Of other tables \
all rows count.

Example:
  cargo run -p {step} -- evaluate --model iris.safetensors --dataset iris.csv"
    ));
    let tune = Tune::augment_args(flags.augment(Command::new("tune"), Use::Grid)).after_help(format!(
        "\
Each hyperparameter takes a list of values, and each combination is tried on the training set. The test set is \
never read. Ctrl-C ends the comparison, and prints what is complete.

Examples:
  By ten folds of the digits:
    cargo run -p {step} -- tune --hidden 30,100,300 --folds 10
  By the last 10,000 of MNIST's 60,000 training examples, as is usual:
    cargo run -p {step} -- tune --hidden 30,100,300 --dataset mnist --validation-fraction 0.16667"
    ));
    let kaggle = Kaggle::augment_args(flags.augment(Command::new("kaggle"), Use::Mnist)).after_help(format!(
        "\
Learns from all labelled digits, and writes the answers to the others as Kaggle wants them. With \
--validation-fraction the last of the labelled ones are held back, and tell how accurate the answers will be.

Example:
  cargo run -p {step} -- kaggle --train train.csv --test test.csv --submission submission.csv"
    ));
    Train::augment_args(flags.augment(Command::new(step), Use::One))
        .version(env!("CARGO_PKG_VERSION"))
        .about(format!("Train the network of the step `{step}`, and report how good it is"))
        .after_help(format!(
            "\
Ctrl-C ends the training after the current example, and what has been learnt until then is reported and saved. \
A second one ends the program at once.
Exit codes: 0 done, 1 failed, 2 not understood, 130 ended by Ctrl-C.

Examples:
  Train on the digits that come with the program:
    cargo run -p {step}
  Train on MNIST, and read a digit:
    cargo run -p {step} -- --dataset mnist --save mnist.safetensors
    cargo run -p {step} -- predict --model mnist.safetensors seven.png
  See how much of that accuracy is luck:
    cargo run -p {step} -- --seeds 10
  Train on any table of numbers, and keep a record:
    cargo run -p {step} -- --dataset iris.csv --label last --report run.json --plot run.svg"
        ))
        .subcommands([predict, evaluate, tune, kaggle])
        .args_conflicts_with_subcommands(true)
        .disable_help_subcommand(true)
        .max_term_width(120)
}

/// What clap says, but in one line, as all other errors are said. The help stays as it is.
fn briefly(error: clap::Error) -> Error {
    match (error.kind(), error.get(ContextKind::InvalidArg), error.source()) {
        (ErrorKind::DisplayHelp | ErrorKind::DisplayVersion, ..) => Error::Help(error),
        // The argument is given with its kind: `--folds <COUNT>`.
        (ErrorKind::ValueValidation, Some(ContextValue::String(argument)), Some(problem)) => {
            Error::flag(argument.split(' ').next().unwrap_or(argument), problem.to_string())
        }
        _ => Error::Usage(condense(&error.render().to_string())),
    }
}

/// The problem and the tips in an error of clap's, without what follows: the usage, and where to find more.
fn condense(text: &str) -> String {
    let lines = text.trim_start_matches("error: ").lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<&str> =
        lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more")).collect();
    lines.join(" ").replace(" tip: ", "; tip: ")
}

fn seeds(text: &str) -> Result<u64, String> {
    let seeds = text.parse().ok().filter(|seeds| (2..=MOST_SEEDS).contains(seeds));
    seeds.ok_or_else(|| format!("{text:?} is not a whole number from 2 to {MOST_SEEDS}"))
}

fn folds(text: &str) -> Result<usize, String> {
    let folds = text.parse().ok().filter(|&folds| folds >= 2);
    folds.ok_or_else(|| format!("{text:?} is not a whole number from 2; --validation-fraction takes a single division"))
}

fn threads(text: &str) -> Result<usize, String> {
    let threads = text.parse().ok().filter(|threads| (1..=MOST_THREADS).contains(threads));
    threads.ok_or_else(|| format!("{text:?} is not a whole number from 1 to {MOST_THREADS}"))
}

#[cfg(test)]
mod tests {
    use evaluation::hyperparameters;

    use super::*;
    use crate::data::Source;

    hyperparameters! {
        /// Such as a step has.
        pub struct Settings {
            /// Units in the hidden layer.
            hidden: usize { digits: 30, mnist: 100 },
        }
    }

    fn parse(arguments: &str) -> Result<Task, Error> {
        let arguments = ["step"].into_iter().chain(arguments.split_whitespace()).map(OsString::from);
        super::parse("step", &Flags::of::<Settings>(), arguments)
    }

    #[test]
    fn the_definitions_are_sound() {
        command("step", &Flags::of::<Settings>()).debug_assert();
    }

    #[test]
    fn no_arguments_train_on_the_digits() {
        let Ok(Task::Train(arguments, chosen)) = parse("") else { panic!("a training") };
        assert_eq!((arguments.data.dataset, arguments.randomness.seed, chosen.len()), (Source::Digits, 1, 0));
    }

    #[test]
    fn a_command_gets_its_hyperparameters() {
        let Ok(Task::Tune(arguments, lists)) = parse("tune --dataset mnist --hidden 3,4 --folds 7") else { panic!() };
        assert_eq!((arguments.data.dataset, arguments.folds), (Source::Mnist, 7));
        assert_eq!(lists, [("hidden", vec!["3".to_owned(), "4".to_owned()])]);

        let Ok(Task::Kaggle(arguments, chosen)) = parse("kaggle --train a --test b --submission c --hidden 5") else {
            panic!()
        };
        assert_eq!((arguments.submission, chosen), (PathBuf::from("c"), vec![("hidden", "5".to_owned())]));
    }

    #[test]
    fn a_bad_value_is_one_line_with_its_flag() {
        for (arguments, message) in [
            ("--hidden 0", r#"--hidden: "0" is not a whole number from 1 to 1000000"#),
            ("--seed -1", r#"--seed: "-1" is not a whole number from 0 to 18446744073709551615"#),
            ("--test-fraction 1", r#"--test-fraction: "1" is not a number between 0 and 1"#),
            ("--test-fraction NaN", r#"--test-fraction: "NaN" is not a number between 0 and 1"#),
            ("tune --hidden 3,0", r#"--hidden: "0" is not a whole number from 1 to 1000000"#),
            ("--seeds 1", r#"--seeds: "1" is not a whole number from 2 to 1000"#),
            ("tune --threads 0", r#"--threads: "0" is not a whole number from 1 to 1024"#),
        ] {
            assert_eq!(parse(arguments).unwrap_err().to_string(), message);
        }
        assert!(parse("tune --folds 1").unwrap_err().to_string().starts_with("--folds: \"1\" is not"));
    }

    #[test]
    fn what_is_not_understood_is_one_line_too() {
        for (arguments, message) in [
            (
                "--hiden 3",
                "unexpected argument '--hiden' found; tip: a similar argument exists: '--hidden'; see --help",
            ),
            ("frob", "unrecognized subcommand 'frob'; see --help"),
            ("predict", "the following required arguments were not provided: --model <FILE> <FILE>...; see --help"),
            (
                "--color red",
                "invalid value 'red' for '--color <WHEN>' [possible values: auto, always, never]; see --help",
            ),
        ] {
            assert_eq!(parse(arguments).unwrap_err().to_string(), message);
        }
        assert!(matches!(parse("tune --help"), Err(Error::Help(_))));
    }

    #[test]
    fn flags_that_do_not_go_together_are_refused() {
        for arguments in
            ["--seed 2 tune", "tune --folds 3 --validation-fraction 0.5", "tune --quiet frob", "predict x.png"]
        {
            assert!(matches!(parse(arguments), Err(Error::Usage(_))), "{arguments}");
        }
        for (arguments, flag) in [
            ("--label last", "--label"),
            ("--dataset mnist --test-fraction 0.5", "--test-fraction"),
            ("--data-dir x", "--data-dir"),
            ("--dataset mnist --split-seed 3", "--split-seed"),
            ("--train-limit 1348", "--train-limit"),
            ("--dataset x.csv --label last", "--dataset"),
            ("--dataset Cargo.toml", "--label"),
            ("--ignore 3", "--ignore"),
            ("--dataset mnist --pixels 28x28", "--pixels"),
        ] {
            let Ok(Task::Train(Train { data, .. }, _)) = parse(arguments) else { panic!("{arguments}") };
            assert!(
                data.load(1, &crate::output::Output::silent()).unwrap_err().to_string().starts_with(flag),
                "{arguments}"
            );
        }
    }
}
