/// Why an experiment has no findings.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No examples to work on.
    #[error(transparent)]
    Data(#[from] datasets::Error),
    /// The findings do not fit together.
    #[error("{0}; mend the experiment")]
    Findings(String),
}
