//! Who is measured.

use std::{env, path::Path};

use super::{Command, Measurement, process, python};
use records::STEPS;
use xtask::Error;

/// The numbers of threads that the network of the comparison is trained by.
pub const THREADS: [usize; 2] = [1, 2];
/// The network of the comparison, as its arguments; the others have it in bench.
const SAME_WORK: [&str; 14] = [
    "--hidden",
    "300",
    "--iterations",
    "3",
    "--batch",
    "128",
    "--learning-rate",
    "0.1",
    "--rate-decay",
    "1",
    "--l2-in",
    "4e-4",
    "--l2-out",
    "4e-4",
];

/// A program that trains a network, with so many threads.
#[derive(Debug)]
pub struct Contender {
    /// What the record and `--only` call it.
    pub key: String,
    /// Its name: that of the step, or of the peer.
    pub name: &'static str,
    /// Its name in the book, without the number of its threads.
    pub label: String,
    pub kind: Kind,
    pub threads: usize,
    /// It is measured in every so many rounds.
    pub every: usize,
}

/// What it does, and how it is started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A step, with its own settings but for 100 hidden units, and so many iterations.
    Step { iterations: usize },
    /// The step that does the work of the comparison.
    Ours,
    /// A package in bench of this name.
    Package(&'static str),
    /// A script in bench/python of this name.
    Script(&'static str),
}

/// Returns everybody: the steps, then those that do the same work, once for each number of threads that they can have.
pub fn contenders() -> Vec<Contender> {
    /// Of a program that uses one core.
    const ONE: &[usize] = &[1];
    /// Of a program that uses as many cores as it is told to.
    const ANY: &[usize] = &THREADS;
    let mut all: Vec<Contender> = STEPS.iter().map(|step| of_step(step.name)).collect();
    for (name, label, kind, threads, every) in [
        ("minibatch", "`minibatch`", Kind::Ours, ONE, 1),
        ("parallel", "`parallel`", Kind::Ours, ANY, 1),
        ("jax", "JAX", Kind::Script("jax_peer.py"), ANY, 1),
        ("pytorch-compiled", "PyTorch, compiled", Kind::Script("pytorch_compiled.py"), ANY, 1),
        ("pytorch", "PyTorch", Kind::Script("pytorch.py"), ANY, 1),
        ("burn", "burn", Kind::Package("burn"), ANY, 1),
        ("candle", "candle", Kind::Package("candle"), ANY, 1),
        ("scikit-learn", "scikit-learn", Kind::Script("scikit_learn.py"), ANY, 5),
    ] {
        all.extend(threads.iter().map(|&threads| Contender {
            key: format!("{name}-{threads}"),
            name,
            label: label.to_owned(),
            kind,
            threads,
            every,
        }));
    }
    all
}

/// Returns those that do the same work.
pub fn same_workers() -> impl Iterator<Item = Contender> {
    contenders().into_iter().filter(|one| !matches!(one.kind, Kind::Step { .. }))
}

/// Returns the program of this project that the others with so many threads are compared with: the first in the list.
pub fn ours(threads: usize) -> Option<Contender> {
    same_workers().find(|one| one.kind == Kind::Ours && one.threads == threads)
}

/// Iterations enough to reach what it reaches, if that does not take long; the last step needs all of its own.
fn of_step(name: &'static str) -> Contender {
    let (iterations, every) = match name {
        "naive-loops" => (1, 2),
        "vectorized" | "tanh-softmax" => (1, 1),
        "init-shuffle" | "regularized" => (4, 3),
        "momentum" => (6, 3),
        _ => (20, 1),
    };
    let kind = Kind::Step { iterations };
    Contender { key: name.to_owned(), name, label: format!("`{name}`"), kind, threads: 1, every }
}

impl Contender {
    /// Returns its label with the number of its threads.
    pub fn label_with_threads(&self) -> String {
        match self.threads {
            1 => format!("{}, 1 thread", self.label),
            threads => format!("{}, {threads} threads", self.label),
        }
    }

    /// Whether it is of this project.
    pub fn is_ours(&self) -> bool {
        matches!(self.kind, Kind::Step { .. } | Kind::Ours)
    }

    /// What builds it, if something has to.
    pub fn build(&self, root: &Path) -> Option<Command> {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
        match self.kind {
            Kind::Step { .. } | Kind::Ours => command.args(["build", "--package", self.name]).current_dir(root),
            Kind::Package(name) => command
                .args(["build", "--release", "--locked", "--target-dir", "target"])
                .current_dir(root.join("bench").join(name)),
            Kind::Script(_) => return None,
        };
        Some(command)
    }

    /// Run it once, with random numbers that start from `seed`.
    pub fn run(&self, root: &Path, seed: usize) -> Result<Measurement, Error> {
        let (bench, seed) = (root.join("bench"), seed.to_string());
        match self.kind {
            Kind::Step { iterations } => {
                let iterations = iterations.to_string();
                let arguments = ["--hidden", "100", "--iterations", &iterations, "--seed", &seed];
                process::step(self.name, self.threads, &arguments)
            }
            Kind::Ours => process::step(self.name, self.threads, &[&SAME_WORK[..], &["--seed", &seed]].concat()),
            Kind::Package(name) => {
                let program = format!("bench-{name}{}", env::consts::EXE_SUFFIX);
                let mut command = Command::new(bench.join(name).join("target/release").join(program));
                command.arg(seed);
                process::peer(command, self.threads)
            }
            Kind::Script(name) => {
                let mut command = Command::new(python());
                command.arg(bench.join("python").join(name)).arg(seed);
                process::peer(command, self.threads)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everybody_has_a_key_of_their_own() {
        let all = contenders();
        let keys: BTreeSet<&str> = all.iter().map(|one| one.key.as_str()).collect();
        assert_eq!(keys.len(), all.len());
    }

    #[test]
    fn there_is_one_of_ours_for_each_number_of_threads() {
        for threads in THREADS {
            let ours = ours(threads).unwrap();
            assert!(ours.is_ours() && ours.threads == threads, "{ours:?}");
            assert!(STEPS.iter().any(|step| step.name == ours.name), "{ours:?}");
        }
        assert_eq!(same_workers().filter(|one| one.threads == 1).count(), 8);
        assert_eq!(ours(1).unwrap().label_with_threads(), "`minibatch`, 1 thread");
    }

    #[test]
    fn the_sources_of_the_peers_are_where_they_are_looked_for() {
        let bench = xtask::root().join("bench");
        for one in contenders() {
            match one.kind {
                Kind::Package(name) => assert!(bench.join(name).join("Cargo.lock").exists(), "{name}"),
                Kind::Script(name) => assert!(bench.join("python").join(name).exists(), "{name}"),
                Kind::Step { .. } | Kind::Ours => assert!(one.is_ours()),
            }
        }
    }
}
