//! Standard output, and its colours.

use std::{
    env,
    fmt::Display,
    io::{self, IsTerminal, Write},
    sync::OnceLock,
};

use clap::ValueEnum;

use crate::Error;

/// When to colour what is printed.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb
    Auto,
    /// Even into a file
    Always,
    /// Not at all
    Never,
}

impl Color {
    /// Whether to colour what goes to a place that may be a `terminal`, where `variable` gives the environment.
    /// See no-color.org: a variable that is set to nothing is not set.
    fn wanted(self, terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
        let set = |name| variable(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set("NO_COLOR") => false,
            Self::Auto if set("CLICOLOR_FORCE") && variable("CLICOLOR_FORCE").as_deref() != Some("0") => true,
            Self::Auto => terminal && variable("TERM").as_deref() != Some("dumb"),
        }
    }
}

/// Standard output.
#[derive(Debug)]
pub struct Output {
    quiet: bool,
    /// Whether to go on if nothing can be printed any more: there are files to be written at the end.
    persistent: bool,
    /// The first failure that it went on after. That nobody reads any more, as in `... | head`, is none.
    failure: OnceLock<io::Error>,
}

impl Output {
    /// Standard output, coloured or not. If `quiet`, [`say`](Self::say) says nothing. If `persistent`, a terminal that
    /// was closed or a full disk is no reason to stop: [`end`](Self::end) tells of it.
    pub fn new(color: Color, quiet: bool, persistent: bool) -> Self {
        let variable = |name: &str| env::var(name).ok();
        console::set_colors_enabled(color.wanted(io::stdout().is_terminal(), variable));
        console::set_colors_enabled_stderr(color.wanted(io::stderr().is_terminal(), variable));
        Self { quiet, persistent, failure: OnceLock::new() }
    }

    /// No output at all.
    pub fn silent() -> Self {
        Self { quiet: true, persistent: true, failure: OnceLock::new() }
    }

    /// The files are written.
    ///
    /// # Errors
    ///
    /// If something could not be printed before.
    pub fn end(self) -> Result<(), Error> {
        self.failure.into_inner().map_or(Ok(()), |failure| Err(Error::Output(failure)))
    }

    /// Whether there is a terminal for a progress bar. If the output goes elsewhere, lines say more.
    pub fn takes_a_bar(&self) -> bool {
        !self.quiet
            && io::stdout().is_terminal()
            && io::stderr().is_terminal()
            && env::var("TERM").as_deref() != Ok("dumb")
    }

    /// Print a line on the way to the result.
    pub fn say(&self, line: impl Display) -> Result<(), Error> {
        if self.quiet { Ok(()) } else { self.print(line) }
    }

    /// Print a line of the result.
    pub fn print(&self, line: impl Display) -> Result<(), Error> {
        match writeln!(io::stdout(), "{line}") {
            Err(error) if self.persistent => {
                if error.kind() != io::ErrorKind::BrokenPipe {
                    self.failure.get_or_init(|| error);
                }
                Ok(())
            }
            written => written.map_err(Error::Output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(color: Color, terminal: bool, environment: &[(&str, &str)]) -> bool {
        let find = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
        color.wanted(terminal, find)
    }

    #[test]
    fn colour_is_for_terminals() {
        assert!(wanted(Color::Auto, true, &[("TERM", "xterm")]));
        assert!(!wanted(Color::Auto, false, &[("TERM", "xterm")]));
        assert!(!wanted(Color::Auto, true, &[("TERM", "dumb")]));
    }

    #[test]
    fn the_environment_overrules_the_terminal() {
        assert!(!wanted(Color::Auto, true, &[("NO_COLOR", "1")]));
        assert!(wanted(Color::Auto, true, &[("NO_COLOR", "")]));
        assert!(wanted(Color::Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!wanted(Color::Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!wanted(Color::Auto, false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    }

    #[test]
    fn the_flag_overrules_the_environment() {
        assert!(wanted(Color::Always, false, &[("NO_COLOR", "1")]));
        assert!(!wanted(Color::Never, true, &[("CLICOLOR_FORCE", "1")]));
    }
}
