//! What a network learns from, as the command line names it.

use std::{
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use clap::Args;
use datasets::{Dataset, Label, Separator, Table, TableOptions, Test, column_names};
use evaluation::Tunable;
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use crate::{Error, interrupt, model::Origin, output::Output};

/// What a network learns from.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Data")]
pub struct Data {
    /// digits (they come with the program), mnist, or a table of numbers as a text file
    #[arg(long, value_name = "SET", default_value = "digits")]
    pub dataset: Source,
    /// Where the files of MNIST are [default: $MNIST_DIR, else the user's cache folder]
    #[arg(long, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// The column of a table that is the class: first, last, its name, or its number from 1
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<Label>,
    /// Columns of a table to leave out, by names or numbers
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// What is between the columns of a table: comma, semicolon, tab, pipe, blank or a character [default: found out]
    #[arg(long, value_name = "WHAT")]
    pub separator: Option<Separator>,
    /// The rows of a table are images of this size, with pixels from 0 to 255
    #[arg(long, value_name = "HEIGHTxWIDTH", value_parser = size)]
    pub pixels: Option<(usize, usize)>,
    /// The part of a table that becomes the test set [default: 0.25]
    #[arg(long, value_name = "FRACTION", value_parser = fraction, allow_negative_numbers = true)]
    pub test_fraction: Option<f64>,
    /// A table of its own to be tested with, with the same columns
    #[arg(long, value_name = "FILE", conflicts_with = "test_fraction")]
    pub test: Option<PathBuf>,
    /// Seed that deals the test set of digits or of a table [default: that of --seed]
    #[arg(long, value_name = "SEED", value_parser = seed, allow_negative_numbers = true)]
    pub split_seed: Option<u64>,
    /// Learn from so many examples of the training set, which the seed draws [default: from all]
    #[arg(long, value_name = "COUNT", value_parser = limit, allow_negative_numbers = true)]
    pub train_limit: Option<usize>,
}

/// Where examples come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The digits that come with the program.
    Digits,
    /// MNIST.
    Mnist,
    /// A table of numbers.
    Table(PathBuf),
}

impl From<OsString> for Source {
    fn from(text: OsString) -> Self {
        match text.to_str() {
            Some("digits") => Self::Digits,
            Some("mnist") => Self::Mnist,
            _ => Self::Table(text.into()),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digits => f.write_str("digits"),
            Self::Mnist => f.write_str("mnist"),
            Self::Table(path) => path.display().fmt(f),
        }
    }
}

impl Data {
    /// The examples, divided by `seed` where they do not come divided and no other seed is to do it; of those to learn
    /// from, as many as are wanted, drawn by the same seed. Tells `output` what was done to a table.
    pub fn load(&self, seed: u64, output: &Output) -> Result<Dataset, Error> {
        // Files that are loaded through temporary ones are not left behind.
        interrupt::listen();
        let mut dataset = self.load_all(seed, output)?;
        if let Some(limit) = self.train_limit {
            let mut order: Vec<usize> = (0..dataset.train.len()).collect();
            if limit > order.len() {
                let problem = format!("{limit} examples are wanted, and {} are there to learn from", order.len());
                return Err(Error::flag("--train-limit", problem));
            }
            order.shuffle(&mut ChaCha8Rng::seed_from_u64(self.split_seed.unwrap_or(seed)));
            order.truncate(limit);
            dataset.train = dataset.train.select(&order);
        }
        Ok(dataset)
    }

    fn load_all(&self, seed: u64, output: &Output) -> Result<Dataset, Error> {
        let Self { dataset, data_dir, label, ignore, separator, pixels, test_fraction, test, split_seed, .. } = self;
        let seed = split_seed.unwrap_or(seed);
        let only_for = |flag, what| Err(Error::flag(flag, format!("it is for {what}, not for --dataset {dataset}")));
        match dataset {
            Source::Digits | Source::Mnist if label.is_some() => only_for("--label", "tables"),
            Source::Digits | Source::Mnist if !ignore.is_empty() => only_for("--ignore", "tables"),
            Source::Digits | Source::Mnist if separator.is_some() => only_for("--separator", "tables"),
            Source::Digits | Source::Mnist if pixels.is_some() => only_for("--pixels", "tables"),
            Source::Digits | Source::Mnist if test.is_some() => only_for("--test", "tables"),
            Source::Digits | Source::Mnist if test_fraction.is_some() => only_for("--test-fraction", "tables"),
            Source::Mnist if split_seed.is_some() => only_for("--split-seed", "data that come without a test set"),
            Source::Digits | Source::Table(_) if data_dir.is_some() => only_for("--data-dir", "--dataset mnist"),
            Source::Digits => Ok(datasets::digits(seed)),
            Source::Mnist => Ok(datasets::mnist(data_dir.as_deref())?),
            Source::Table(path) if !path.exists() => {
                let problem = format!("there is no data set and no file called {dataset}");
                Err(Error::flag("--dataset", meant(path).map_or(problem.clone(), |set| format!("{problem}; {set}?"))))
            }
            Source::Table(path) => {
                let Some(label) = label else {
                    let problem =
                        format!("say which column of {dataset} is the class: first, last, its name or number");
                    return Err(Error::flag("--label", problem));
                };
                let Table { dataset, remarks, .. } = datasets::table(path, &self.options(label), seed)?;
                remarks.iter().try_for_each(|remark| output.say(format!("note: {remark}")))?;
                Ok(dataset)
            }
        }
    }

    /// How the table is to be read, with this column of labels.
    fn options(&self, label: &Label) -> TableOptions {
        TableOptions {
            ignore: self.ignore.clone(),
            separator: self.separator,
            pixels: self.pixels,
            test: match &self.test {
                Some(path) => Test::File(path.clone()),
                None => Test::Fraction(self.test_fraction.unwrap_or(0.25)),
            },
            ..TableOptions::new(label.clone())
        }
    }

    /// The same data, with what the command line leaves open as it was for a network that comes from `origin`.
    pub fn followed(&self, origin: &Origin) -> Self {
        let table = matches!(self.dataset, Source::Table(_));
        let label = || origin.label.as_ref().and_then(|label| label.parse().ok());
        Self {
            split_seed: origin.split_seed.filter(|_| self.dataset != Source::Mnist).or(self.split_seed),
            test_fraction: origin.test_fraction.filter(|_| table && self.test.is_none()).or(self.test_fraction),
            label: self.label.clone().or_else(|| label().filter(|_| table)),
            ..self.clone()
        }
    }

    /// Where a network comes from that learns from `dataset`, which these data are if `seed` divides them.
    pub fn origin(&self, dataset: &Dataset, seed: u64) -> Result<Origin, Error> {
        Ok(Origin {
            split_seed: (self.dataset != Source::Mnist).then(|| self.split_seed.unwrap_or(seed)),
            test_fraction: (matches!(self.dataset, Source::Table(_)) && self.test.is_none())
                .then(|| self.test_fraction.unwrap_or(0.25)),
            label: self.label.as_ref().map(Label::to_string),
            columns: self.columns()?,
            fingerprint: Origin::fingerprint(&dataset.train),
        })
    }

    /// The names of a table's features, if it has any.
    pub fn columns(&self) -> Result<Option<Vec<String>>, Error> {
        match (&self.dataset, &self.label) {
            (Source::Table(path), Some(label)) => {
                let names = column_names(path, &self.options(label))?;
                // Numbers stand in for names that are not there.
                Ok(Some(names).filter(|names| names.iter().any(|name| name.parse::<usize>().is_err())))
            }
            _ => Ok(None),
        }
    }

    /// Whether another seed makes another test set.
    pub fn seed_divides(&self) -> bool {
        self.dataset != Source::Mnist && self.test.is_none() && self.split_seed.is_none()
    }

    /// The hyperparameters that suit the data.
    pub fn settings<K: Tunable>(&self) -> K {
        if self.dataset == Source::Mnist { K::mnist() } else { K::digits() }
    }

    /// The flags that name these data, as `seed` divides them.
    pub fn as_flags(&self, seed: u64) -> String {
        let quoted = |text: String| match text.contains(|c: char| !c.is_alphanumeric() && !"._-/".contains(c)) {
            true => format!("'{}'", text.replace('\'', r"'\''")),
            false => text,
        };
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let flags = [
            ("dataset", Some(self.dataset.to_string()).filter(|_| self.dataset != Source::Digits)),
            ("data-dir", path(&self.data_dir)),
            ("label", self.label.as_ref().map(Label::to_string)),
            ("ignore", Some(self.ignore.join(",")).filter(|columns| !columns.is_empty())),
            ("separator", self.separator.map(|separator| separator.to_string())),
            ("pixels", self.pixels.map(|(height, width)| format!("{height}x{width}"))),
            ("test-fraction", self.test_fraction.map(|fraction| fraction.to_string())),
            ("test", path(&self.test)),
            ("split-seed", self.split_seed.map(|seed| seed.to_string())),
            ("train-limit", self.train_limit.map(|limit| limit.to_string())),
            ("seed", Some(seed).filter(|seed| *seed != 1).map(|seed| seed.to_string())),
        ];
        flags.into_iter().filter_map(|(flag, value)| Some(format!("--{flag} {} ", quoted(value?)))).collect()
    }

    /// The files that the examples come from, with their flags.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let table = match &self.dataset {
            Source::Table(path) => Some(path),
            _ => None,
        };
        [("--dataset", table), ("--test", self.test.as_ref())]
            .into_iter()
            .filter_map(|(flag, path)| Some((flag, path?.as_path())))
    }
}

/// Returns the data set that was meant, if a name differs from it by a letter or two, or in its case.
fn meant(path: &Path) -> Option<&'static str> {
    let name = path.to_str()?.to_lowercase();
    let letters = |word: &str| {
        let mut letters = Vec::from(word);
        letters.sort_unstable();
        letters
    };
    let is_near = |set: &&str| name == *set || letters(&name) == letters(set) || name.starts_with(&set[..4]);
    ["digits", "mnist"].into_iter().find(is_near)
}

/// The height and width that `text` spells.
fn size(text: &str) -> Result<(usize, usize), String> {
    let sides = text.split_once('x').and_then(|(height, width)| Some((height.parse().ok()?, width.parse().ok()?)));
    let possible = sides.filter(|(height, width)| (1..=1_000).contains(height) && (1..=1_000).contains(width));
    possible.ok_or_else(|| format!("{text:?} is not a height and a width, such as 28x28"))
}

/// The number of examples that `text` spells.
fn limit(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&count| count > 0).ok_or_else(|| format!("{text:?} is not a count of 1 or more"))
}

/// The seed that `text` spells.
pub fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text:?} is not a whole number from 0 to {}", u64::MAX))
}

/// The number between 0 and 1 that `text` spells.
pub fn fraction(text: &str) -> Result<f64, String> {
    let fraction = text.parse().ok().filter(|&fraction| 0.0 < fraction && fraction < 1.0);
    fraction.ok_or_else(|| format!("{text:?} is not a number between 0 and 1"))
}
