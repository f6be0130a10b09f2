//! Where the directives and formulas of a chapter are. What stands in code is left alone.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

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
}

/// All pieces, in their order.
pub fn scan(text: &str) -> Vec<Found<'_>> {
    let (mut found, mut code) = (Vec::new(), Vec::new());
    let options = Options::ENABLE_MATH | Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => code.push(range),
            Event::InlineMath(_) => found.push(formula(text, range, 1)),
            Event::DisplayMath(_) => found.push(formula(text, range, 2)),
            _ => {}
        }
    }
    let mut start = 0;
    while let Some(at) = text[start..].find("{{#").map(|at| start + at) {
        let Some(length) = text[at..].find("}}") else { break };
        let range = at..at + length + 2;
        start = range.end;
        let taken = |other: &Range<usize>| other.contains(&at);
        if !code.iter().any(taken) && !found.iter().any(|other| taken(&other.range)) {
            let inside = &text[range.start + 3..range.end - 2];
            found.push(Found { range, kind: Kind::Directive(inside) });
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

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind<'_>> {
        scan(text).into_iter().map(|found| found.kind).collect()
    }

    #[test]
    fn directives_are_found_and_those_in_code_are_not() {
        let text = "A {{#eq C7}} b `{{#eq C8}}`.\n\n```\n{{#diff a}}\n$x$\n```\n\n{{#diff b}}\n";
        assert_eq!(kinds(text), [Kind::Directive("eq C7"), Kind::Directive("diff b")]);
    }

    #[test]
    fn formulas_are_found_with_their_labels() {
        let text = "Where $x_i$ costs \\$5 and `$y$`:\n\n$$ a = b $$ {#C1}\n\nEnd {#C2}\n";
        let formula = |latex, label, display| Kind::Formula { latex, label, display };
        assert_eq!(kinds(text), [formula("x_i", None, false), formula("a = b", Some("C1"), true)]);
        assert!(text[scan(text)[1].range.clone()].ends_with("{#C1}"));
    }
}
