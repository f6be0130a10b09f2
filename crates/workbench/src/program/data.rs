//! What a network learns from, as the command line names it.

use std::{
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use clap::Args;
use datasets::{Dataset, Label, column_names};
use evaluation::Tunable;

use crate::{Error, model::Origin};

/// What a network learns from.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Data")]
pub struct Data {
    /// digits (they come with the program), mnist, or a CSV file of numbers
    #[arg(long, value_name = "SET", default_value = "digits")]
    pub dataset: Source,
    /// Where the files of MNIST are [default: $MNIST_DIR, else the user's cache folder]
    #[arg(long, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// The column of a CSV file that is the class: first, last, or its name
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<Label>,
    /// The part of a CSV file that becomes the test set [default: 0.25]
    #[arg(long, value_name = "FRACTION", value_parser = fraction, allow_negative_numbers = true)]
    pub test_fraction: Option<f64>,
    /// Seed that deals the test set of digits or of a CSV file [default: that of --seed]
    #[arg(long, value_name = "SEED", value_parser = seed, allow_negative_numbers = true)]
    pub split_seed: Option<u64>,
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
    /// The examples, divided by `seed` where they do not come divided and no other seed is to do it.
    pub fn load(&self, seed: u64) -> Result<Dataset, Error> {
        let Self { dataset, data_dir, label, test_fraction, split_seed } = self;
        let seed = split_seed.unwrap_or(seed);
        let only_for = |flag, what| Err(Error::flag(flag, format!("it is for {what}, not for --dataset {dataset}")));
        match dataset {
            Source::Digits | Source::Mnist if label.is_some() => only_for("--label", "tables"),
            Source::Digits | Source::Mnist if test_fraction.is_some() => only_for("--test-fraction", "tables"),
            Source::Mnist if split_seed.is_some() => only_for("--split-seed", "data that come without a test set"),
            Source::Digits | Source::Table(_) if data_dir.is_some() => only_for("--data-dir", "--dataset mnist"),
            Source::Digits => Ok(datasets::digits(seed)),
            Source::Mnist => Ok(datasets::mnist(data_dir.as_deref())?),
            Source::Table(path) => match label {
                Some(label) => Ok(datasets::table(path, label, test_fraction.unwrap_or(0.25), seed)?),
                None => Err(Error::flag(
                    "--label",
                    format!("say which column of {dataset} is the class: first, last or its name"),
                )),
            },
        }
    }

    /// The same data, with what the command line leaves open as it was for a network that comes from `origin`.
    pub fn followed(&self, origin: &Origin) -> Self {
        let table = matches!(self.dataset, Source::Table(_));
        let label = || origin.label.as_ref().and_then(|label| label.parse().ok());
        Self {
            split_seed: origin.split_seed.filter(|_| self.dataset != Source::Mnist).or(self.split_seed),
            test_fraction: origin.test_fraction.filter(|_| table).or(self.test_fraction),
            label: self.label.clone().or_else(|| label().filter(|_| table)),
            ..self.clone()
        }
    }

    /// Where a network comes from that learns from `dataset`, which these data are if `seed` divides them.
    pub fn origin(&self, dataset: &Dataset, seed: u64) -> Result<Origin, Error> {
        Ok(Origin {
            split_seed: (self.dataset != Source::Mnist).then(|| self.split_seed.unwrap_or(seed)),
            test_fraction: matches!(self.dataset, Source::Table(_)).then(|| self.test_fraction.unwrap_or(0.25)),
            label: self.label.as_ref().map(|label| match label {
                Label::First => "first".to_owned(),
                Label::Last => "last".to_owned(),
                Label::Named(name) => name.clone(),
            }),
            columns: self.columns()?,
            fingerprint: Origin::fingerprint(&dataset.train),
        })
    }

    /// The names of a table's features, if it has any.
    pub fn columns(&self) -> Result<Option<Vec<String>>, Error> {
        match (&self.dataset, &self.label) {
            (Source::Table(path), Some(label)) => Ok(column_names(path, label)?),
            _ => Ok(None),
        }
    }

    /// Whether another seed makes another test set.
    pub fn seed_divides(&self) -> bool {
        self.dataset != Source::Mnist && self.split_seed.is_none()
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
        let label = self.label.as_ref().map(|label| match label {
            Label::First => "first".to_owned(),
            Label::Last => "last".to_owned(),
            Label::Named(name) => name.clone(),
        });
        let flags = [
            ("dataset", Some(self.dataset.to_string()).filter(|_| self.dataset != Source::Digits)),
            ("data-dir", self.data_dir.as_ref().map(|folder| folder.display().to_string())),
            ("label", label),
            ("test-fraction", self.test_fraction.map(|fraction| fraction.to_string())),
            ("split-seed", self.split_seed.map(|seed| seed.to_string())),
            ("seed", Some(seed).filter(|seed| *seed != 1).map(|seed| seed.to_string())),
        ];
        flags.into_iter().filter_map(|(flag, value)| Some(format!("--{flag} {} ", quoted(value?)))).collect()
    }

    /// The file that the examples come from, with its flag.
    pub fn file(&self) -> Option<(&'static str, &Path)> {
        match &self.dataset {
            Source::Table(path) => Some(("--dataset", path)),
            _ => None,
        }
    }
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
