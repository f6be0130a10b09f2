//! The programs as a user runs them: built once, in a folder of their own, with an environment that says nothing.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::LazyLock,
};

use tempfile::TempDir;

/// Where the programs are: beside the tests, and built with the same profile. Nothing is done if they are up to date.
static PROGRAMS: LazyLock<PathBuf> = LazyLock::new(|| {
    // target / profile / deps / test
    let test = env::current_exe().expect("the test is a file");
    let folder = test.ancestors().nth(2).expect("the folder of the profile");
    let target = folder.parent().expect("the target folder");
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--bins", "--profile", profile, "--target-dir"]).arg(target);
    // What Cargo tells a test of its package would look like a change to build scripts that ask for it.
    for (variable, _) in env::vars_os() {
        if variable.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            build.env_remove(variable);
        }
    }
    let status = build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).status().expect("cargo runs");
    assert!(status.success(), "the programs do not build");
    folder.to_owned()
});

/// What a user may have set, and what would change what the programs do.
const VARIABLES: [&str; 5] = ["MNIST_DIR", "NO_COLOR", "CLICOLOR_FORCE", "TERM", "RUST_BACKTRACE"];

/// A folder to run programs in, empty at first and gone in the end.
pub struct Folder(TempDir);

/// What came of a program.
#[derive(Debug)]
pub struct Run {
    /// The exit code, if it was not killed.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Folder {
    /// An empty folder.
    #[expect(clippy::new_without_default, reason = "a new folder on the disk is no default")]
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Write a file.
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), contents).expect("a file is written");
    }

    /// The contents of a file.
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names of what is in the folder, and what is in the files.
    pub fn contents(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        let entries = fs::read_dir(self.path()).expect("the folder is there").map(|entry| entry.expect("an entry"));
        entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).ok())).collect()
    }

    /// The command that `line` spells: the name of a program and what it is told, at spaces apart.
    pub fn command(&self, line: &str) -> Command {
        let mut words = line.split_whitespace();
        let mut command = Command::new(PROGRAMS.join(words.next().expect("the name of a program")));
        command.args(words).current_dir(self.path()).env("HOME", self.path()).stdin(Stdio::null());
        VARIABLES.iter().for_each(|variable| {
            command.env_remove(variable);
        });
        command
    }

    /// Run the command that `line` spells, to its end.
    pub fn run(&self, line: &str) -> Run {
        Run::of(&mut self.command(line))
    }

    /// Assert that the command that `line` spells is done without complaint, and give its output.
    #[track_caller]
    pub fn output(&self, line: &str) -> String {
        let run = self.run(line);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{line}\n{}", run.stdout);
        run.stdout
    }

    /// Assert that the command that `line` spells is refused: with this exit `code`, one line on standard error with
    /// all the `words` in it, and nothing in the folder that is new, gone or changed.
    #[track_caller]
    pub fn refuses(&self, line: &str, code: i32, words: &[&str]) {
        self.refuses_command(&mut self.command(line), code, words);
    }

    /// The same for a command that takes more than a line to say.
    #[track_caller]
    pub fn refuses_command(&self, command: &mut Command, code: i32, words: &[&str]) {
        let before = self.contents();
        let Run { code: found, stdout, stderr } = Run::of(command);
        assert_eq!(found, Some(code), "{command:?}\n{stdout}{stderr}");
        assert!(stderr.starts_with("error: ") && stderr.ends_with('\n'), "{command:?}\n{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{command:?}\n{stderr}");
        assert!(!stderr.contains("panicked"), "{command:?}\n{stderr}");
        for word in words {
            assert!(stderr.contains(word), "{command:?}\nnot a word of {word:?} in\n{stderr}");
        }
        assert!(before == self.contents(), "{command:?} leaves {:?}", self.contents().keys());
    }
}

impl Run {
    /// Run `command` to its end.
    pub fn of(command: &mut Command) -> Self {
        Self::from(command.output().expect("the program runs"))
    }
}

impl From<Output> for Run {
    fn from(Output { status, stdout, stderr }: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program writes text");
        Self { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }
}
