//! What differs between two neighbours, made when the book is built: one above the other, and side by side.

use std::{collections::BTreeSet, fs, io::ErrorKind, path::Path};

use similar::{ChangeTag, DiffOp, InlineChange, TextDiff};

use crate::{
    Outcome,
    html::{block, escape},
    meant,
};

/// Lines without changes that are shown around those with changes.
const CONTEXT: usize = 3;

/// What differs in the sources of `step` from those of the step before it.
pub fn diff(root: &Path, step: &str) -> Outcome {
    let unknown = || format!("{step} is no step: {}", meant(step, records::STEPS.iter().map(|step| step.name)));
    let (new, old) = records::step(step).ok_or_else(unknown)?;
    let old = old.ok_or_else(|| format!("there is no step before {step}"))?;
    let (old, new) = (format!("crates/{}/src", old.name), format!("crates/{}/src", new.name));
    let mut names = BTreeSet::new();
    for folder in [&old, &new] {
        let entries = fs::read_dir(root.join(folder)).map_err(|error| format!("{folder} cannot be read: {error}"))?;
        names.extend(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()));
    }
    let (mut added, mut removed, mut unified, mut beside) = (0, 0, String::new(), String::new());
    for name in names {
        let text = |folder: &str| match fs::read_to_string(root.join(folder).join(&name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()), // only one of the steps has it
            text => text.map(untested).map_err(|error| format!("{folder}/{name} cannot be read: {error}")),
        };
        let (before, after) = (text(&old)?, text(&new)?);
        let diff = TextDiff::from_lines(&before, &after);
        let tags = || diff.iter_all_changes().map(|change| change.tag());
        added += tags().filter(|tag| *tag == ChangeTag::Insert).count();
        removed += tags().filter(|tag| *tag == ChangeTag::Delete).count();
        for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
            let heading = if index == 0 { format!("src/{name}") } else { "⋮".to_owned() };
            unified += &format!("<tr class=\"file\"><th colspan=\"4\">{heading}</th></tr>");
            beside += &format!("<tr class=\"file\"><th colspan=\"6\">{heading}</th></tr>");
            for op in group {
                let changes: Vec<_> = diff.iter_inline_changes(op).collect();
                unified += &one_above_the_other(&changes);
                beside += &side_by_side(op, &changes);
            }
        }
    }
    Ok(block(&format!(
        "<div class=\"diff\"><p class=\"caption\"><code>diff -u {old} {new}</code> \
         <span class=\"added\">+{added}</span> <span class=\"removed\">−{removed}</span> lines, tests not shown or \
         counted</p>\
         <details open><summary>One above the other</summary>\
         <div class=\"wide\"><table>{unified}</table></div></details>\
         <details><summary>Side by side</summary>\
         <div class=\"wide\"><table class=\"beside\">{beside}</table></div></details></div>"
    )))
}

/// A source file without its tests, which stand last.
fn untested(mut text: String) -> String {
    if let Some(tests) = text.find("\n#[cfg(test)]\nmod ") {
        text.truncate(text[..tests].trim_end().len());
        text.push('\n');
    }
    text
}

fn one_above_the_other(changes: &[InlineChange<'_, str>]) -> String {
    let mut rows = String::new();
    for change in changes {
        let (old, new) = (number(change.old_index()), number(change.new_index()));
        let code = code(change);
        rows += &match look(change.tag()) {
            Some((class, sign)) => {
                format!("<tr class=\"{class}\">{old}{new}<td class=\"sign\">{sign}</td><td>{code}</td></tr>")
            }
            None => format!("<tr>{old}{new}<td></td><td>{code}</td></tr>"),
        };
    }
    rows
}

fn side_by_side(op: &DiffOp, changes: &[InlineChange<'_, str>]) -> String {
    const EMPTY: &str = "<td class=\"none\" colspan=\"3\"></td>";
    let half = |change: &InlineChange<'_, str>, index| {
        let (number, code) = (number(index), code(change));
        match look(change.tag()) {
            Some((class, sign)) => {
                format!("{number}<td class=\"sign {class}\">{sign}</td><td class=\"{class}\">{code}</td>")
            }
            None => format!("{number}<td></td><td>{code}</td>"),
        }
    };
    let of = |tag| changes.iter().filter(move |change| change.tag() == tag);
    let equal = of(ChangeTag::Equal)
        .map(|change| (Some(half(change, change.old_index())), Some(half(change, change.new_index()))));
    let (mut old, mut new) = (of(ChangeTag::Delete), of(ChangeTag::Insert));
    let changed = (0..op.old_range().len().max(op.new_range().len())).map_while(|_| {
        let (old, new) = (old.next(), new.next());
        let pair = (old.map(|old| half(old, old.old_index())), new.map(|new| half(new, new.new_index())));
        (old.is_some() || new.is_some()).then_some(pair)
    });
    let row = |(old, new): (Option<String>, Option<String>)| {
        format!("<tr>{}{}</tr>", old.as_deref().unwrap_or(EMPTY), new.as_deref().unwrap_or(EMPTY))
    };
    equal.chain(changed).map(row).collect()
}

/// The class of a line that changed, and its sign: that it did is not told by colour alone.
fn look(tag: ChangeTag) -> Option<(&'static str, &'static str)> {
    match tag {
        ChangeTag::Equal => None,
        ChangeTag::Delete => Some(("removed", "−")),
        ChangeTag::Insert => Some(("added", "+")),
    }
}

fn number(index: Option<usize>) -> String {
    index.map_or("<td></td>".to_owned(), |index| format!("<td class=\"number\">{}</td>", index + 1))
}

/// A line, with what changed within it marked. If that is nearly all, marks would tell nothing.
fn code(change: &InlineChange<'_, str>) -> String {
    let length = |all: bool| -> usize {
        let parts = change.iter_strings_lossy().filter(|(emphasized, _)| all || *emphasized);
        parts.map(|(_, part)| part.trim().chars().count()).sum()
    };
    let telling = 4 * length(false) < 3 * length(true);
    let mut code = String::new();
    for (emphasized, part) in change.iter_strings_lossy() {
        let part = escape(part.trim_end_matches(['\n', '\r']));
        code += &if emphasized && telling && !part.trim().is_empty() { format!("<mark>{part}</mark>") } else { part };
    }
    format!("<code>{code}</code>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(old: &str, new: &str) -> (String, String) {
        let diff = TextDiff::from_lines(old, new);
        let mut both = (String::new(), String::new());
        for op in diff.ops() {
            let changes: Vec<_> = diff.iter_inline_changes(op).collect();
            both.0 += &one_above_the_other(&changes);
            both.1 += &side_by_side(op, &changes);
        }
        both
    }

    #[test]
    fn a_change_has_its_numbers_its_sign_and_its_mark() {
        let (unified, beside) = both("let a = 1;\nb\n", "let a = 2;\nb\n");
        assert!(
            unified.starts_with(
                "<tr class=\"removed\"><td class=\"number\">1</td><td></td><td class=\"sign\">−</td>\
                 <td><code>let a = <mark>1;</mark></code></td></tr>"
            ),
            "{unified}"
        );
        assert_eq!(unified.matches("<tr").count(), 3);
        assert_eq!(beside.matches("<tr").count(), 2);
        assert!(
            beside.contains("<td class=\"sign removed\">−</td><td class=\"removed\"><code>let a = <mark>1;")
                && beside.contains("<td class=\"sign added\">+</td>")
        );
    }

    #[test]
    fn a_line_that_is_all_new_has_no_marks() {
        assert!(!both("let a = 1;\n", "for b in c {\n").0.contains("<mark>"));
    }

    #[test]
    fn what_is_on_one_side_only_leaves_the_other_empty() {
        let (_, beside) = both("a\n", "a\n<b>\n");
        let right =
            "<td class=\"number\">2</td><td class=\"sign added\">+</td><td class=\"added\"><code>&lt;b&gt;</code></td>";
        assert!(beside.ends_with(&format!("<tr><td class=\"none\" colspan=\"3\"></td>{right}</tr>")), "{beside}");
    }

    #[test]
    fn tests_are_left_out() {
        assert_eq!(untested("fn a() {}\n\n#[cfg(test)]\nmod tests {}\n".to_owned()), "fn a() {}\n");
    }

    #[test]
    fn what_the_table_shows_is_what_it_counts() {
        for step in &records::STEPS[1..] {
            let html = diff(&crate::tests::root(), step.name).unwrap();
            let (unified, beside) = html.split_once("Side by side").unwrap();
            let counts = |class| {
                (
                    unified.matches(&format!("<tr class=\"{class}\">")).count(),
                    beside.matches(&format!("sign {class}")).count(),
                )
            };
            for (class, sign) in [("added", '+'), ("removed", '−')] {
                let (one, other) = counts(class);
                assert_eq!(one, other, "{}", step.name);
                assert!(html.contains(&format!("<span class=\"{class}\">{sign}{one}</span>")), "{}", step.name);
            }
            assert!(!html.contains("#[test]") && html.trim().lines().count() == 1);
        }
    }

    #[test]
    fn the_first_step_has_nothing_before_it() {
        assert_eq!(diff(Path::new("."), "naive-loops").unwrap_err(), "there is no step before naive-loops");
        assert!(diff(Path::new("."), "none").unwrap_err().contains("there are "));
    }
}
