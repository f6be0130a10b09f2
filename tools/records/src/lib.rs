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

/// Makes [`STEPS`] and [`every_step!`] of one list: the crate of each step, its name, the section of the tutorial, the
/// claim, and the limit of its changed lines. `$d` is a dollar sign, for the macro that it makes.
macro_rules! steps {
    ($d:tt $($krate:ident $name:literal, $section:literal, $claim:expr, $limit:expr;)+) => {
        /// All steps, in the order in which they are read.
        pub static STEPS: [Step; [$($name),+].len()] =
            [$(Step { name: $name, section: $section, claim: $claim, limit: $limit }),+];

        /// Hands the crates of all steps, in the order in which they are read, to a macro: `every_step!([name] more)`
        /// becomes `name!(more naive_loops vectorized ... distortions)`.
        #[macro_export]
        macro_rules! every_step {
            ([$d($d name:tt)+] $d($d more:tt)*) => {
                $d($d name)+! { $d($d more)* $($krate)+ }
            };
        }
    };
}

steps! { $
    naive_loops "naive-loops", "Neural network with numpy", "digits 97 %, MNIST 86 %", None;
    vectorized "vectorized", "none: its code uses numpy, and its text says no more of it", NO_CLAIM, Some(120);
    tanh_softmax "tanh-softmax", "Activation functions", "“a few percentage points”", Some(45);
    init_shuffle "init-shuffle", "Initializing weights; Shuffling training examples", "“most simple and effective”",
        Some(32);
    regularized "regularized", "Regularization", "MNIST 96 %", Some(28);
    momentum "momentum", "the final program's momentum and rate_decay", NO_CLAIM, Some(42);
    minibatch "minibatch", "beyond it (Efficient BackProp 4.1; UFLDL, batch gradient descent)",
        "LeCun's table: 98.4 % (Simard 2003, 800 hidden units, no distortions)", Some(150);
    parallel "parallel", "beyond it", NO_CLAIM, Some(70);
    // In the files of both: the distortion itself has a file of its own.
    distortions "distortions", "beyond it (Simard, Steinkraus and Platt 2003)",
        "99.3 % (Simard 2003, 800 hidden units, elastic distortions)", Some(40);
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
