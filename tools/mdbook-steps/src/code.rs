//! Code, chosen by the names of its items, so that the files need no marks.

use std::path::Path;

use crate::{
    Outcome,
    html::{block, escape},
    items::{Lines, items},
    meant, read,
};

/// An item of a step, or of the file at a path; of it only what is under the comment that names `equation`, if one is
/// given.
pub fn item(root: &Path, place: &str, name: &str, equation: Option<&str>) -> Outcome {
    let path = file(place)?;
    let text = read(root, &path)?;
    let items = if path.ends_with(".py") {
        python(&text)
    } else {
        items(&text).map_err(|error| format!("{path} cannot be read as Rust: {error}"))?
    };
    let of_name: Vec<&Lines> = items.iter().filter(|(known, _)| known == name).map(|(_, lines)| lines).collect();
    let lines = match of_name[..] {
        [lines] => lines.clone(),
        [] => {
            let known = items.iter().map(|(known, _)| known.as_str());
            return Err(format!("{path} has no item {name}: {}", meant(name, known)));
        }
        [..] => {
            let lines: Vec<_> = of_name.iter().map(|lines| lines.start().to_string()).collect();
            let lines = lines.join(" and ");
            return Err(format!(
                "{path} has more than one item {name}, in lines {lines}: give them names of their own"
            ));
        }
    };
    let lines = match equation {
        Some(equation) => part(&text, lines, equation).map_err(|problem| format!("{name} of {path}: {problem}"))?,
        None => lines,
    };
    Ok(listing(&path, &text, lines))
}

/// All of a file, folded.
pub fn whole(root: &Path, place: &str) -> Outcome {
    let path = file(place)?;
    let text = read(root, &path)?;
    let language = language(&path);
    let summary = format!("<summary><code>{}</code></summary>", escape(&path));
    Ok(format!("\n\n<details>{summary}\n\n{}\n\n</details>\n\n", fenced(language, &text)))
}

/// The language of a file, as the highlighting of the book names it.
fn language(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((_, "rs")) => "rust,noplayground",
        Some((_, "py")) => "python",
        Some((_, extension)) => extension,
        None => "",
    }
}

/// The classes and functions of a Python file, by name: `Class.method`. They end where the indentation does.
fn python(text: &str) -> Vec<(String, Lines)> {
    let lines = Vec::from_iter(text.lines());
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let mut items: Vec<(String, Lines)> = Vec::new();
    for (first, line) in lines.iter().enumerate() {
        let definition = ["def ", "class "].iter().find_map(|word| line.trim_start().strip_prefix(word));
        let Some(name) = definition.and_then(|rest| rest.split(['(', ':']).next()) else { continue };
        let within =
            lines[first + 1..].iter().take_while(|next| next.is_empty() || indentation(next) > indentation(line));
        let within = Vec::from_iter(within);
        let last = first + within.iter().rposition(|next| !next.is_empty()).map_or(0, |last| last + 1);
        let class = items.iter().rev().find(|(_, lines)| lines.contains(&(first + 1)));
        let name = class.map_or(name.to_owned(), |(class, _)| format!("{class}.{name}"));
        items.push((name, first + 1..=last + 1));
    }
    items
}

/// The file that a directive means by a step or a path.
fn file(place: &str) -> Outcome {
    if place.contains('/') {
        Ok(place.to_owned())
    } else if records::step(place).is_some() {
        Ok(format!("crates/{place}/src/lib.rs"))
    } else {
        let steps = meant(place, records::STEPS.iter().map(|step| step.name));
        Err(format!("{place} is neither a step nor the path of a file: {steps}"))
    }
}

/// Of the `lines` of `text`, those of the comment that names the equation and of what it stands above; all of them if
/// it is the documentation that does. That ends at the next comment or blank line, or where a `let` follows on
/// something else: with a new name begins a new thought.
fn part(text: &str, lines: Lines, equation: &str) -> Result<Lines, String> {
    let all: Vec<&str> = text.lines().collect();
    let line = |number: usize| all[number - 1];
    let is_comment = |number: usize| line(number).trim_start().starts_with("//");
    let is_documentation = |number: usize| line(number).trim_start().starts_with("///");
    let indentation = |number: usize| line(number).len() - line(number).trim_start().len();
    // Of several lines of one comment that name it, the first.
    let named: Vec<usize> = lines.clone().filter(|&number| is_comment(number)).collect();
    let mut named = named.into_iter().filter(|&number| equations(line(number)).any(|name| name == equation));
    let Some(first_named) = named.next() else {
        let comments = lines.filter(|&number| is_comment(number));
        let known: Vec<&str> = comments.flat_map(|number| equations(line(number))).collect();
        return Err(format!("no comment names ({equation}): {}", meant(equation, known)));
    };
    if is_documentation(first_named) {
        return Ok(lines);
    }
    let first = (*lines.start()..=first_named).rev().take_while(|&number| is_comment(number)).last();
    let ends = |&number: &usize| {
        line(number).trim().is_empty()
            || indentation(number) < indentation(first_named)
            || (is_comment(number) && indentation(number) == indentation(first_named))
    };
    let mut beyond_lets = false;
    let mut begins_anew = |&number: &usize| {
        let closes = line(number).trim_start().starts_with([')', ']', '}']);
        let is_statement = !closes && indentation(number) == indentation(first_named);
        let is_let = is_statement && line(number).trim_start().starts_with("let ");
        beyond_lets |= is_statement && !is_let;
        is_let && beyond_lets
    };
    let code = (first_named + 1..=*lines.end()).skip_while(|&number| is_comment(number));
    let last = code.take_while(|number| !ends(number) && !begins_anew(number)).last();
    let (Some(first), Some(last)) = (first, last) else {
        return Err(format!("there is no code beneath the comment that names ({equation}), in line {first_named}"));
    };
    if let Some(other) = named.find(|&number| number > last) {
        return Err(format!("({equation}) is named in lines {first_named} and {other}: name it in one of them only"));
    }
    Ok(first..=last)
}

/// The equations that a line of comment names: `C9` and `C11` of `// The cost (C9, C11).`
fn equations(comment: &str) -> impl Iterator<Item = &str> {
    let inside = comment.split('(').skip(1).filter_map(|rest| rest.split_once(')'));
    let is_equation = |word: &&str| {
        word.strip_prefix('C').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    inside.flat_map(|(inside, _)| inside.split([',', ' '])).filter(is_equation)
}

/// `lines` of `text` as a block of code with a caption.
fn listing(path: &str, text: &str, lines: Lines) -> String {
    let (first, last) = (*lines.start(), *lines.end());
    let chosen: Vec<&str> = text.lines().skip(first - 1).take(last + 1 - first).collect();
    let indentation = chosen.first().map_or(0, |line| line.len() - line.trim_start().len());
    let code: Vec<&str> = chosen.iter().map(|line| line.get(indentation..).unwrap_or("")).collect();
    let place = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
    let caption = block(&format!("<p class=\"caption\"><code>{}</code>, {place}</p>", escape(path)));
    format!("\n\n{}{caption}", fenced(language(path), &code.join("\n")))
}

/// A block of code, between fences that nothing in it can close.
fn fenced(language: &str, code: &str) -> String {
    let longest = code.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}{language}\n{}\n{fence}", code.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::tests::{TEXT, find};

    #[test]
    fn an_equation_chooses_what_is_under_its_comment() {
        assert_eq!(part(TEXT, find("Net::learn"), "C2"), Ok(16..=21));
        assert_eq!(part(TEXT, find("Net::learn"), "C4"), Ok(22..=23));
        assert_eq!(part(TEXT, find("add"), "C1"), Ok(3..=6));
        let error = part(TEXT, find("Net::learn"), "C5").unwrap_err();
        assert_eq!(error, "no comment names (C5): there are C2, C3, C4");
    }

    #[test]
    fn an_equation_chooses_one_part_that_is_not_empty() {
        let twice = "fn a() {\n    // (C1)\n    b();\n    // (C1)\n    c();\n}\n";
        assert!(part(twice, 1..=6, "C1").unwrap_err().contains("in lines 2 and 4"));
        let empty = "fn a() {\n    // (C1)\n}\n";
        assert!(part(empty, 1..=3, "C1").unwrap_err().starts_with("there is no code"));
        let comment = "fn a() {\n    // (C1), as\n    // (C1) says\n    b();\n}\n";
        assert_eq!(part(comment, 1..=5, "C1"), Ok(2..=4));
    }

    #[test]
    fn a_new_name_begins_a_new_part() {
        let text = "fn a() {\n    // (C1)\n    let b = c(\n        d,\n    );\n    let e = 1;\n\
            \x20   for f in b {\n        let g = f;\n    }\n    let h = 0;\n    h\n}\n";
        assert_eq!(part(text, 1..=12, "C1"), Ok(2..=9));
    }

    #[test]
    fn python_ends_where_its_indentation_does() {
        let class = "class A(B):\n    def __init__(self):\n        a()\n\n    def c(self):\n        d()\n";
        let text = &format!("{class}\n\ndef e(f):\n    g()\nh()\n");
        let expected = [("A", 1..=6), ("A.__init__", 2..=3), ("A.c", 5..=6), ("e", 9..=10)];
        assert_eq!(python(text), expected.map(|(name, lines)| (name.to_owned(), lines)));
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("a/b.py"), text).unwrap();
        assert!(item(folder.path(), "a/b.py", "A.c", None).unwrap().contains("```python\ndef c(self):\n    d()\n```"));
    }

    #[test]
    fn nothing_in_a_block_closes_it() {
        assert_eq!(fenced("md", "a\n```\nb\n"), "````md\na\n```\nb\n````");
    }

    #[test]
    fn two_items_of_one_name_are_an_error() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        let text = "#[cfg(unix)]\nfn b() {}\n#[cfg(windows)]\nfn b() {}\n";
        std::fs::write(folder.path().join("a/c.rs"), text).unwrap();
        let error = item(folder.path(), "a/c.rs", "b", None).unwrap_err();
        assert!(error.contains("in lines 1 and 3"), "{error}");
    }

    #[test]
    fn a_listing_begins_at_the_margin() {
        let listing = listing("a.rs", TEXT, 22..=23);
        assert!(listing.contains("\n// Second (C3, C4).\nself.size += a;\n```"), "{listing}");
        assert!(listing.contains("lines 22 to 23"));
    }

    #[test]
    fn what_is_not_there_is_an_error_with_what_is() {
        let root = crate::tests::root();
        let error = item(&root, "vectorized", "weighted_sum", None).unwrap_err();
        assert!(error.contains("no item weighted_sum: there are weighted_sums, "), "{error}");
        assert!(item(&root, "vectorised", "x", None).unwrap_err().contains("there are vectorized, "));
        assert!(item(&root, "vectorized", "Network::back_propagate", Some("C99")).unwrap_err().contains("(C99)"));
        assert!(item(&root, "crates/none.rs", "x", None).unwrap_err().contains("crates/none.rs"));
    }
}
