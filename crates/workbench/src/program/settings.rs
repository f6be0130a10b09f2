//! Hyperparameters on the command line: a flag for each, whatever they are.

use std::{collections::HashSet, fmt::Display};

use clap::{Arg, ArgAction, ArgMatches, Command};
use evaluation::{InvalidValue, Tunable, Value};

use crate::Error;

/// Values of hyperparameters as the user wrote them, each with the name of its field.
pub type Chosen = Vec<(&'static str, String)>;

/// The most combinations that a grid may have.
const LARGEST_GRID: usize = 10_000;

/// What a command does with the hyperparameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Use {
    /// Takes one value for each, with other defaults for MNIST.
    One,
    /// Takes one value for each, for MNIST.
    Mnist,
    /// Takes a list of values for each.
    Grid,
}

/// A hyperparameter as a flag.
#[derive(Clone, Debug)]
struct Flag {
    name: &'static str,
    help: &'static str,
    digits: Value,
    mnist: Value,
}

/// The hyperparameters of a step, as flags.
#[derive(Clone, Debug)]
pub struct Flags {
    all: Vec<Flag>,
    /// Whether a text is a value for the hyperparameter of a name.
    check: fn(&str, &str) -> Result<(), InvalidValue>,
}

impl Flags {
    /// The flags for the hyperparameters `K`.
    pub fn of<K: Tunable>() -> Self {
        let (digits, mnist) = (K::digits(), K::mnist());
        let flag = |hyperparameter: &evaluation::Hyperparameter| {
            let (digits, mnist) = (digits.get(hyperparameter.name)?, mnist.get(hyperparameter.name)?);
            Some(Flag { name: hyperparameter.name, help: hyperparameter.help, digits, mnist })
        };
        Self { all: K::ALL.iter().filter_map(flag).collect(), check: |name, text| K::digits().set(name, text) }
    }

    /// `command`, which takes these flags too.
    pub fn augment(&self, command: Command, usage: Use) -> Command {
        let (Self { all, check }, action) = (self, if usage == Use::Grid { ArgAction::Append } else { ArgAction::Set });
        let arguments = all.iter().map(|flag| {
            let (name, check) = (flag.name, *check);
            let argument = Arg::new(name)
                .long(flag_name(name))
                .help(flag.describe(usage))
                .help_heading("Hyperparameters")
                .value_name(flag.kind(usage))
                .action(action.clone())
                .allow_negative_numbers(true)
                .value_parser(move |text: &str| check(name, text).map(|()| text.to_owned()));
            if usage == Use::Grid { argument.value_delimiter(',') } else { argument }
        });
        command.args(arguments)
    }

    /// The values that were given.
    pub fn chosen(&self, matches: &ArgMatches) -> Chosen {
        let value = |flag: &Flag| Some((flag.name, matches.get_one::<String>(flag.name)?.clone()));
        self.all.iter().filter_map(value).collect()
    }

    /// The lists of values that were given.
    pub fn lists(&self, matches: &ArgMatches) -> Vec<(&'static str, Vec<String>)> {
        let values = |flag: &Flag| Some((flag.name, matches.get_many::<String>(flag.name)?.cloned().collect()));
        self.all.iter().filter_map(values).collect()
    }
}

impl Flag {
    fn describe(&self, usage: Use) -> String {
        let Self { digits, mnist, .. } = self;
        let help = self.help.trim_end_matches('.');
        match usage {
            Use::Mnist => format!("{help} [default: {mnist}]"),
            _ if digits == mnist => format!("{help} [default: {digits}]"),
            _ => format!("{help} [default: {digits}; mnist: {mnist}]"),
        }
    }

    fn kind(&self, usage: Use) -> &'static str {
        match (self.digits, usage) {
            (Value::Count(_), Use::Grid) => "COUNTS",
            (Value::Count(_), _) => "COUNT",
            (Value::Factor(_), Use::Grid) => "FACTORS",
            (Value::Factor(_), _) => "FACTOR",
        }
    }
}

/// The flag of a hyperparameter, without the dashes: `learning-rate` for `learning_rate`.
pub fn flag_name(name: &str) -> String {
    name.replace('_', "-")
}

/// Values as they are written on the command line: `--hidden 100 --iterations 50`.
pub fn as_flags<V: Display>(values: &[(&str, V)]) -> String {
    values.iter().map(|(name, value)| format!("--{} {value}", flag_name(name))).collect::<Vec<_>>().join(" ")
}

/// `settings`, changed to what was `chosen`.
pub fn apply_overrides<K: Tunable>(mut settings: K, chosen: &Chosen) -> Result<K, Error> {
    for (name, text) in chosen {
        let problem = |error: InvalidValue| Error::flag(format!("--{}", flag_name(name)), error.to_string());
        settings.set(name, text).map_err(problem)?;
    }
    Ok(settings)
}

/// All hyperparameters in order, with the names of their fields.
pub fn values<K: Tunable>(settings: &K) -> Vec<(&'static str, Value)> {
    K::ALL.iter().filter_map(|hyperparameter| Some((hyperparameter.name, settings.get(hyperparameter.name)?))).collect()
}

/// The value of the hyperparameter called `name`, if there is one and it is a count.
pub fn count<K: Tunable>(settings: &K, name: &str) -> Option<usize> {
    match settings.get(name) {
        Some(Value::Count(count)) => Some(count),
        _ => None,
    }
}

/// All combinations of the values in the `lists`, the last one varying fastest.
///
/// # Errors
///
/// If there are too many.
pub fn grid(lists: &[(&'static str, Vec<String>)]) -> Result<Vec<Chosen>, Error> {
    let mut grid = vec![Chosen::new()];
    for (name, values) in lists {
        let mut seen = HashSet::new();
        let values: Vec<&String> = values.iter().filter(|value| seen.insert(*value)).collect();
        if grid.len().saturating_mul(values.len()) > LARGEST_GRID {
            let problem = format!("the grid has more than {LARGEST_GRID} combinations; give fewer values");
            return Err(Error::flag(format!("--{}", flag_name(name)), problem));
        }
        let extended = |chosen: &Chosen| {
            let chosen = chosen.clone();
            values
                .iter()
                .map(move |value| [chosen.clone(), vec![(*name, (*value).clone())]].concat())
                .collect::<Vec<_>>()
        };
        grid = grid.iter().flat_map(extended).collect();
    }
    Ok(grid)
}

#[cfg(test)]
mod tests {
    use evaluation::hyperparameters;

    use super::*;

    hyperparameters! {
        /// Such as a step has.
        pub struct Settings {
            /// Units in the hidden layer.
            hidden: usize { digits: 30, mnist: 100 },
            /// How far a weight moves.
            learning_rate: f64 { digits: 0.1, mnist: 0.1 },
        }
    }

    fn parse(usage: Use, arguments: &[&str]) -> Result<ArgMatches, clap::Error> {
        let command = Flags::of::<Settings>().augment(Command::new("step"), usage);
        command.try_get_matches_from([&["step"], arguments].concat())
    }

    fn settings(arguments: &[&str]) -> Settings {
        let chosen = Flags::of::<Settings>().chosen(&parse(Use::One, arguments).unwrap());
        apply_overrides(Settings::digits(), &chosen).unwrap()
    }

    #[test]
    fn a_flag_sets_its_hyperparameter() {
        assert_eq!(settings(&[]), Settings::digits());
        assert_eq!(settings(&["--hidden", "7"]), Settings { hidden: 7, learning_rate: 0.1 });
        assert_eq!(settings(&["--learning-rate=1e-3"]), Settings { hidden: 30, learning_rate: 0.001 });
    }

    #[test]
    fn bad_values_are_refused_by_name() {
        for [flag, value, problem] in [
            ["--hidden", "0", "whole number"],
            ["--hidden", "many", "whole number"],
            ["--hidden", "-3", "whole number"],
            ["--learning-rate", "-0.1", "0 or more"],
            ["--learning-rate", "NaN", "0 or more"],
            ["--learning-rate", "inf", "0 or more"],
            ["--learning-rate", "", "0 or more"],
        ] {
            let error = parse(Use::One, &[flag, value]).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            let text = error.to_string();
            assert!(text.contains(flag) && text.contains(problem), "{text}");
        }
    }

    #[test]
    fn the_help_tells_the_defaults() {
        let help = |usage| Flags::of::<Settings>().augment(Command::new("step"), usage).render_help().to_string();
        assert!(help(Use::One).contains("Units in the hidden layer [default: 30; mnist: 100]"));
        assert!(help(Use::One).contains("How far a weight moves [default: 0.1]"));
        assert!(help(Use::Mnist).contains("Units in the hidden layer [default: 100]"));
    }

    #[test]
    fn a_grid_has_every_combination_once() {
        let arguments = ["--learning-rate", "0.1,0.2,0.1", "--hidden", "3", "--hidden", "4"];
        let lists = Flags::of::<Settings>().lists(&parse(Use::Grid, &arguments).unwrap());
        let grid: Vec<Settings> =
            grid(&lists).unwrap().iter().map(|chosen| apply_overrides(Settings::digits(), chosen).unwrap()).collect();
        let expected = [(3, 0.1), (3, 0.2), (4, 0.1), (4, 0.2)];
        assert_eq!(grid, expected.map(|(hidden, learning_rate)| Settings { hidden, learning_rate }));
        assert!(parse(Use::Grid, &["--hidden", "3,0"]).is_err());
    }

    #[test]
    fn no_lists_make_one_setting() {
        assert_eq!(grid(&[]).unwrap(), [Chosen::new()]);
    }

    #[test]
    fn a_grid_beyond_reason_is_refused() {
        let list = |name| (name, (1..=101).map(|value| value.to_string()).collect());
        assert!(grid(&[list("hidden")]).is_ok());
        let error = grid(&[list("hidden"), list("learning_rate")]).unwrap_err();
        assert_eq!(error.to_string(), "--learning-rate: the grid has more than 10000 combinations; give fewer values");
    }
}
