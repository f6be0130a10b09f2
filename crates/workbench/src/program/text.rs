//! Numbers as they are read with ease.

/// A fraction as per cent: `96.89 %`.
pub fn percent(fraction: f64) -> String {
    format!("{:.2} %", 100.0 * fraction)
}

/// A number of any size, with what matters of it: `0.02134`, `1.70e-5`.
pub fn concise(number: f64) -> String {
    if number == 0.0 || (1e-4..1e5).contains(&number.abs()) { format!("{number:.5}") } else { format!("{number:.2e}") }
}

/// A count with its thousands apart: `60,000`.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A name from a file, short enough for a column, and without what a terminal would obey.
pub fn short(name: &str) -> String {
    const LONGEST: usize = 20;
    let mut letters = name.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter });
    let start = letters.by_ref().take(LONGEST).collect::<String>();
    if letters.next().is_some() { start + "…" } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_harmless() {
        assert_eq!(short("setosa"), "setosa");
        assert_eq!(short("a\u{1b}[31mb"), "a\u{fffd}[31mb");
        assert_eq!(short(&"é".repeat(21)), "é".repeat(20) + "…");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1_000, 60_000, 1_234_567].map(grouped), ["0", "999", "1,000", "60,000", "1,234,567"]);
    }

    #[test]
    fn numbers_of_any_size_stay_short() {
        assert_eq!([0.0, 0.021337, 1.7e-5, 3.25e300].map(concise), ["0.00000", "0.02134", "1.70e-5", "3.25e300"]);
    }

    #[test]
    fn per_cent_have_two_places() {
        assert_eq!(percent(0.975556), "97.56 %");
    }
}
