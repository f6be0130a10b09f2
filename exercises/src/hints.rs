//! The hints of `hints.md`: a heading for each exercise, and a numbered list beneath.

const HINTS: &str = include_str!("../hints.md");

/// Returns the hints for the exercise called `name`, the vaguest first, each in one line.
pub fn hints(name: &str) -> Vec<String> {
    let mut hints: Vec<String> = Vec::new();
    let section = HINTS.lines().skip_while(|line| line.strip_prefix("## ") != Some(name)).skip(1);
    for line in section.take_while(|line| !line.starts_with("## ")).filter(|line| !line.trim().is_empty()) {
        match (line.split_once(". "), hints.last_mut()) {
            (Some((number, text)), _) if number.parse::<usize>().is_ok() => hints.push(text.to_owned()),
            (_, Some(hint)) => *hint += &format!(" {}", line.trim_start()),
            (_, None) => {}
        }
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::exercises;

    #[test]
    fn every_exercise_has_hints() {
        let names = Vec::from_iter(exercises().unwrap().into_iter().map(|exercise| exercise.name));
        for name in &names {
            assert!(hints(name).len() >= 2, "{name}");
        }
        let headings: Vec<&str> = HINTS.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, names, "hints.md has the exercises in their order");
    }

    #[test]
    fn other_names_have_no_hints() {
        assert!(hints("nothing").is_empty());
    }
}
