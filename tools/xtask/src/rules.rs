//! The rules of the series: the order of its steps, how much a step may change and has to explain, and the width of all
//! lines.

use std::path::{Path, PathBuf};

use records::{STEPS, Step};
use serde::Deserialize;
use similar::{ChangeTag, TextDiff};

use crate::{
    error::{Error, read},
    finding::{Finding, line_of},
    source::files,
    tasks::sources,
};

/// A source file of a step is shorter than this: it is read in one sitting. A third of it is comments.
const LONGEST_FILE: usize = 275;
/// In per cent of a step's lines: a lesson says why.
const LEAST_COMMENTS: usize = 30;
const FORMAT: &str = "rustfmt.toml";
const LIST: &str = "tools/records/src/lib.rs";

/// Where the steps break the rules.
pub fn check(root: &Path) -> Result<Vec<Finding>, Error> {
    let mut findings = order(&read(&root.join("Cargo.toml"))?, &STEPS.each_ref().map(|step| step.name))?;
    for step in &STEPS {
        findings.extend(lengths(root, step)?);
        findings.extend(comments(root, &sources(step))?);
    }
    findings.extend(widths(root)?);
    for (old, new) in STEPS.iter().zip(&STEPS[1..]) {
        let changed = changed_lines(root, &sources(old), &sources(new))?;
        if let Some(limit) = new.limit.filter(|limit| changed > *limit) {
            findings.push(Finding {
                path: sources(new).join("lib.rs"),
                line: 1,
                problem: format!("{changed} lines differ from {}, and the limit is {limit}", old.name),
                repair: format!("see `diff -r -U0 {} {}`", sources(old).display(), sources(new).display()),
            });
        }
    }
    Ok(findings)
}

/// The members of the workspace in `manifest` begin with the `steps`, in their order.
fn order(manifest: &str, steps: &[&str]) -> Result<Vec<Finding>, Error> {
    #[derive(Deserialize)]
    struct Manifest {
        workspace: Workspace,
    }
    #[derive(Deserialize)]
    struct Workspace {
        members: Vec<String>,
    }
    let path = Path::new("Cargo.toml");
    let manifest_read: Manifest = toml::from_str(manifest).map_err(|error| Error::content(path, error.message()))?;
    let mut members = manifest_read.workspace.members.into_iter();
    let misplaced = steps.iter().find(|step| members.next() != Some(format!("crates/{step}")));
    Ok(misplaced
        .map(|step| Finding {
            path: path.to_owned(),
            line: line_of(manifest, "members = ["),
            problem: format!("{step} is not in its place among the members, which begin with the steps in their order"),
            repair: format!("put it where it stands in {LIST}"),
        })
        .into_iter()
        .collect())
}

/// The files of `step` that are too long.
fn lengths(root: &Path, step: &Step) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for path in files(root, &sources(step))? {
        let lines = read(&root.join(&path))?.lines().count();
        if lines >= LONGEST_FILE {
            let problem = format!("{lines} lines are too long for a step, whose files have less than {LONGEST_FILE}");
            findings.push(Finding { path, line: LONGEST_FILE, problem, repair: "say it in fewer words".to_owned() });
        }
    }
    Ok(findings)
}

/// That the sources in `folder` have too few comments, if they do.
fn comments(root: &Path, folder: &Path) -> Result<Option<Finding>, Error> {
    let (mut comments, mut lines) = (0, 0);
    for path in files(root, folder)? {
        let counts = comments_and_lines(&read(&root.join(path))?);
        (comments, lines) = (comments + counts.0, lines + counts.1);
    }
    let few = 100 * comments < LEAST_COMMENTS * lines;
    Ok(few.then(|| Finding {
        path: folder.join("lib.rs"),
        line: 1,
        problem: format!(
            "{comments} of {lines} lines have comments, {:.0} %, and it should be {LEAST_COMMENTS} % of them",
            (100 * comments) as f64 / lines as f64
        ),
        repair: "say why, and give shapes and units".to_owned(),
    }))
}

/// The number of lines of the source `text` that are or end in a comment, and of all lines that are not blank.
fn comments_and_lines(text: &str) -> (usize, usize) {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let comments = lines.iter().filter(|line| line.starts_with("//") || line.contains(" // ")).count();
    (comments, lines.len())
}

/// The lines that are longer than rustfmt makes them, which leaves comments and strings as they are.
fn widths(root: &Path) -> Result<Vec<Finding>, Error> {
    #[derive(Deserialize)]
    struct Format {
        max_width: usize,
    }
    let path = Path::new(FORMAT);
    let format: Format =
        toml::from_str(&read(&root.join(path))?).map_err(|error| Error::content(path, error.message()))?;
    let mut findings = Vec::new();
    for path in rust_files(root, Path::new(""))? {
        for (line, number) in read(&root.join(&path))?.lines().zip(1..) {
            let width = line.chars().count();
            if width > format.max_width {
                findings.push(Finding {
                    path: path.clone(),
                    line: number,
                    problem: format!("{width} characters are more than the {} that {FORMAT} allows", format.max_width),
                    repair: "break the line".to_owned(),
                });
            }
        }
    }
    Ok(findings)
}

/// All Rust files beneath `folder`, but for what builds make and what is hidden.
fn rust_files(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for path in files(root, folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name == "target" {
            continue;
        }
        if root.join(&path).is_dir() {
            found.extend(rust_files(root, &path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

/// The lines that were added to or removed from the files in the folder `old` to make those in `new`, as
/// `diff -r -U0 old new` has them: a file that is in one of them only is not compared.
fn changed_lines(root: &Path, old: &Path, new: &Path) -> Result<usize, Error> {
    let mut changed = 0;
    for path in files(root, old)? {
        let other = new.join(path.file_name().unwrap_or_default());
        if root.join(&other).exists() {
            changed += difference(&read(&root.join(&path))?, &read(&root.join(&other))?);
        }
    }
    Ok(changed)
}

/// The number of lines that are in one of the texts only.
fn difference(old: &str, new: &str) -> usize {
    let diff = TextDiff::from_lines(old, new);
    diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal).count()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::workspace::tests::write;

    #[test]
    fn added_and_removed_lines_count() {
        let old = "one\ntwo\nthree\n";
        assert_eq!(difference(old, old), 0);
        assert_eq!(difference(old, "one\nthree\n"), 1);
        assert_eq!(difference(old, "one\n2\nthree\nfour\n"), 3);
        assert_eq!(difference(old, "one\n\ntwo\n  \nthree\n"), 2);
        assert_eq!(difference("", old), 3);
    }

    /// What `diff -r -U0` counts, where there is such a program.
    fn counted_by_diff(root: &Path, old: &Path, new: &Path) -> Option<usize> {
        let output = Command::new("diff").args(["-r", "-U0"]).args([old, new]).current_dir(root).output().ok()?;
        let text = String::from_utf8(output.stdout).unwrap();
        let is_change =
            |line: &&str| line.starts_with(['+', '-']) && !line.starts_with("+++ ") && !line.starts_with("--- ");
        Some(text.lines().filter(is_change).count())
    }

    #[test]
    fn changed_lines_are_counted_as_diff_counts_them() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root, "a/lib.rs", "fn a() {\n\n    b();\n    c();\n}\n\n// d\n");
        write(root, "b/lib.rs", "fn a() {\n    c();\n\n    e();\n}\n// f\n\n// g\n");
        write(root, "a/main.rs", "fn main() {}\n");
        write(root, "b/main.rs", "fn main() {}\n");
        write(root, "b/new.rs", "//! Not compared.\n");
        let (a, b) = (Path::new("a"), Path::new("b"));
        assert_eq!(changed_lines(root, a, b).unwrap(), 7);
        assert!(counted_by_diff(root, a, b).is_none_or(|counted| counted == 7));
        for (old, new) in STEPS.iter().zip(&STEPS[1..]) {
            let (root, old, new) = (crate::root(), sources(old), sources(new));
            let changed = changed_lines(&root, &old, &new).unwrap();
            let counted = counted_by_diff(&root, &old, &new).unwrap_or(changed);
            assert_eq!(changed, counted, "{}", new.display());
        }
    }

    #[test]
    fn comments_count_where_they_stand() {
        let text = "//! A.\n\n/// B.\nfn a() {\n    // Why.\n    b(); // c\n    d(\"http://e\");\n}\n";
        assert_eq!(comments_and_lines(text), (4, 7));
        let folder = tempfile::tempdir().unwrap();
        let find = || comments(folder.path(), Path::new("src")).unwrap();
        write(folder.path(), "src/lib.rs", text);
        assert!(find().is_none());
        write(folder.path(), "src/main.rs", "fn main() {\n    a();\n    b();\n    c();\n    d();\n    e();\n}\n");
        assert!(find().unwrap().problem.starts_with("4 of 14 lines have comments, 29 %"), "{:?}", find());
        write(folder.path(), "src/main.rs", "fn main() {\n    a();\n    b();\n    c();\n}\n// The end.\n");
        assert!(find().is_none(), "{:?}", find());
    }

    #[test]
    fn lines_are_as_wide_as_rustfmt_makes_them() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root, "rustfmt.toml", "max_width = 10\n");
        let (fits, too_wide) = ("ä".repeat(10), "ä".repeat(11));
        write(root, "a/b.rs", &format!("{fits}\n{too_wide}\n"));
        for path in ["c.rs", "a/target/d.rs", ".e/f.rs", "a/g.md"] {
            write(root, path, &too_wide);
        }
        let found: Vec<_> = widths(root).unwrap().into_iter().map(|finding| (finding.path, finding.line)).collect();
        assert_eq!(found, [(PathBuf::from("a/b.rs"), 2), (PathBuf::from("c.rs"), 1)]);
    }

    #[test]
    fn the_members_are_in_the_order_of_the_steps() {
        let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/a\", \"crates/b\", \"crates/tool\"]\n";
        assert!(order(manifest, &["a", "b"]).unwrap().is_empty());
        for steps in [["b", "a"], ["a", "tool"]] {
            let finding = order(manifest, &steps).unwrap().remove(0);
            assert_eq!(finding.line, 3);
        }
        assert_eq!(order(manifest, &["a", "b", "tool", "d"]).unwrap().len(), 1);
    }
}
