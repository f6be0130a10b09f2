//! Bits of HTML.

/// `text` with all that has a meaning in HTML, or in Markdown between tags, as a reference.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            _ => escaped.push(character),
        }
    }
    escaped
}

/// HTML that Markdown leaves as it is: a block of its own without blank lines.
pub fn block(html: &str) -> String {
    debug_assert!(!html.contains('\n'), "a block is one line");
    format!("\n\n{html}\n\n")
}

/// A table with a header row; what is in the cells is HTML. The first column names the rows.
pub fn table(header: &[String], rows: &[Vec<String>]) -> String {
    let head: String = header.iter().map(|cell| format!("<th scope=\"col\">{cell}</th>")).collect();
    let mut body = String::new();
    for row in rows {
        body += "<tr>";
        for (column, cell) in row.iter().enumerate() {
            body += &if column == 0 { format!("<th scope=\"row\">{cell}</th>") } else { format!("<td>{cell}</td>") };
        }
        body += "</tr>";
    }
    format!(
        "<div class=\"wide\"><table class=\"results\"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
}
