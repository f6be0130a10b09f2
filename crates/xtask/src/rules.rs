//! The rules of the series: the order of its steps, and how much a step may change.

use std::{collections::BTreeSet, path::Path};

use serde::Deserialize;
use similar::{ChangeTag, TextDiff};

use crate::{
    error::{Error, read},
    finding::{Finding, line_of},
    fingerprint::sources,
    steps::{STEPS, Step},
};

/// A source file of a step is shorter than this: it is read in one sitting.
const LONGEST_FILE: usize = 250;
const LIST: &str = "crates/series/src/lib.rs";
/// Where the steps are listed to which a test of all steps applies.
const TESTED: &str = "tests/lib.rs";

/// Where the steps break the rules.
pub fn check(root: &Path) -> Result<Vec<Finding>, Error> {
    let mut findings = order(&read(&root.join("Cargo.toml"))?, &STEPS.each_ref().map(|step| step.name))?;
    findings.extend(untested(&read(&root.join(TESTED))?, &STEPS.each_ref().map(|step| step.name)));
    for step in &STEPS {
        findings.extend(lengths(root, step)?);
    }
    for (old, new) in STEPS.iter().zip(&STEPS[1..]) {
        let changed = changed_lines(root, old, new)?;
        if let Some(limit) = new.about.limit.filter(|limit| changed > *limit) {
            findings.push(Finding {
                path: new.sources().join("lib.rs"),
                line: 1,
                problem: format!("{changed} lines differ from {}, and the limit is {limit}", old.name),
                repair: format!("see `diff -U0 -r crates/{}/src crates/{}/src`", old.name, new.name),
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

/// Those of `steps` that no test of every step applies to: `source`, of the tests, does not list their networks.
fn untested(source: &str, steps: &[&str]) -> Vec<Finding> {
    const LIST_OF_ALL: &str = "every_step!($test: ";
    let list = source.lines().find_map(|line| line.trim().strip_prefix("$crate::")?.strip_prefix(LIST_OF_ALL));
    let tested: Vec<&str> = list.unwrap_or_default().trim_end_matches(");").split(", ").collect();
    let missing = steps.iter().filter(|step| !tested.contains(&&*step.replace('-', "_")));
    missing
        .map(|step| Finding {
            path: TESTED.into(),
            line: line_of(source, LIST_OF_ALL),
            problem: format!("{step} is not among the steps that the tests of every step are for"),
            repair: "name it in every_step!".to_owned(),
        })
        .collect()
}

/// The files of `step` that are too long.
fn lengths(root: &Path, step: &Step) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for path in sources(root, step)? {
        let lines = read(&root.join(&path))?.lines().count();
        if lines >= LONGEST_FILE {
            let problem = format!("{lines} lines are too long for a step, whose files have less than {LONGEST_FILE}");
            findings.push(Finding { path, line: LONGEST_FILE, problem, repair: "say it in fewer words".to_owned() });
        }
    }
    Ok(findings)
}

/// The lines that were added to or removed from the sources of the step `old` to make `new`.
fn changed_lines(root: &Path, old: &Step, new: &Step) -> Result<usize, Error> {
    let mut names = BTreeSet::new();
    for path in sources(root, old)?.into_iter().chain(sources(root, new)?) {
        names.extend(path.file_name().map(ToOwned::to_owned));
    }
    let mut changed = 0;
    for name in names {
        let text = |step: &Step| {
            let path = root.join(step.sources()).join(&name);
            if path.exists() { read(&path) } else { Ok(String::new()) }
        };
        changed += difference(&text(old)?, &text(new)?);
    }
    Ok(changed)
}

/// The number of lines that are in one of the texts only, blank ones not included.
fn difference(old: &str, new: &str) -> usize {
    let diff = TextDiff::from_lines(old, new);
    let changes = diff.iter_all_changes();
    changes.filter(|change| change.tag() != ChangeTag::Equal && !change.value().trim().is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_and_removed_lines_count_and_blank_ones_do_not() {
        let old = "one\ntwo\nthree\n";
        assert_eq!(difference(old, old), 0);
        assert_eq!(difference(old, "one\nthree\n"), 1);
        assert_eq!(difference(old, "one\n2\nthree\nfour\n"), 3);
        assert_eq!(difference(old, "one\n\ntwo\n  \nthree\n"), 0);
        assert_eq!(difference("", old), 3);
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

    #[test]
    fn a_step_that_is_not_listed_is_untested() {
        let source = "($test:ident) => {\n    $crate::every_step!($test: a, b_c);\n};\n";
        assert!(untested(source, &["a", "b-c"]).is_empty());
        let findings = untested(source, &["a", "b-c", "d"]);
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2]);
        assert_eq!(untested("", &["a", "b-c"]).len(), 2);
    }

    #[test]
    fn neighbours_differ() {
        let changed = changed_lines(&crate::root(), &STEPS[0], &STEPS[1]).unwrap();
        assert!((1..500).contains(&changed), "{changed}");
        assert_eq!(changed_lines(&crate::root(), &STEPS[0], &STEPS[0]).unwrap(), 0);
    }
}
