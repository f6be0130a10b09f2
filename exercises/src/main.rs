//! The command line of the exercises: those that are done, the next one, and hints.

use std::{
    fs,
    io::{self, IsTerminal, Write},
    path::Path,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use console::{Style, Term, style};
use exercises::{
    course::{self, Exercise, root},
    hints::hints,
    runner::{self, Failure, Outcome},
};

/// Exercises that check themselves. Without a command: the list of those that are done, and the next one.
#[derive(Parser)]
#[command(
    bin_name = "cargo run -p exercises --",
    after_help = "Exit codes: 0 success, 1 an exercise is not done, 2 usage error."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Check one exercise
    Check {
        /// Its name or its number in the list
        #[arg(value_name = "NAME", value_parser = exercise)]
        exercise: Exercise,
    },
    /// Show hints for one exercise, the vaguest first
    Hint {
        /// Its name or its number in the list
        #[arg(value_name = "NAME", value_parser = exercise)]
        exercise: Exercise,
        /// Number of hints to show
        #[arg(default_value_t = 1)]
        count: usize,
    },
}

const COMMAND: &str = "cargo run -p exercises";

/// Returns the exercise with this name or number, or the message that there is none.
fn exercise(name_or_number: &str) -> std::result::Result<Exercise, String> {
    let exercises = course::exercises().map_err(|error| format!("the exercises cannot be listed: {error}"))?;
    course::find(exercises, name_or_number)
        .ok_or_else(|| format!("no exercise has this name or number: `{COMMAND}` lists them"))
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        None => list(),
        Some(Command::Check { exercise }) => check(exercise),
        Some(Command::Hint { exercise, count }) => hint(exercise, count),
    };
    done.unwrap_or_else(|error| {
        match error.downcast_ref::<io::Error>() {
            // Nobody reads any more, as in `... | head`.
            Some(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            _ => eprintln!("error: {error}"),
        }
        ExitCode::FAILURE
    })
}

type Result = std::result::Result<ExitCode, Box<dyn std::error::Error>>;

/// Shows all exercises, and a report on the first that is not done.
fn list() -> Result {
    let exercises = course::exercises()?;
    let outcomes = build_and_run(&exercises)?;
    let done = outcomes.iter().filter(|&outcome| *outcome == Outcome::Done).count();
    let next = outcomes.iter().position(|outcome| *outcome != Outcome::Done);
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n", style(format!("Exercises: {done} of {} done", exercises.len())).bold())?;
    for (index, (exercise, outcome)) in exercises.iter().zip(&outcomes).enumerate() {
        let arrow = if next == Some(index) { ">" } else { " " };
        let state = state_style(outcome).apply_to(format!("{:<16}", state(outcome)));
        writeln!(out, "{arrow} {:>2}  {:<15} {state} {}", exercise.number, exercise.name, title(exercise)?)?;
    }
    writeln!(out)?;
    match next {
        Some(next) => {
            writeln!(out, "Next: {}\n", style(&exercises[next].name).bold())?;
            report(&mut out, &exercises[next], &outcomes[next])?;
        }
        None => writeln!(out, "All of them. The solutions, to compare with yours, are in exercises/solutions.")?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows a report on one exercise. The exit code is 0 if it is done.
fn check(exercise: Exercise) -> Result {
    let outcomes = build_and_run(std::slice::from_ref(&exercise))?;
    let mut out = io::stdout().lock();
    for outcome in &outcomes {
        writeln!(out, "{}: {}\n", style(&exercise.name).bold(), state_style(outcome).apply_to(state(outcome)))?;
        report(&mut out, &exercise, outcome)?;
    }
    let done = outcomes.iter().all(|outcome| *outcome == Outcome::Done);
    Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Shows the first `count` hints.
fn hint(exercise: Exercise, count: usize) -> Result {
    let hints = hints(&exercise.name);
    let mut out = io::stdout().lock();
    for (index, hint) in hints.iter().take(count).enumerate() {
        let lines = wrap(hint, width().saturating_sub(3));
        writeln!(out, "{}. {}\n", index + 1, lines.join("\n   "))?;
    }
    let solution = exercise.solution();
    match count.min(hints.len()) {
        shown if shown < hints.len() => {
            writeln!(out, "One more: {COMMAND} -- hint {} {}", exercise.name, shown + 1)?;
        }
        _ => writeln!(out, "That was the last one. A solution is in {}.", solution.display())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds and runs the exercises.
fn build_and_run(exercises: &[Exercise]) -> std::result::Result<Vec<Outcome>, runner::Error> {
    let waiting = io::stderr().is_terminal();
    if waiting {
        eprint!("Building and running; the first time takes longer ...");
    }
    let outcomes = runner::check(exercises, console::colors_enabled());
    if waiting {
        eprint!("\r{:54}\r", "");
    }
    outcomes
}

fn state(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::NotYet(_) => "not yet",
        Outcome::NotRight(..) => "not right yet",
        Outcome::NotCompiled(_) => "does not compile",
        Outcome::Endless => "does not end",
        Outcome::Stopped(_) => "stopped",
    }
}

fn state_style(outcome: &Outcome) -> Style {
    match outcome {
        Outcome::Done => Style::new().green(),
        Outcome::NotYet(_) => Style::new().dim(),
        _ => Style::new().red(),
    }
}

/// Returns the title of an exercise: the first line of its file.
fn title(exercise: &Exercise) -> io::Result<String> {
    let text = fs::read_to_string(root().join(exercise.path()))?;
    Ok(text.lines().next().unwrap_or_default().trim_start_matches("//!").trim().to_owned())
}

/// Shows the outcome of an exercise, and what to do next.
fn report(out: &mut impl Write, exercise: &Exercise, outcome: &Outcome) -> io::Result<()> {
    let path = exercise.path();
    let path = path.display();
    match outcome {
        Outcome::Done => {
            writeln!(out, "Another way to write it: {}", exercise.solution().display())?;
            return match course::exercises()?.get(exercise.number) {
                Some(next) => writeln!(out, "Next: {}, {}", next.name, next.path().display()),
                None => Ok(()),
            };
        }
        Outcome::NotYet(failure) => print_failure(out, failure)?,
        Outcome::NotRight(failure, others) => {
            print_failure(out, failure)?;
            match others {
                0 => {}
                1 => writeln!(out, "One more test fails.\n")?,
                _ => writeln!(out, "{others} more tests fail.\n")?,
            }
        }
        Outcome::NotCompiled(errors) => {
            writeln!(out, "Rust does not understand {path} yet, so the tests could not run. The compiler says:\n")?;
            writeln!(out, "{errors}")?;
        }
        Outcome::Endless => {
            writeln!(
                out,
                "The tests were still running after 20 seconds, and were stopped. Is there a loop that never ends?\n"
            )?;
        }
        Outcome::Stopped(printed) => {
            writeln!(
                out,
                "The tests broke off, for example by a recursion that never ends. They printed:\n\n{printed}"
            )?;
        }
    }
    writeln!(out, "Edit:   {path}")?;
    writeln!(out, "Check:  {COMMAND} -- check {}", exercise.name)?;
    writeln!(out, "Hint:   {COMMAND} -- hint {}", exercise.name)
}

/// Shows a test that fails.
fn print_failure(out: &mut impl Write, failure: &Failure) -> io::Result<()> {
    let Failure { test, place, message } = failure;
    for line in message.lines().flat_map(|line| wrap(line, width().saturating_sub(4))) {
        writeln!(out, "{}", format!("    {line}").trim_end())?;
    }
    if let Some(explanation) = explanation(message) {
        writeln!(out, "    {explanation}")?;
    }
    // The reader cannot mend a library.
    let place = if Path::new(place).is_absolute() { "in a library that it calls" } else { place };
    writeln!(out, "\n    {}\n", style(format!("test {test}, {place}")).dim())
}

/// Returns an explanation of a panic in ndarray.
fn explanation(message: &str) -> Option<&'static str> {
    if message.contains("ndarray: index out of bounds") {
        Some("An index is too large for its array: `dbg!(x.shape())` shows the shape of x, and indices count from 0.")
    } else if message.contains("ShapeError") || message.contains("ndarray: ") {
        Some("The shapes of two arrays do not fit together: `dbg!(x.shape())` shows that of x.")
    } else {
        None
    }
}

/// Returns the number of characters in a line of text: those of the terminal, as far as a long line is good to read.
fn width() -> usize {
    usize::from(Term::stdout().size().1).min(100)
}

/// Breaks a line between words, so that no line is longer than `width` unless a word is. Indented lines, which are
/// numbers, stay as they are.
fn wrap(line: &str, width: usize) -> Vec<String> {
    if line.starts_with(' ') || line.is_empty() {
        return vec![line.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.last_mut().expect("there is one from the start");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("  expected  1", 8), ["  expected  1"]);
        assert_eq!(wrap("unbreakable", 8), ["unbreakable"]);
        assert_eq!(wrap("", 8), [""]);
    }

    #[test]
    fn shapes_that_do_not_fit_are_explained_and_so_is_an_index() {
        let said = |message| explanation(message).unwrap_or_default();
        assert!(
            said("ndarray: inputs 2 × 3 and 2 × 3 are not compatible for matrix multiplication").contains("shapes")
        );
        assert!(said("ndarray: index out of bounds").contains("index"));
        assert_eq!(said("attempt to divide by zero"), "");
    }
}
