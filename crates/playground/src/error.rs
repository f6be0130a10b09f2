use evaluation::InvalidValue;

/// Why the lab does not train a network, or shows nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such step.
    #[error("there is no step {0:?}")]
    Step(String),
    /// A hyperparameter has no such value.
    #[error("{name}: {problem}")]
    Setting {
        /// Its name.
        name: String,
        /// The problem with its value.
        problem: InvalidValue,
    },
    /// A network that takes more memory or time than a page should.
    #[error("{name}: the lab takes at most {most}; the command line takes more")]
    TooMuch {
        /// The hyperparameter.
        name: &'static str,
        /// Its largest value.
        most: usize,
    },
    /// A file is no network.
    #[error("the file of a network lacks its {0}")]
    Network(&'static str),
    /// A file is none of safetensors.
    #[error("the file of a network cannot be read: {0}")]
    Tensors(#[from] safetensors::SafeTensorError),
    /// The set-up is not what a page sends.
    #[error("the set-up cannot be read: {0}")]
    Setup(#[from] serde_json::Error),
    /// The frame, the example, the unit or the class is none of this film.
    #[error("there is no {what} {index}")]
    Index {
        /// `frame`, `example` and so on.
        what: &'static str,
        /// Its number.
        index: usize,
    },
}
