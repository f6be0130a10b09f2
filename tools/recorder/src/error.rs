/// Why something could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// As in the chores that need no network.
    #[error(transparent)]
    Chore(#[from] xtask::Error),
    /// No examples to work on.
    #[error(transparent)]
    Data(#[from] datasets::Error),
    /// A variant changes a hyperparameter that its step does not have, or to a value that it cannot have.
    #[error("{task}: {source}; mend the list in tools/xtask/src/tasks.rs")]
    Variant {
        /// The task.
        task: String,
        /// What is wrong.
        source: evaluation::InvalidValue,
    },
    /// The error, or an output, has become infinite or is no number any more.
    #[error("{task}, seed {seed}: the training diverged in iteration {iteration}; choose other settings for the step")]
    Diverged {
        /// The task.
        task: String,
        /// What all random numbers started from.
        seed: u64,
        /// The iteration, from 1.
        iteration: usize,
    },
    /// An experiment has no findings.
    #[error("{name}: {source}")]
    Experiment {
        /// The experiment.
        name: String,
        /// Why.
        source: experiments::Error,
    },
}
