//! The machine that a result is made on.

use std::{collections::BTreeMap, env, fs, path::Path, process::Command, thread};

use jiff::Timestamp;
use records::{Environment, STEPS};
use xtask::{Error, workspace::Workspace};

/// Returns the environment that a result is made in now, in the workspace at `root`, by this many `threads`.
pub fn environment(root: &Path, threads: usize) -> Result<Environment, Error> {
    let unknown = || "unknown".to_owned();
    Ok(Environment {
        date: Timestamp::now().strftime("%Y-%m-%dT%H:%MZ").to_string(),
        commit: commit(root).unwrap_or_else(unknown),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        libraries: libraries(root)?,
        rustc: output(root, "rustc", &["--version"]).unwrap_or_else(unknown),
        cpu: cpu().unwrap_or_else(|| env::consts::ARCH.to_owned()),
        cores: cores(),
        threads,
    })
}

/// How many threads can run at the same time.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, Into::into)
}

fn commit(root: &Path) -> Option<String> {
    let commit = output(root, "git", &["rev-parse", "--short=12", "HEAD"])?;
    let changes = output(root, "git", &["status", "--porcelain", "--", "crates", "tools", "Cargo.toml", "Cargo.lock"])?;
    Some(if changes.is_empty() { commit } else { commit + " and changes" })
}

/// What a program prints, if it succeeds.
fn output(root: &Path, program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).current_dir(root).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The versions of the libraries that the steps, and the packages of the workspace that they use, are written with.
fn libraries(root: &Path) -> Result<BTreeMap<String, String>, Error> {
    let tree = Workspace::read(root)?.tree(STEPS.each_ref().map(|step| step.name))?;
    Ok(tree.direct.into_iter().collect())
}

/// The name of the processor, where the system tells it in a file.
fn cpu() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let name = text.lines().find_map(|line| line.strip_prefix("model name"))?;
    Some(name.trim_start_matches([' ', '\t', ':']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_libraries_are_those_that_the_steps_compute_with() {
        let libraries = libraries(&xtask::root()).unwrap();
        for name in ["matrixmultiply", "mnist", "ndarray", "rand", "rand_distr", "rayon"] {
            assert!(libraries[name].contains('.'), "{name}");
        }
        assert!(!libraries.contains_key("clap"), "{libraries:?}");
    }
}
