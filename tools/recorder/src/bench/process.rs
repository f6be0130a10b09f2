//! A training as a process of its own: its time, its memory, and what it tells of its iterations.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    io::Read,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use serde::{Deserialize, Serialize};
use wait4::Wait4;

use super::{Peer, skip};
use xtask::{Error, read};

/// What sets the number of threads of a library.
const THREADS: [&str; 4] = ["RAYON_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"];
/// Some machines have settings for OpenBLAS that suit another processor.
const UNSET: [&str; 2] = ["OPENBLAS_CORETYPE", "OPENBLAS_VERBOSE"];

/// One training.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Run {
    pub iterations: Vec<Iteration>,
    /// How long the process lived.
    pub process_seconds: f64,
    /// The most memory that it had, in millions of bytes.
    pub peak_megabytes: f64,
}

/// Once through the training set.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Iteration {
    /// Evaluation not included.
    pub seconds: f64,
    pub test_accuracy: f64,
}

/// What came of a process.
#[derive(Debug)]
pub enum Measurement {
    /// It did its work; a peer says who it is.
    Run(Run, Option<Peer>),
    /// It did not, and told this.
    Failed(String),
}

/// Run the program of a step, which lies beside this one, on MNIST.
pub fn step(name: &str, threads: usize, arguments: &[&str]) -> Result<Measurement, Error> {
    #[derive(Deserialize)]
    struct Report {
        iterations: Vec<Iteration>,
    }
    let here = env::current_exe().map_err(Error::file(Path::new(name), "started"))?;
    let program = here.with_file_name(format!("{name}{}", env::consts::EXE_SUFFIX));
    let report = tempfile::Builder::new().suffix(".json").tempfile().map_err(Error::file(&program, "started"))?;
    let mut command = Command::new(&program);
    command.args(["--dataset", "mnist", "--quiet", "--report"]).arg(report.path()).args(arguments);
    let ended = match process(command, threads)? {
        Ok(ended) => ended,
        Err(problem) => return Ok(Measurement::Failed(problem)),
    };
    let Report { iterations } =
        serde_json::from_str(&read(report.path())?).map_err(|error| Error::content(report.path(), error))?;
    Ok(Measurement::Run(ended.run(iterations), None))
}

/// Run a program that keeps to the contract in bench/README.md.
pub fn peer(command: Command, threads: usize) -> Result<Measurement, Error> {
    let ended = match process(command, threads)? {
        Ok(ended) => ended,
        Err(problem) => return Ok(Measurement::Failed(problem)),
    };
    Ok(match told(&ended.output) {
        Some((iterations, peer)) => Measurement::Run(ended.run(iterations), Some(peer)),
        None => Measurement::Failed("it does not print what bench/README.md asks for".to_owned()),
    })
}

/// Returns what a process with so many threads prints, or why it fails.
pub fn output(command: Command, threads: usize) -> Result<Result<String, String>, Error> {
    Ok(process(command, threads)?.map(|ended| ended.output))
}

/// The iterations, and the last line.
fn told(output: &str) -> Option<(Vec<Iteration>, Peer)> {
    let (lines, last) = output.trim_end().rsplit_once('\n')?;
    let iterations = lines.lines().map(|line| serde_json::from_str(line).ok()).collect::<Option<_>>()?;
    Some((iterations, serde_json::from_str(last).ok()?))
}

/// A process that has done its work.
struct Ended {
    output: String,
    seconds: f64,
    megabytes: f64,
}

impl Ended {
    fn run(self, iterations: Vec<Iteration>) -> Run {
        Run { iterations, process_seconds: self.seconds, peak_megabytes: self.megabytes }
    }
}

/// Run a process with so many threads to its end; an error of its own is what it printed last.
fn process(mut command: Command, threads: usize) -> Result<Result<Ended, String>, Error> {
    command.envs(THREADS.map(|name| (name, threads.to_string())));
    for name in UNSET {
        command.env_remove(name);
    }
    let errors = tempfile::NamedTempFile::new().map_err(Error::file(&env::temp_dir(), "written"))?;
    let to_file = errors.reopen().map_err(Error::file(errors.path(), "read"))?;
    let start = Instant::now();
    let mut child = match command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(to_file).spawn() {
        Ok(child) => child,
        Err(error) => return Ok(Err(format!("{} does not start: {error}", command.get_program().display()))),
    };
    let mut output = String::new();
    let told = child.stdout.take().map_or(Ok(0), |mut stdout| stdout.read_to_string(&mut output));
    let ended = child.wait4().map_err(Error::file(Path::new(command.get_program()), "started"))?;
    let seconds = start.elapsed().as_secs_f64();
    if !ended.status.success() || told.is_err() {
        return Ok(Err(last_line(read(errors.path())?.as_bytes())));
    }
    Ok(Ok(Ended { output, seconds, megabytes: ended.rusage.maxrss as f64 / 1e6 }))
}

/// The last line that a program printed.
pub fn last_line(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it fails, and does not say why").trim().to_owned()
}

/// The interpreter.
pub fn python() -> OsString {
    env::var_os("PYTHON").unwrap_or_else(|| "python3".into())
}

/// The tutorial's algorithms in Python: what they are called, and seconds for an iteration, from a part; the slowest
/// first.
pub fn tutorial(root: &Path, skipped: &mut BTreeMap<String, String>) -> Vec<(String, f64)> {
    let script = root.join("tests/reference/speed.py");
    let output = match Command::new(python()).arg(script).output() {
        Ok(output) if output.status.success() => output,
        Ok(output) => {
            skip(skipped, "Python", &last_line(&output.stderr));
            return Vec::new();
        }
        Err(error) => {
            skip(skipped, "Python", &error.to_string());
            return Vec::new();
        }
    };
    let mut times: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().filter_map(extrapolated).collect();
    times.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    times
}

/// A line such as `loops over lists   771.0 s an iteration (extrapolated from 200 examples)`.
fn extrapolated(line: &str) -> Option<(String, f64)> {
    let (name, seconds) = line.split_once(" s an iteration")?.0.rsplit_once(' ')?;
    Some((name.trim().to_owned(), seconds.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_peer_are_read() {
        let output = "{\"iteration\": 1, \"seconds\": 0.5, \"test_accuracy\": 0.96}\n\
                      {\"name\": \"A\", \"version\": \"1.0\", \"settings\": \"tanh\"}\n";
        let (iterations, peer) = told(output).unwrap();
        assert_eq!(iterations, [Iteration { seconds: 0.5, test_accuracy: 0.96 }]);
        assert_eq!((peer.name.as_str(), peer.settings.as_str()), ("A", "tanh"));
        assert!(told("{\"name\": \"A\"}\n").is_none());
        assert!(told(&output.replace("seconds", "minutes")).is_none());
    }

    #[test]
    fn the_times_of_the_tutorial_are_read() {
        let line = "loops over lists             771.0 s an iteration (extrapolated from 200 examples)";
        assert_eq!(extrapolated(line), Some(("loops over lists".to_owned(), 771.0)));
        assert_eq!(extrapolated("no time"), None);
    }

    #[test]
    fn a_process_tells_its_time_and_its_memory_or_what_is_wrong() {
        let mut command = Command::new("cargo");
        command.arg("--version");
        let ended = process(command, 1).unwrap().ok().unwrap();
        assert!(ended.output.starts_with("cargo ") && ended.seconds > 0.0 && ended.megabytes > 1.0);
        let mut command = Command::new("cargo");
        command.arg("no-such-command");
        assert!(process(command, 1).unwrap().is_err());
        assert!(process(Command::new("no-such-program"), 1).unwrap().is_err());
    }

    #[test]
    fn the_last_line_is_what_is_told() {
        assert_eq!(last_line(b"Traceback\nModuleNotFoundError: no torch\n\n"), "ModuleNotFoundError: no torch");
    }
}
