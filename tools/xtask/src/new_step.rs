//! A new step as a copy of another one: its crate, its places in the lists, and the skeleton of its chapter.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use records::STEPS;

use crate::{
    error::{Error, read},
    source::files,
};

/// The step to make.
#[derive(Args, Debug)]
pub struct Plan {
    /// Name of the new step: that of its crate, its folder and its chapter
    name: String,
    /// Step that it follows, and whose code it begins with
    #[arg(long, value_name = "STEP")]
    after: String,
}

/// A file with a list of steps, and the beginnings of the lines that are copied for the new one.
struct List {
    path: &'static str,
    /// `@` stands for the name.
    lines: &'static [&'static str],
}

/// The lists of steps, but for the one in `records`, which is what most of the code reads.
const LISTS: [List; 6] = [
    List { path: "Cargo.toml", lines: &["    \"crates/@\",", "@ = { path = \"crates/@\"", "@ = { opt-level = 2 }"] },
    List { path: "crates/playground/Cargo.toml", lines: &["@.workspace"] },
    List { path: "tests/Cargo.toml", lines: &["@ = { workspace"] },
    List { path: "tests/accuracy.rs", lines: &["    (\"@\", "] },
    List { path: "tools/recorder/Cargo.toml", lines: &["@.workspace"] },
    List { path: "book/src/SUMMARY.md", lines: &["- [`@`"] },
];
const RECORDS: &str = "tools/records/src/lib.rs";
const PENDING: &str = records::Pending::PATH;

/// Makes the step, and tells what is left to do. Nothing is written if something is not as it should be.
pub fn new_step(root: &Path, plan: &Plan) -> Result<(), Error> {
    let Plan { name, after } = plan;
    for (path, text) in changes(root, name, after)? {
        let path = root.join(path);
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder).map_err(Error::file(folder, "written"))?;
        fs::write(&path, text).map_err(Error::file(&path, "written"))?;
    }
    println!(
        "{name} is a copy of {after}. Commit it now, so that the next commit shows the lesson. What is left to do:

    crates/{name}               the one idea, in the code, the header of lib.rs and the description in Cargo.toml
    {RECORDS}   its section, claim and limit of changed lines
    tests/containment.rs        a test that it contains {after}: without the idea, the same weights
    tests/accuracy.rs           its accuracy, measured
    settings                    by `cargo run -p {name} -- tune`, on validation data
    records                     cargo xtask results --only {name}, then cargo xtask readme
    book/lab                    its network for the pad, by `cargo run -p playground --bin networks -- {name}`
    book/src/{name}.md          the chapter, with exercises
    cargo xtask check           finds what does not agree yet"
    );
    Ok(())
}

/// Returns the files to write, from the folder of the workspace, with their texts.
fn changes(root: &Path, name: &str, after: &str) -> Result<Vec<(PathBuf, String)>, Error> {
    let known = STEPS.each_ref().map(|step| step.name);
    if !known.contains(&after) {
        return Err(Error::Unknown { flag: "--after", what: "step", name: after.to_owned(), known: known.join(", ") });
    }
    let folder = Path::new("crates").join(name);
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !name.split('-').all(is_word) || name.starts_with(|c: char| c.is_ascii_digit()) {
        let problem = "a step has a name like tanh-softmax: lower-case words with hyphens between them";
        return Err(Error::content(Path::new(name), problem));
    }
    if root.join(&folder).exists() || known.contains(&name) {
        return Err(Error::content(&folder, "there is a step of this name already"));
    }
    let [module, module_after] = [name, after].map(|name| name.replace('-', "_"));

    let mut changes = Vec::new();
    let original = Path::new("crates").join(after);
    for path in [vec![original.join("Cargo.toml")], files(root, &original.join("src"))?].concat() {
        let text = read(&root.join(&path))?
            .replace(&format!("name = \"{after}\""), &format!("name = \"{name}\""))
            .replace(&format!("{module_after}::"), &format!("{module}::"));
        let place = path.strip_prefix(&original).unwrap_or(&path);
        changes.push((folder.join(place), text));
    }
    for List { path, lines } in LISTS {
        let mut text = read(&root.join(path))?;
        for line in lines {
            text = with_copies(&text, line, after, name).ok_or_else(|| no_entry(path, after))?;
        }
        changes.push((path.into(), text));
    }
    let text = read(&root.join(RECORDS))?;
    let entry = text.find(&format!("\n    {module_after} \"{after}\"")).ok_or_else(|| no_entry(RECORDS, after))?;
    let end = entry + text[entry..].find(";\n").ok_or_else(|| no_entry(RECORDS, after))? + 2;
    let new = format!("    {module} \"{name}\", \"beyond it\", NO_CLAIM, Some(40);\n");
    changes.push((RECORDS.into(), text[..end].to_owned() + &new + &text[end..]));
    let records = ["digits", "mnist", "runs"].map(|folder| format!("{folder}/{name}.json\n"));
    changes.push((PENDING.into(), fs::read_to_string(root.join(PENDING)).unwrap_or_default() + &records.concat()));
    changes.push((format!("book/src/{name}.md").into(), chapter(name)));
    Ok(changes)
}

/// Returns `text` with a copy, for the step `name`, after each line that begins with `beginning` for the step `after`;
/// nothing if there is none.
fn with_copies(text: &str, beginning: &str, after: &str, name: &str) -> Option<String> {
    let beginning = beginning.replace('@', after);
    let mut copied = String::new();
    for line in text.split_inclusive('\n') {
        copied += line;
        if line.starts_with(&beginning) {
            copied += &line.replace(after, name);
        }
    }
    (copied.len() > text.len()).then_some(copied)
}

fn no_entry(path: &str, after: &str) -> Error {
    Error::content(Path::new(path), format!("{after} is not where a list of steps should have it"))
}

/// Returns the skeleton of a chapter.
fn chapter(name: &str) -> String {
    format!(
        "# `{name}`: the one idea

**What it changes:** …\\
**What it gains:** …

{{{{#results {name}}}}}

## The idea

…

## The difference

{{{{#diff {name}}}}}

## The run

{{{{#run {name}}}}}

<step-lab step=\"{name}\">

{{{{#curve {name} digits}}}}

</step-lab>

## Try it

- …
"
    )
}

#[cfg(test)]
mod tests {
    use std::{env, process::Command};

    use super::*;

    /// A copy of the workspace, as far as a step is built from it.
    fn copy() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let root = crate::root();
        let mut next =
            [".cargo", "bench", "book/src", "crates", "exercises", "tests", "tools"].map(PathBuf::from).to_vec();
        let mut plain = ["Cargo.toml", "Cargo.lock", PENDING].map(PathBuf::from).to_vec();
        while let Some(path) = next.pop() {
            for path in files(&root, &path).unwrap().into_iter().filter(|path| !path.ends_with("target")) {
                if root.join(&path).is_dir() { next.push(path) } else { plain.push(path) }
            }
        }
        for path in plain {
            let copy = folder.path().join(&path);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(root.join(&path), copy).unwrap();
        }
        folder
    }

    fn plan(name: &str, after: &str) -> Plan {
        Plan { name: name.to_owned(), after: after.to_owned() }
    }

    #[test]
    fn a_new_step_is_built_and_learns_and_is_on_the_list() {
        let folder = copy();
        new_step(folder.path(), &plan("loud-noise", "init-shuffle")).unwrap();
        // Target / profile / deps / test: libraries are built there already.
        let test = env::current_exe().unwrap();
        let target = test.ancestors().nth(3).unwrap();
        let cargo = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO"));
            command.args(arguments).arg("--offline").arg("--target-dir").arg(target).current_dir(folder.path());
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        cargo(&["test", "--quiet", "--package", "records", "--lib"]);
        cargo(&["build", "--quiet", "--package", "loud-noise", "--package", "playground"]);
        let name = if cfg!(windows) { "loud-noise.exe" } else { "loud-noise" };
        let learned = Command::new(target.join("debug").join(name)).args(["--iterations", "1"]).output().unwrap();
        let learned = String::from_utf8(learned.stdout).unwrap();
        assert!(learned.contains("loud-noise") && learned.contains("test accuracy"), "{learned}");
        let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
        assert_eq!(read("crates/loud-noise/src/lib.rs"), read("crates/init-shuffle/src/lib.rs"));
        let after = "    init_shuffle \"init-shuffle\"";
        let list = read(RECORDS);
        let (_, rest) = list.split_once(after).unwrap();
        assert_eq!(
            rest.split(";\n").nth(1).unwrap(),
            "    loud_noise \"loud-noise\", \"beyond it\", NO_CLAIM, Some(40)"
        );
        assert!(read("book/src/SUMMARY.md").contains("(init-shuffle.md)\n- [`loud-noise`"));
        assert!(read(PENDING).contains("\ndigits/loud-noise.json\n"));
    }

    #[test]
    fn what_cannot_be_a_step_is_refused() {
        let root = crate::root();
        for (name, after, problem) in [
            ("loud", "quiet", "there is no step quiet"),
            ("momentum", "vectorized", "already"),
            ("Loud", "momentum", "lower-case words"),
            ("loud--noise", "momentum", "lower-case words"),
            ("2-layers", "momentum", "lower-case words"),
            ("../loud", "momentum", "lower-case words"),
        ] {
            let error = new_step(&root, &plan(name, after)).unwrap_err().to_string();
            assert!(error.contains(problem), "{name}: {error}");
        }
    }
}
