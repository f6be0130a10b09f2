//! Bits of HTML.

use charts::Drawing;
pub use charts::text::{escape, grouped};

use crate::Outcome;

/// HTML that Markdown leaves as it is: a block of its own without blank lines.
pub fn block(html: &str) -> String {
    debug_assert!(!html.contains('\n'), "a block is one line");
    format!("\n\n{html}\n\n")
}

/// A drawing as a figure, with a note beneath it, which is HTML.
pub fn figure(drawing: Result<Drawing, charts::Error>, note: &str) -> Outcome {
    drawing.map(|drawing| block(&drawing.figure(note))).map_err(|error| error.to_string())
}

/// `html` without characters that Markdown takes for its own, tags not included: for a place within a paragraph.
pub fn unmarked(html: &str) -> String {
    let mut unmarked = String::with_capacity(html.len());
    let mut inside_tag = false;
    for character in html.chars() {
        match character {
            '<' => inside_tag = true,
            '>' => inside_tag = false,
            '*' | '_' | '|' | '`' | '[' | ']' | '\\' | '~' | '\'' | '.' if !inside_tag => {
                unmarked += &format!("&#{};", u32::from(character));
                continue;
            }
            _ => {}
        }
        unmarked.push(character);
    }
    unmarked
}

/// A number that stays on one line with its deviation and its unit.
pub fn unbroken(number: &str) -> String {
    let number = number.strip_suffix(" s").map_or(number.to_owned(), |seconds| format!("{seconds}\u{a0}s"));
    number.replace(" ± ", "\u{a0}±\u{a0}").replace(" %", "\u{a0}%")
}

/// A table with a header row and a caption; all of it is HTML. The first column names the rows. Others stand to the
/// right if all that is in them are numbers.
pub fn table(header: &[String], rows: &[Vec<String>], caption: &str) -> String {
    let is_number = |cell: &str| {
        cell == "–"
            || cell.contains(|c: char| c.is_ascii_digit())
                && cell.chars().all(|c| "0123456789,.−± %s\u{a0}×⁰¹²³⁴⁵⁶⁷⁸⁹⁻".contains(c))
    };
    let class = |column: usize| {
        let numbers = column > 0 && rows.iter().all(|row| row.get(column).is_some_and(|cell| is_number(cell)));
        if numbers { " class=\"number\"" } else { "" }
    };
    let head: String = header
        .iter()
        .enumerate()
        .map(|(column, cell)| format!("<th scope=\"col\"{}>{cell}</th>", class(column)))
        .collect();
    let mut body = String::new();
    for row in rows {
        body += "<tr>";
        for (column, cell) in row.iter().enumerate() {
            body += &if column == 0 {
                format!("<th scope=\"row\">{cell}</th>")
            } else {
                format!("<td{}>{cell}</td>", class(column))
            };
        }
        body += "</tr>";
    }
    format!(
        "<div class=\"wide\"><table class=\"results\"><caption>{caption}</caption>\
         <thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_unit_and_words_stay_apart() {
        assert_eq!(unbroken("97.7 ± 0.5 %"), "97.7\u{a0}±\u{a0}0.5\u{a0}%");
        assert_eq!(unbroken("1.62 s"), "1.62\u{a0}s");
        assert_eq!(unbroken("the same"), "the same");
    }

    #[test]
    fn markdown_does_not_meddle() {
        assert_eq!(unmarked("<mo a_b=\"*\">*</mo>"), "<mo a_b=\"*\">&#42;</mo>");
    }

    #[test]
    fn a_table_names_its_columns_and_rows() {
        let words = |words: [&str; 3]| words.map(str::to_owned).to_vec();
        let rows = [words(["d", "1.5\u{a0}%", "2"]), words(["e", "–", "never"])];
        let html = table(&words(["", "b", "c"]), &rows, "f");
        assert!(
            html.contains(
                "<caption>f</caption><thead><tr><th scope=\"col\"></th><th scope=\"col\" class=\"number\">b</th>\
                 <th scope=\"col\">c</th></tr>"
            ),
            "{html}"
        );
        assert!(html.contains("<tr><th scope=\"row\">d</th><td class=\"number\">1.5\u{a0}%</td><td>2</td></tr>"));
        assert!(html.contains("<tr><th scope=\"row\">e</th><td class=\"number\">–</td><td>never</td></tr>"));
    }
}
