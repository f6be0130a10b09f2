//! Builds exercises, runs their tests, and finds the outcome of each.

use std::{
    collections::BTreeMap,
    env, fs, io,
    io::Read,
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::{
    NOT_YET,
    course::{Exercise, root},
};

/// The time after which an exercise is taken for an endless loop. All of them together take a second or two.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// The outcome of an exercise.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// All its tests pass.
    Done,
    /// Nobody has worked on it: the failure of its first test.
    NotYet(Failure),
    /// Tests fail: the first of these failures, and the number of the others.
    NotRight(Failure, usize),
    /// It does not compile: the messages of the compiler.
    NotCompiled(String),
    /// It did not end in time.
    Endless,
    /// It broke off without a failed test: the text that it printed.
    Stopped(String),
}

/// A test that fails.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The name of the test, a statement that does not hold.
    pub test: String,
    /// The file, line and column where it failed.
    pub place: String,
    /// Its message, and the text that was printed before.
    pub message: String,
}

/// An error that leaves no outcome.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Cargo cannot be started.
    #[error("cargo cannot be started: {0}; is it on the PATH?")]
    Cargo(io::Error),
    /// Something other than an exercise cannot be built.
    #[error(
        "the exercises cannot be built, and it is not the fault of one of them; cargo says:\n{0}\n\
         If you changed other crates, `git status` shows where."
    )]
    Build(String),
    /// An exercise cannot be read or run.
    #[error("{} cannot be {attempt}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// `read` or `run`.
        attempt: &'static str,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// Builds the `exercises`, and runs the tests of each. Returns their outcomes in the same order. The messages of the
/// compiler are coloured if `color`.
///
/// # Errors
///
/// If cargo cannot be started, or something other than an exercise does not compile.
pub fn check(exercises: &[Exercise], color: bool) -> Result<Vec<Outcome>, Error> {
    let mut built = build(exercises, color)?;
    exercises
        .iter()
        .map(|exercise| match built.remove(&exercise.target()) {
            Some(Built::Program(program)) => run(exercise, &program),
            Some(Built::Errors(errors)) => Ok(Outcome::NotCompiled(errors)),
            None => Ok(Outcome::NotCompiled(String::new())),
        })
        .collect()
}

/// The result of compiling an exercise.
enum Built {
    Program(PathBuf),
    Errors(String),
}

/// Compiles the exercises, each of them even if others do not compile, by one call of cargo.
fn build(exercises: &[Exercise], color: bool) -> Result<BTreeMap<String, Built>, Error> {
    let format = if color { "json-diagnostic-rendered-ansi" } else { "json" };
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--package", "exercises", "--keep-going"])
        .arg(format!("--message-format={format}"))
        .args(exercises.iter().flat_map(|exercise| ["--test".to_owned(), exercise.target()]))
        .current_dir(root())
        .stdin(Stdio::null())
        .output()
        .map_err(Error::Cargo)?;
    let mut built = BTreeMap::new();
    let mut others = String::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let name = message["target"]["name"].as_str().unwrap_or_default();
        let known =
            exercises.iter().any(|exercise| exercise.target() == name) && message["target"]["kind"][0] == "test";
        if let (true, Some(program)) = (known, message["executable"].as_str()) {
            built.insert(name.to_owned(), Built::Program(program.into()));
        }
        if message["message"]["level"] == "error" {
            let text = message["message"]["rendered"].as_str().unwrap_or_default();
            match built.entry(name.to_owned()).or_insert_with(|| Built::Errors(String::new())) {
                Built::Errors(errors) if known => errors.push_str(text),
                _ => others.push_str(text),
            }
        }
    }
    let explained = exercises.iter().all(|exercise| built.contains_key(&exercise.target()));
    if output.status.success() || explained {
        Ok(built)
    } else {
        Err(Error::Build(others + &String::from_utf8_lossy(&output.stderr)))
    }
}

/// Runs the tests of an exercise.
fn run(exercise: &Exercise, program: &PathBuf) -> Result<Outcome, Error> {
    let failed = |source| Error::File { path: program.clone(), attempt: "run", source };
    let mut child = Command::new(program)
        .args(["--test-threads=1", "--color=never"])
        .env("RUST_BACKTRACE", "0")
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let (sender, receiver) = mpsc::channel();
    if let Some(mut stdout) = child.stdout.take() {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stdout.read_to_end(&mut bytes);
            sender.send(bytes)
        });
    }
    let Ok(printed) = receiver.recv_timeout(TIME_LIMIT) else {
        child.kill().and_then(|()| child.wait()).map_err(failed)?;
        return Ok(Outcome::Endless);
    };
    if child.wait().map_err(failed)?.success() {
        return Ok(Outcome::Done);
    }
    let printed = String::from_utf8_lossy(&printed);
    let path = root().join(exercise.path());
    let source = fs::read_to_string(&path).map_err(|source| Error::File { path, attempt: "read", source })?;
    let mut failures = failures(&printed);
    // In the order of the file, from simple to hard: the tests run in alphabetical order.
    failures.sort_by_key(|failure| source.find(&format!("fn {}(", failure.test)));
    let others = failures.len().saturating_sub(1);
    Ok(match failures.into_iter().next() {
        None => Outcome::Stopped(printed.into_owned()),
        Some(first) if first.message.contains(NOT_YET) => Outcome::NotYet(first),
        Some(first) => Outcome::NotRight(first, others),
    })
}

/// Returns the failures in the text that the tests `printed`.
fn failures(printed: &str) -> Vec<Failure> {
    // Each begins with a line `---- module::test stdout ----`; the last is followed by a list of names.
    let mut failures: Vec<Failure> = Vec::new();
    for line in printed.lines().skip_while(|&line| line != "failures:").skip(1).take_while(|&line| line != "failures:")
    {
        let heading = line.strip_prefix("---- ").and_then(|line| line.strip_suffix(" stdout ----"));
        if let Some(test) = heading {
            let test = test.rsplit("::").next().unwrap_or(test).to_owned();
            failures.push(Failure { test, place: String::new(), message: String::new() });
        } else if let Some(failure) = failures.last_mut() {
            let place = line.split_once(") panicked at ").or_else(|| line.split_once("' panicked at "));
            match place {
                Some((thread, place)) if thread.starts_with("thread '") => {
                    failure.place = place.trim_end_matches(':').to_owned();
                }
                _ if line.starts_with("note: run with `RUST_BACKTRACE") => {}
                _ => failure.message += &format!("{line}\n"),
            }
        }
    }
    for failure in &mut failures {
        failure.message = failure.message.trim().to_owned();
    }
    failures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_read_from_the_output_of_the_tests() {
        let printed = "
running 3 tests
test tests::one ... FAILED
test tests::three ... FAILED
test tests::two ... ok

failures:

---- tests::one stdout ----
printed by the reader

thread 'tests::one' (4711) panicked at exercises/tests/01_x.rs:10:5:
x
  expected  1
  yours     2

A lesson.
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

---- tests::three stdout ----

thread 'tests::three' panicked at exercises/tests/01_x.rs:20:5:
y


failures:
    tests::one
    tests::three

test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
        let failure = |test: &str, line, message: &str| Failure {
            test: test.to_owned(),
            place: format!("exercises/tests/01_x.rs:{line}:5"),
            message: message.to_owned(),
        };
        let first = "printed by the reader\n\nx\n  expected  1\n  yours     2\n\nA lesson.";
        assert_eq!(failures(printed), [failure("one", 10, first), failure("three", 20, "y")]);
    }

    #[test]
    fn tests_that_pass_have_no_failures() {
        assert_eq!(failures("\nrunning 0 tests\n\ntest result: ok.\n"), []);
    }
}
