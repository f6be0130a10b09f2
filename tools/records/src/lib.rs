//! The ground floor of the tools: the one list of steps, in their order and with the tutorial's claims; the schema of
//! the records that the chores write and the book reads; and the list of those that are being made anew.

mod findings;
mod pending;
mod record;
mod summary;

pub use findings::{Cell, Chart, Column, Findings, Row, Series, Unit};
pub use pending::Pending;
pub use record::{Environment, Examples, Record, Run, Subject, rounded};
pub use summary::{Summary, places, significant};

/// What is known of a step without its code.
#[derive(Debug, PartialEq)]
pub struct Step {
    /// Its name, which is that of its crate, of its folder and of its chapter.
    pub name: &'static str,
    /// The section of the tutorial that it follows; “beyond it”, and what it follows instead, if there is none.
    pub section: &'static str,
    /// What the tutorial claims of it, or somebody else: something to compare its results with. [`NO_CLAIM`] if nobody
    /// claims anything.
    pub claim: &'static str,
    /// The most lines that may be added to and removed from the sources of the step before it. The first has none.
    pub limit: Option<usize>,
}

/// The claim where there is none.
pub const NO_CLAIM: &str = "–";

/// All steps, in the order in which they are read.
pub static STEPS: [Step; 9] = [
    Step { name: "naive-loops", section: "Neural network with numpy", claim: "digits 97 %, MNIST 86 %", limit: None },
    Step {
        name: "vectorized",
        section: "none: its code uses numpy, and its text says no more of it",
        claim: NO_CLAIM,
        limit: Some(120),
    },
    Step {
        name: "tanh-softmax", section: "Activation functions", claim: "“a few percentage points”", limit: Some(45)
    },
    Step {
        name: "init-shuffle",
        section: "Initializing weights; Shuffling training examples",
        claim: "“most simple and effective”",
        limit: Some(32),
    },
    Step { name: "regularized", section: "Regularization", claim: "MNIST 96 %", limit: Some(28) },
    Step { name: "momentum", section: "the final program's momentum and rate_decay", claim: NO_CLAIM, limit: Some(42) },
    Step {
        name: "minibatch",
        section: "beyond it (Efficient BackProp 4.1; UFLDL, batch gradient descent)",
        claim: "LeCun's table: 98.4 % (Simard 2003, 800 hidden units, no distortions)",
        limit: Some(150),
    },
    Step { name: "parallel", section: "beyond it", claim: NO_CLAIM, limit: Some(70) },
    Step {
        name: "distortions",
        section: "beyond it (Simard, Steinkraus and Platt 2003)",
        claim: "99.3 % (Simard 2003, 800 hidden units, elastic distortions)",
        limit: Some(40), // in the files of both; what a distortion is has one of its own
    },
];

/// Hands the crates of all steps, in the order in which they are read, to a macro: `every_step!([name] more)`
/// becomes `name!(more naive_loops vectorized ... distortions)`.
#[macro_export]
macro_rules! every_step {
    ([$($name:tt)+] $($more:tt)*) => {
        $($name)+! {
            $($more)*
            naive_loops vectorized tanh_softmax init_shuffle regularized momentum minibatch parallel distortions
        }
    };
}

/// The step of this name, if there is one, and the one before it, if there is one.
pub fn step(name: &str) -> Option<(&'static Step, Option<&'static Step>)> {
    let index = STEPS.iter().position(|step| step.name == name)?;
    Some((&STEPS[index], index.checked_sub(1).map(|before| &STEPS[before])))
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! names {
        (of $($step:ident)+) => {
            [$(stringify!($step)),+]
        };
    }

    #[test]
    fn the_crates_are_those_of_the_list() {
        let crates = every_step!([names] of);
        assert_eq!(crates, STEPS.each_ref().map(|step| step.name.replace('-', "_")));
    }
}
