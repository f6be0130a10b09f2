//! Words and numbers within HTML and SVG.

/// Returns `text` with all that has a meaning in HTML, or in Markdown between tags, as a reference.
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

/// Returns numbers with a comma before each three digits of their whole part: `2,023.9 ± 12.1`.
pub fn grouped(numbers: &str) -> String {
    let mut grouped = String::with_capacity(numbers.len());
    for part in numbers.split_inclusive(|character: char| !character.is_ascii_digit()) {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let is_whole = !grouped.ends_with('.');
        for (index, character) in part.chars().enumerate() {
            if is_whole && (1..digits).contains(&index) && (digits - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(character);
        }
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_number_is_easy_to_read() {
        for (number, read) in [
            ("0", "0"),
            ("450", "450"),
            ("1000", "1,000"),
            ("1234567", "1,234,567"),
            ("0.00001", "0.00001"),
            ("−2023.98765 s", "−2,023.98765 s"),
            ("10000 ± 1234.5 %", "10,000 ± 1,234.5 %"),
        ] {
            assert_eq!(grouped(number), read);
        }
    }

    #[test]
    fn nothing_in_a_text_is_taken_for_a_tag() {
        assert_eq!(escape("a < b && \"c\" > d"), "a &lt; b &amp;&amp; &quot;c&quot; &gt; d");
    }
}
