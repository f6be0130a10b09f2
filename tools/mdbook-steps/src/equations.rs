//! Formulas: from LaTeX to MathML, numbered where they have a label.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use crate::{
    Outcome,
    html::{block, escape, unmarked},
    meant,
    scan::{Kind, line_of, scan},
};

/// The labels of a book, and the chapter that is being filled in.
#[derive(Debug, Default)]
pub struct Equations {
    /// The chapter of each label.
    labels: BTreeMap<String, PathBuf>,
    chapter: PathBuf,
}

impl Equations {
    /// Note the labels of a chapter. Gives those that are there already, each with its line.
    pub fn collect(&mut self, chapter: &Path, text: &str) -> Vec<(usize, String)> {
        let mut errors = Vec::new();
        for found in scan(text) {
            if let Kind::Formula { label: Some(label), .. } = found.kind
                && let Some(other) = self.labels.insert(label.to_owned(), chapter.to_owned())
            {
                let line = line_of(text, found.range.start);
                errors.push((
                    line,
                    format!("the label {label} is there already, in {}: choose another", other.display()),
                ));
            }
        }
        errors
    }

    /// From now on, links are made from this chapter.
    pub fn turn_to(&mut self, chapter: &Path) {
        self.chapter = chapter.to_owned();
    }

    /// A formula as MathML.
    pub fn formula(&self, latex: &str, label: Option<&str>, display: bool) -> Outcome {
        let mode = if display { MathDisplay::Block } else { MathDisplay::Inline };
        let converter = LatexToMathML::new(MathCoreConfig::default()).map_err(|error| format!("{error:?}"))?;
        let result = converter.convert_with_local_state(latex, mode);
        let mathml = result.map_err(|error| format!("the formula `{latex}` cannot be read: {error}"))?.mathml;
        let mathml = unmarked(&lowered(&mathml.replace('\n', "")));
        Ok(match (display, label) {
            (false, _) => mathml,
            (true, None) => block(&format!("<div class=\"equation\">{mathml}</div>")),
            (true, Some(label)) => {
                let label = escape(label);
                let number = format!("<a class=\"number\" href=\"#eq-{label}\">({label})</a>");
                block(&format!("<div class=\"equation\" id=\"eq-{label}\">{mathml}{number}</div>"))
            }
        })
    }

    /// A link to the formula with this label.
    pub fn link(&self, label: &str) -> Outcome {
        let chapter = self.labels.get(label).ok_or_else(|| {
            format!("no formula has the label {label}: {}", meant(label, self.labels.keys().map(String::as_str)))
        })?;
        let path = if *chapter == self.chapter { String::new() } else { chapter.display().to_string() };
        Ok(format!("[({label})]({path}#eq-{label})"))
    }
}

/// `mathml` with its primes beside what they belong to. Nearly every font draws a prime high and small already; as a
/// superscript it would be raised twice.
fn lowered(mathml: &str) -> String {
    let mut parts = mathml.split("<msup>");
    let mut lowered = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("<mo>′</mo></msup>") {
            Some((base, rest)) if !base.contains("</msup>") => {
                lowered += &format!("<mrow>{base}<mo>′</mo></mrow>{rest}");
            }
            _ => lowered += &format!("<msup>{part}"),
        }
    }
    lowered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_mathml() {
        let html = Equations::default().formula(r"\frac{1}{2}", None, false).unwrap();
        assert!(html.starts_with("<math") && html.contains("<mfrac><mn>1</mn><mn>2</mn></mfrac>"), "{html}");
    }

    #[test]
    fn a_prime_is_raised_once() {
        let html = Equations::default().formula("f'(x^2)", None, false).unwrap();
        assert!(html.contains("<mrow><mi>f</mi><mo>′</mo></mrow>"), "{html}");
        assert!(html.contains("<msup><mi>x</mi><mn>2</mn></msup>"), "{html}");
        assert_eq!(html.matches("<msup>").count(), html.matches("</msup>").count());
    }

    #[test]
    fn a_label_is_shown_and_linked_to() {
        let mut equations = Equations::default();
        assert!(equations.collect(Path::new("a.md"), "$$ x $$ {#C1}\n").is_empty());
        equations.turn_to(Path::new("b.md"));
        assert_eq!(equations.link("C1").unwrap(), "[(C1)](a.md#eq-C1)");
        equations.turn_to(Path::new("a.md"));
        assert_eq!(equations.link("C1").unwrap(), "[(C1)](#eq-C1)");
        assert!(equations.formula("x", Some("C1"), true).unwrap().contains("id=\"eq-C1\""));
        assert!(equations.link("C2").unwrap_err().contains("there are C1"));
        let twice = equations.collect(Path::new("b.md"), "\n\n$$ y $$ {#C1}\n");
        assert_eq!(twice.len(), 1);
        assert_eq!(twice[0].0, 3);
    }

    #[test]
    fn what_is_no_formula_is_an_error() {
        assert!(Equations::default().formula(r"\frac{1}", None, false).unwrap_err().contains(r"`\frac{1}`"));
        assert!(Equations::default().formula(r"\nonesuch", None, false).is_err());
    }
}
