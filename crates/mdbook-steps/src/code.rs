//! Code, chosen by the names of its items, so that the files need no marks.

use std::{ops::RangeInclusive, path::Path};

use proc_macro2::Span;
use syn::{ImplItem, Item, TraitItem, Type, spanned::Spanned};

use crate::{
    Outcome,
    html::{block, escape},
    meant, read,
};

/// An item of a step, or of the file at a path; of it only what is under the comment that names `equation`, if one is
/// given.
pub fn item(root: &Path, place: &str, name: &str, equation: Option<&str>) -> Outcome {
    let path = file(place)?;
    let text = read(root, &path)?;
    let items = items(&text).map_err(|error| format!("{path} cannot be read as Rust: {error}"))?;
    let mut of_name = items.iter().filter(|(known, _)| known == name).map(|(_, lines)| lines.clone());
    let missing =
        || format!("{path} has no item {name}: {}", meant(name, items.iter().map(|(known, _)| known.as_str())));
    let mut lines = of_name.next().ok_or_else(missing)?;
    if of_name.next().is_some() {
        return Err(format!("{path} has more than one item {name}"));
    }
    if let Some(equation) = equation {
        let missing = || format!("no comment in {name} of {path} names ({equation})");
        lines = part(&text, lines, equation).ok_or_else(missing)?;
    }
    Ok(listing(&path, &text, lines))
}

/// All of a file, folded.
pub fn whole(root: &Path, place: &str) -> Outcome {
    let path = file(place)?;
    let text = read(root, &path)?;
    let fence = if path.ends_with(".rs") { "rust,noplayground" } else { "" };
    Ok(format!("\n\n<details><summary>{path}</summary>\n\n```{fence}\n{}\n```\n\n</details>\n\n", text.trim_end()))
}

/// The file that a directive means by a step or a path.
fn file(place: &str) -> Outcome {
    if place.contains('/') {
        Ok(place.to_owned())
    } else if series::step(place).is_some() {
        Ok(format!("crates/{place}/src/lib.rs"))
    } else {
        let steps = meant(place, series::STEPS.iter().map(|step| step.name));
        Err(format!("{place} is neither a step nor the path of a file: {steps}"))
    }
}

/// Lines of a text, from 1.
type Lines = RangeInclusive<usize>;

/// The items of a source file, tests not included, and their lines, with comments and attributes.
fn items(text: &str) -> syn::Result<Vec<(String, Lines)>> {
    let mut all = Vec::new();
    for item in syn::parse_file(text)?.items {
        let lines = lines(item.span());
        let name = match &item {
            Item::Fn(item) => item.sig.ident.to_string(),
            Item::Struct(item) => item.ident.to_string(),
            Item::Enum(item) => item.ident.to_string(),
            Item::Const(item) => item.ident.to_string(),
            Item::Static(item) => item.ident.to_string(),
            Item::Type(item) => item.ident.to_string(),
            Item::Macro(item) => match (&item.ident, item.mac.path.get_ident()) {
                (Some(name), _) => name.to_string(),
                (None, Some(name)) => format!("{name}!"),
                _ => continue,
            },
            Item::Trait(item) => {
                for inner in &item.items {
                    if let TraitItem::Fn(method) = inner {
                        all.push((format!("{}::{}", item.ident, method.sig.ident), self::lines(method.span())));
                    }
                }
                item.ident.to_string()
            }
            Item::Impl(item) => {
                let Type::Path(of) = &*item.self_ty else { continue };
                let Some(of) = of.path.segments.last() else { continue };
                for inner in &item.items {
                    if let ImplItem::Fn(method) = inner {
                        all.push((format!("{}::{}", of.ident, method.sig.ident), self::lines(method.span())));
                    }
                }
                continue;
            }
            _ => continue,
        };
        all.push((name, lines));
    }
    Ok(all)
}

fn lines(span: Span) -> Lines {
    span.start().line..=span.end().line
}

/// Of the `lines` of `text`, those of the comment that names the equation and of what it stands above; all of them if it
/// is the documentation that does.
fn part(text: &str, lines: Lines, equation: &str) -> Option<Lines> {
    let all: Vec<&str> = text.lines().collect();
    let names = |line: &str| {
        let inside = line.split('(').skip(1).filter_map(|rest| rest.split_once(')'));
        inside.flat_map(|(inside, _)| inside.split([',', ' '])).any(|word| word == equation)
    };
    let is_comment = |number: usize| all[number - 1].trim_start().starts_with("//");
    let is_documentation = |number: usize| all[number - 1].trim_start().starts_with("///");
    let named = lines.clone().find(|&number| is_comment(number) && names(all[number - 1]))?;
    if is_documentation(named) {
        return Some(lines);
    }
    let indentation = |number: usize| all[number - 1].len() - all[number - 1].trim_start().len();
    let first = (*lines.start()..=named).rev().take_while(|&number| is_comment(number)).last()?;
    let ends = |&number: &usize| {
        let line = all[number - 1];
        line.is_empty()
            || indentation(number) < indentation(named)
            || (is_comment(number) && indentation(number) == indentation(named))
    };
    let code = (named + 1..=*lines.end()).skip_while(|&number| is_comment(number));
    let last = code.take_while(|number| !ends(number)).last()?;
    Some(first..=last)
}

/// `lines` of `text` as a block of code with a caption.
fn listing(path: &str, text: &str, lines: Lines) -> String {
    let (first, last) = (*lines.start(), *lines.end());
    let chosen: Vec<&str> = text.lines().skip(first - 1).take(last + 1 - first).collect();
    let indentation = chosen.first().map_or(0, |line| line.len() - line.trim_start().len());
    let mut code = String::new();
    for line in chosen {
        code += line.get(indentation..).unwrap_or("");
        code.push('\n');
    }
    let place = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
    let caption = block(&format!("<p class=\"caption\"><code>{}</code>, {place}</p>", escape(path)));
    format!("\n\n```rust,noplayground\n{code}```{caption}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
//! A file.

/// Adds (C1).
fn add(a: u8) -> u8 {
    a + 1
}

struct Net {
    size: usize,
}

impl Net {
    /// Learn.
    #[inline]
    fn learn(&mut self) {
        // First (C2),
        // of two lines.
        let a = {
            // inner
            1
        };
        // Second (C3, C4).
        self.size += a;
    }
}
";

    fn find(name: &str) -> Lines {
        items(TEXT).unwrap().into_iter().find(|(known, _)| known == name).unwrap().1
    }

    #[test]
    fn items_are_found_with_comments_and_attributes() {
        assert_eq!(find("add"), 3..=6);
        assert_eq!(find("Net"), 8..=10);
        assert_eq!(find("Net::learn"), 13..=24);
    }

    #[test]
    fn an_equation_chooses_what_is_under_its_comment() {
        assert_eq!(part(TEXT, find("Net::learn"), "C2"), Some(16..=21));
        assert_eq!(part(TEXT, find("Net::learn"), "C4"), Some(22..=23));
        assert_eq!(part(TEXT, find("Net::learn"), "C5"), None);
        assert_eq!(part(TEXT, find("add"), "C1"), Some(3..=6));
    }

    #[test]
    fn a_listing_begins_at_the_margin() {
        let listing = listing("a.rs", TEXT, 22..=23);
        assert!(listing.contains("\n// Second (C3, C4).\nself.size += a;\n```"), "{listing}");
        assert!(listing.contains("lines 22 to 23"));
    }

    #[test]
    fn what_is_not_there_is_an_error_with_what_is() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let error = item(&root, "vectorized", "weighted_sum", None).unwrap_err();
        assert!(error.contains("no item weighted_sum: there are weighted_sums, "), "{error}");
        assert!(item(&root, "vectorised", "x", None).unwrap_err().contains("there are vectorized, "));
        assert!(item(&root, "vectorized", "Network::back_propagate", Some("C99")).unwrap_err().contains("(C99)"));
        assert!(item(&root, "crates/none.rs", "x", None).unwrap_err().contains("crates/none.rs"));
    }
}
