use std::{
    io,
    path::{Path, PathBuf},
};

/// An error while loading a data set. Each is one line for the user: which file, what is wrong, what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },

    /// A file or folder cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },

    /// A file does not hold what it should.
    #[error("{}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Where in the file it is, what is wrong, and what to do.
        problem: String,
    },

    /// Files of MNIST are missing.
    #[error("{} has no {}: {remedy}", folder.display(), missing.join(", "))]
    NoMnist {
        /// Where they were looked for.
        folder: PathBuf,
        /// The files that were not found under any of their names.
        missing: Vec<&'static str>,
        /// How to get them.
        remedy: String,
    },

    /// The user has no folder for caches.
    #[error("there is no home folder to look for MNIST in: name a folder with --data-dir or MNIST_DIR")]
    NoCacheFolder,

    /// The folder for temporary files does not take what has to be put there.
    #[error("{} does not hold the 55 MB of MNIST: {source}; set TMPDIR to another folder", folder.display())]
    TemporaryFolder {
        /// The folder for temporary files.
        folder: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },

    /// A table cannot be divided like this.
    #[error("the fraction of examples for the test set must lie between 0 and 1, and is {0}")]
    TestFraction(f64),

    /// Too few examples for a test set.
    #[error(
        "{examples} examples of {classes} classes are too few to keep a fraction of {test_fraction} for the test set"
    )]
    NoTestSet {
        /// The number of examples.
        examples: usize,
        /// The number of classes.
        classes: usize,
        /// The fraction of the examples that was to be the test set.
        test_fraction: f64,
    },

    /// Pictures are of no use to a model that learnt from something else.
    #[error("this model cannot read pictures: it was not trained on the digits (8x8 pixels) or MNIST (28x28)")]
    NotTrainedOnPictures,

    /// There is no ink on the paper.
    #[error("the picture is blank: there is no digit to read")]
    Blank,

    /// Digits that have no order from left to right.
    #[error("digits stand one above the other: cut the picture into lines, each a picture of its own")]
    OneAboveTheOther,

    /// No mirror has given a file.
    #[error("{file} could not be downloaded: {}", answers.join("; "))]
    Download {
        /// The name of the file.
        file: &'static str,
        /// What came of it at each mirror.
        answers: Vec<String>,
    },
}

impl Error {
    /// For `map_err`: the file or folder at `path` cannot be read.
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Read { path: path.to_owned(), source }
    }

    /// For `map_err`: the file or folder at `path` cannot be written.
    #[cfg(feature = "fetch")]
    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Write { path: path.to_owned(), source }
    }

    /// The file at `path` does not hold what it should.
    pub(crate) fn content(path: &Path, problem: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), problem: problem.into() }
    }
}
