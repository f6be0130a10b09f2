use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Why a chore could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing of that name is there to be chosen.
    #[error("{flag}: there is no {what} {name}; there are {known}")]
    Unknown {
        /// The flag that asked for it.
        flag: &'static str,
        /// The kind of thing that was asked for.
        what: &'static str,
        /// The name that was asked for.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// A step did not run to its end.
    #[error("`{command}` failed: {problem}")]
    Program {
        /// How it was called.
        command: String,
        /// What is known of the failure.
        problem: String,
    },
    /// A file or folder cannot be read or written.
    #[error("{} cannot be {attempt}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// `read`, `written` or `started`.
        attempt: &'static str,
        /// What the operating system says.
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
}

impl Error {
    /// For `map_err`: the file or folder at `path` cannot be `attempt`ed.
    pub fn file(path: &Path, attempt: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), attempt, source }
    }

    /// The file at `path` does not hold what it should.
    pub fn content(path: &Path, problem: impl ToString) -> Self {
        Self::Content { path: path.to_owned(), problem: problem.to_string() }
    }
}

/// The text of the file at `path`.
pub fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::file(path, "read"))
}
