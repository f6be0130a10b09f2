//! Where the directives and formulas of a chapter are. What stands in code is left alone.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// What mdBook itself would put in, even in code, and passes over when it is not there.
const OF_MDBOOK: [&str; 4] = ["include", "rustdoc_include", "playground", "title"];

/// A piece of a chapter that something is put in for.
#[derive(Debug, PartialEq)]
pub struct Found<'a> {
    pub range: Range<usize>,
    pub kind: Kind<'a>,
}

#[derive(Debug, PartialEq)]
pub enum Kind<'a> {
    /// What is between `{{#` and `}}`.
    Directive(&'a str),
    /// A formula, and the label that follows it.
    Formula { latex: &'a str, label: Option<&'a str>, display: bool },
    /// What is wrong, and how to mend it.
    Mistake(&'static str),
}

/// All pieces, in their order.
pub fn scan(text: &str) -> Vec<Found<'_>> {
    let (mut found, mut spans, mut blocks, mut dollars) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let options = Options::ENABLE_MATH | Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Code(_) => spans.push(range),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented)) => blocks.push(range),
            Event::InlineMath(_) => found.push(formula(text, range, 1)),
            Event::DisplayMath(_) => found.push(formula(text, range, 2)),
            Event::Text(_) if text[range.clone()].contains('$') && !text[..range.start].ends_with('\\') => {
                dollars.push(range);
            }
            _ => {}
        }
    }
    let within = |ranges: &[Range<usize>], at: usize| ranges.iter().any(|range| range.contains(&at));
    for (at, _) in text.match_indices("{{#") {
        let formula = found.iter().any(|other: &Found| other.range.contains(&at));
        if formula || within(&spans, at) || text[..at].ends_with('\\') {
            continue;
        }
        let line = text[at..].lines().next().unwrap_or_default();
        let inside = line.split_once("}}").map(|(inside, _)| &inside["{{#".len()..]);
        let name = inside.and_then(|inside| inside.split_whitespace().next()).unwrap_or_default();
        let kind = match inside {
            // In a block of code, others than mdBook's are text like any other.
            _ if within(&blocks, at) && !OF_MDBOOK.contains(&name) => continue,
            _ if OF_MDBOOK.contains(&name) => {
                Kind::Mistake("mdBook's own directives are not used here: `{{#code PATH ITEM}}` shows code")
            }
            Some(inside) => Kind::Directive(inside),
            None => Kind::Mistake("`{{#` without `}}`: close it on the same line"),
        };
        let length = inside.map_or(line.len(), |inside| inside.len() + "{{#}}".len());
        found.push(Found { range: at..at + length, kind });
    }
    for range in dollars.into_iter().filter(|range| !within(&blocks, range.start)) {
        let at = range.start + text[range].find('$').unwrap_or(0);
        if !found.iter().any(|other| other.range.contains(&at)) {
            let kind = Kind::Mistake("a `$` without another one: write `\\$` if it is no formula");
            found.push(Found { range: at..at + 1, kind });
        }
    }
    found.sort_by_key(|found| found.range.start);
    found
}

/// The formula at `range`, which begins and ends with so many dollars.
fn formula(text: &str, mut range: Range<usize>, dollars: usize) -> Found<'_> {
    let latex = text[range.start + dollars..range.end - dollars].trim();
    let after = &text[range.end..];
    let label = after.trim_start_matches(' ').strip_prefix("{#").and_then(|rest| rest.split_once('}'));
    let label = label.filter(|(label, _)| dollars == 2 && !label.contains('\n'));
    if let Some((_, rest)) = label {
        range.end = text.len() - rest.len();
    }
    Found { range, kind: Kind::Formula { latex, label: label.map(|(label, _)| label), display: dollars == 2 } }
}

/// The line of a text, from 1, in which there is the byte `at`.
pub fn line_of(text: &str, at: usize) -> usize {
    1 + text[..at].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind<'_>> {
        scan(text).into_iter().map(|found| found.kind).collect()
    }

    fn mistake(text: &str) -> &'static str {
        match kinds(text)[0] {
            Kind::Mistake(mistake) => mistake,
            ref other => panic!("{other:?}"),
        }
    }

    #[test]
    fn directives_are_found_and_those_in_code_are_not() {
        let text = "A {{#eq C7}} b `{{#eq C8}}`, \\{{#eq C9}}.\n\n\
            ```\n{{#diff a}}\n$x$\n```\n\n    {{#run $x}}\n\n{{#diff b}}\n";
        assert_eq!(kinds(text), [Kind::Directive("eq C7"), Kind::Directive("diff b")]);
    }

    #[test]
    fn formulas_are_found_with_their_labels() {
        let text = "Where $x_i$ costs \\$5 and `$y$`:\n\n$$ a = b $$ {#C1}\n\nEnd {#C2}\n";
        let formula = |latex, label, display| Kind::Formula { latex, label, display };
        assert_eq!(kinds(text), [formula("x_i", None, false), formula("a = b", Some("C1"), true)]);
        assert!(text[scan(text)[1].range.clone()].ends_with("{#C1}"));
    }

    #[test]
    fn what_is_not_closed_is_a_mistake() {
        assert!(mistake("a\n\n{{#code x\ny}}\n").contains("close it on the same line"));
        assert!(mistake("for $5 and\n\nno more\n").contains("write `\\$`"));
        assert!(mistake("$$ a\n\nb $\n\n").contains("write `\\$`"));
    }

    #[test]
    fn what_mdbook_would_put_in_is_a_mistake_even_in_code() {
        assert!(mistake("{{#include a.rs}}").contains("{{#code PATH ITEM}}"));
        assert!(mistake("```rust\n{{#rustdoc_include a.rs:b}}\n```\n").contains("{{#code PATH ITEM}}"));
        assert_eq!(kinds("`{{#include a.rs}}`"), []);
    }

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!([line_of("a\nb", 0), line_of("a\nb", 2)], [1, 2]);
    }
}
