//! Percentages in texts. Whoever quotes a result writes it with its decimals, as in `97.3 %` or `from 91.6 to 96.8 %`:
//! then it has to be that of a record. Other percentages are written without decimals, as the tutorial has them.

use records::Record;

/// What the header of a step may quote of `records`: the mean test accuracies and their deviations.
pub fn means<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<f64> {
    let summaries = records.into_iter().map(|record| &record.test_accuracy);
    summaries.flat_map(|summary| [Some(summary.mean), summary.deviation]).flatten().collect()
}

/// What any text may quote of `records`: the means and their deviations, the least and the greatest test accuracy, and
/// that of seed 1, which is what the command line reports.
pub fn quotable(records: &[Record]) -> Vec<f64> {
    let mut accuracies = means(records);
    for record in records {
        accuracies.extend([record.test_accuracy.min, record.test_accuracy.max]);
        accuracies.extend(record.runs.iter().filter(|run| run.seed == 1).map(|run| run.test_accuracy));
    }
    accuracies
}

/// What the command line prints in the course of the runs of `records` with seed 1.
pub fn printed(records: &[Record]) -> Vec<f64> {
    let runs = records.iter().flat_map(|record| &record.runs).filter(|run| run.seed == 1);
    runs.flat_map(|run| run.test_accuracies.iter().copied()).collect()
}

/// The prose of a Markdown text and its fenced blocks, each with its lines where they were.
pub fn prose_and_blocks(text: &str) -> (String, String) {
    let (mut prose, mut blocks, mut fenced) = (String::new(), String::new(), false);
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            blocks += line
        } else {
            prose += line
        }
        prose.push('\n');
        blocks.push('\n');
    }
    (prose, blocks)
}

/// The percentages in `text` that have decimals and are none of the `accuracies`, each with its line, from 1.
pub fn unfounded<'a>(text: &'a str, accuracies: &[f64]) -> Vec<(usize, &'a str)> {
    let founded = |number: &str| {
        let places = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        accuracies.iter().any(|accuracy| format!("{:.places$}", 100.0 * accuracy) == number)
    };
    percentages(text).into_iter().filter(|(_, number)| !founded(number)).collect()
}

/// The numbers with decimals that are percentages: before a `%`, or joined to such a one by a word.
fn percentages(text: &str) -> Vec<(usize, &str)> {
    let words = text.lines().zip(1..).flat_map(|(line, number)| {
        let line = line.trim_start_matches(['/', '!', ' ']);
        // A number may stand right before its sign, or between stars and brackets.
        line.split_inclusive([' ', '%', '|'])
            .map(move |word| (number, word.ends_with('|'), word.trim_matches([' ', '(', ')', '*', ',', '|'])))
    });
    let mut percentages = Vec::new();
    let mut percent = false;
    for (line, ends_cell, word) in words.collect::<Vec<_>>().into_iter().rev() {
        percent &= !ends_cell;
        let number = word.trim_end_matches(['%', ' ']);
        percent |= word.ends_with('%');
        if is_decimal(number) {
            percentages.extend(percent.then_some((line, number)));
        } else if !number.is_empty() && !["to", "and", "or", "±", "–"].contains(&number) {
            percent = false;
        }
    }
    percentages.reverse();
    percentages
}

fn is_decimal(word: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    word.split_once('.').is_some_and(|(whole, decimals)| digits(whole) && digits(decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<&str> {
        percentages(text).into_iter().map(|(_, number)| number).collect()
    }

    #[test]
    fn percentages_are_found() {
        assert_eq!(numbers("It is 97.3 % now, and was 91.25%."), ["97.3", "91.25"]);
        assert_eq!(numbers("from 91.6 to 96.8 %"), ["91.6", "96.8"]);
        assert_eq!(
            numbers("| 97.3 ± 0.5 (96.2 – 98.0) % | 97.85 ± 0.04 % |"),
            ["97.3", "0.5", "96.2", "98.0", "97.85", "0.04"]
        );
        assert_eq!(numbers("//! on the digits (97.1\n//! % of them)"), ["97.1"]);
    }

    #[test]
    fn other_numbers_are_not() {
        assert!(numbers("| 0.68 s | 1.55 | 97 % |").is_empty());
        assert!(numbers("97 % in section 4.3 of version 0.17.2, a rate of 0.05 and 5 %").is_empty());
    }

    #[test]
    fn prose_and_blocks_keep_their_lines() {
        let (prose, blocks) = prose_and_blocks("one\n```text\ntwo\n```\nthree\n");
        assert_eq!(prose, "one\n\n\n```\nthree\n");
        assert_eq!(blocks, "\n```text\ntwo\n\n\n");
    }

    #[test]
    fn a_percentage_is_founded_on_a_record() {
        let accuracies = [0.97311, 0.9689];
        assert!(unfounded("97.3 %, 97.31 % or 96.9 %, and not 99 %", &accuracies).is_empty());
        assert_eq!(unfounded("Well:\n97.4 %\n96.89 % and 96.8 %", &accuracies), [(2, "97.4"), (3, "96.8")]);
    }
}
