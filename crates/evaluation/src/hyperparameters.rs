use std::fmt;

/// The hyperparameters of a network, as the command line and the browser see them: a list of named numbers. Written by
/// the macro [`hyperparameters!`](crate::hyperparameters).
pub trait Tunable: Clone + fmt::Debug + Default + PartialEq {
    /// One entry for each field, in the order of the fields.
    const ALL: &'static [Hyperparameter];

    /// The settings for the digits. They are the default for other data too.
    fn digits() -> Self;

    /// The settings for MNIST.
    fn mnist() -> Self;

    /// Returns the value of the hyperparameter called `name`, if there is one.
    fn get(&self, name: &str) -> Option<Value>;

    /// Gives the hyperparameter called `name` the value that `text` spells.
    ///
    /// # Errors
    ///
    /// If there is no hyperparameter of that name, or `text` is not a value that it can have.
    fn set(&mut self, name: &str, text: &str) -> Result<(), InvalidValue>;
}

/// The name and the description of a hyperparameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hyperparameter {
    /// The name of its field.
    pub name: &'static str,
    /// A description in a sentence or two: the documentation of its field.
    pub help: &'static str,
}

/// The value of a hyperparameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A count: 1 or more.
    Count(usize),
    /// A factor: finite, 0 or more.
    Factor(f64),
}

/// The greatest count that a hyperparameter takes: far beyond what is useful, and far below what overflows.
const MOST: usize = 1_000_000;

/// A text that is not a value for a hyperparameter.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InvalidValue {
    /// There is no such hyperparameter.
    #[error("there is no hyperparameter {0:?}")]
    Name(String),
    /// Not a whole number in the range of a count.
    #[error("{0:?} is not a whole number from 1 to {MOST}")]
    Count(String),
    /// Not a finite number of at least 0.
    #[error("{0:?} is not a finite number of 0 or more")]
    Factor(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Count(count) => count.fmt(f),
            // As short as it can be written: 0.0001 rather than 1e-4 to be read, 1e-6 rather than 0.000001.
            Value::Factor(factor) if *factor != 0.0 && !(1e-4..1e9).contains(factor) => write!(f, "{factor:e}"),
            Value::Factor(factor) => factor.fmt(f),
        }
    }
}

/// A type that the field of a hyperparameter can have.
#[doc(hidden)]
pub trait Field: Copy {
    fn value(self) -> Value;
    fn parse(text: &str) -> Result<Self, InvalidValue>;
}

impl Field for usize {
    fn value(self) -> Value {
        Value::Count(self)
    }

    fn parse(text: &str) -> Result<Self, InvalidValue> {
        text.parse().ok().filter(|count| (1..=MOST).contains(count)).ok_or_else(|| InvalidValue::Count(text.to_owned()))
    }
}

impl Field for f64 {
    fn value(self) -> Value {
        Value::Factor(self)
    }

    fn parse(text: &str) -> Result<Self, InvalidValue> {
        let factor = text.parse().ok().filter(|factor: &f64| factor.is_finite() && *factor >= 0.0);
        factor.ok_or_else(|| InvalidValue::Factor(text.to_owned()))
    }
}

/// Declares the hyperparameters of a network: for each its documentation, name and type, and its values for the digits
/// and for MNIST.
///
/// Makes the struct, and all that the command line and the browser need to offer each field as a setting.
///
/// ```
/// use evaluation::{Tunable, hyperparameters};
///
/// hyperparameters! {
///     /// Settings that are chosen before training.
///     pub struct Hyperparameters {
///         /// Units in the hidden layer.
///         hidden: usize { digits: 30, mnist: 100 },
///         /// How far a weight moves against its gradient.
///         learning_rate: f64 { digits: 0.1, mnist: 0.01 },
///     }
/// }
///
/// let mut hyperparameters = Hyperparameters::digits();
/// hyperparameters.set("hidden", "50").unwrap();
/// assert_eq!(hyperparameters, Hyperparameters { hidden: 50, learning_rate: 0.1 });
/// assert_eq!(Hyperparameters::ALL[0].help, "Units in the hidden layer.");
/// ```
#[macro_export]
macro_rules! hyperparameters {
    (
        $(#[$attribute:meta])*
        pub struct $Struct:ident {
            $(
                $(#[doc = $help:literal])+
                $name:ident: $type:ty { digits: $digits:expr, mnist: $mnist:expr $(,)? }
            ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $Struct {
            $($(#[doc = $help])+ pub $name: $type,)*
        }

        impl Default for $Struct {
            fn default() -> Self {
                <Self as $crate::Tunable>::digits()
            }
        }

        impl $crate::Tunable for $Struct {
            const ALL: &'static [$crate::Hyperparameter] = &[
                $($crate::Hyperparameter { name: stringify!($name), help: concat!($($help),+).trim_ascii() },)*
            ];

            fn digits() -> Self {
                Self { $($name: $digits),* }
            }

            fn mnist() -> Self {
                Self { $($name: $mnist),* }
            }

            fn get(&self, name: &str) -> Option<$crate::Value> {
                match name {
                    $(stringify!($name) => Some($crate::Field::value(self.$name)),)*
                    _ => None,
                }
            }

            fn set(&mut self, name: &str, text: &str) -> Result<(), $crate::InvalidValue> {
                match name {
                    $(stringify!($name) => self.$name = $crate::Field::parse(text)?,)*
                    _ => return Err($crate::InvalidValue::Name(name.to_owned())),
                }
                Ok(())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    hyperparameters! {
        /// Settings that are chosen before training.
        pub struct Hyperparameters {
            /// Units in the hidden layer,
            /// which has as many as it needs.
            hidden: usize { digits: 30, mnist: 100 },
            /// How far a weight moves against its gradient.
            learning_rate: f64 { digits: 0.1, mnist: 0.01 },
        }
    }

    #[test]
    fn each_field_is_listed() {
        let names: Vec<&str> = Hyperparameters::ALL.iter().map(|hyperparameter| hyperparameter.name).collect();
        assert_eq!(names, ["hidden", "learning_rate"]);
        assert_eq!(Hyperparameters::ALL[0].help, "Units in the hidden layer, which has as many as it needs.");
    }

    #[test]
    fn each_data_set_has_its_settings_and_the_digits_are_the_default() {
        assert_eq!(Hyperparameters::digits(), Hyperparameters { hidden: 30, learning_rate: 0.1 });
        assert_eq!(Hyperparameters::mnist(), Hyperparameters { hidden: 100, learning_rate: 0.01 });
        assert_eq!(Hyperparameters::default(), Hyperparameters::digits());
    }

    #[test]
    fn a_value_that_is_set_can_be_got() {
        let mut hyperparameters = Hyperparameters::default();
        for (text, count) in [("1", 1), ("007", 7), ("+50", 50), ("1000000", 1_000_000)] {
            hyperparameters.set("hidden", text).unwrap();
            assert_eq!(hyperparameters.get("hidden"), Some(Value::Count(count)));
        }
        for (text, factor) in [("0", 0.0), ("1", 1.0), (".5", 0.5), ("1e-4", 1e-4), ("2.5E3", 2500.0)] {
            hyperparameters.set("learning_rate", text).unwrap();
            assert_eq!(hyperparameters.get("learning_rate"), Some(Value::Factor(factor)));
        }
        assert_eq!(hyperparameters, Hyperparameters { hidden: 1_000_000, learning_rate: 2500.0 });
    }

    #[test]
    fn what_is_no_count_is_an_error_and_changes_nothing() {
        let mut hyperparameters = Hyperparameters::default();
        for text in ["0", "-1", "1.5", "1e3", "1000001", "99999999999999999999", "", " 5", "many"] {
            assert_eq!(hyperparameters.set("hidden", text), Err(InvalidValue::Count(text.to_owned())));
        }
        assert_eq!(hyperparameters, Hyperparameters::default());
    }

    #[test]
    fn what_is_no_factor_is_an_error_and_changes_nothing() {
        let mut hyperparameters = Hyperparameters::default();
        for text in ["-0.1", "nan", "inf", "1e999", "0,1", "", "fast"] {
            assert_eq!(hyperparameters.set("learning_rate", text), Err(InvalidValue::Factor(text.to_owned())));
        }
        assert_eq!(hyperparameters, Hyperparameters::default());
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        let mut hyperparameters = Hyperparameters::default();
        assert_eq!(hyperparameters.get("hiden"), None);
        assert_eq!(hyperparameters.set("hiden", "1"), Err(InvalidValue::Name("hiden".to_owned())));
    }

    #[test]
    fn errors_say_what_would_be_right() {
        let message = |error: InvalidValue| error.to_string();
        assert_eq!(message(InvalidValue::Name("x".to_owned())), r#"there is no hyperparameter "x""#);
        assert_eq!(message(InvalidValue::Count("0".to_owned())), r#""0" is not a whole number from 1 to 1000000"#);
        assert_eq!(message(InvalidValue::Factor("-1".to_owned())), r#""-1" is not a finite number of 0 or more"#);
    }

    #[test]
    fn values_are_written_as_briefly_as_they_can_be_and_parse_again() {
        for (value, text) in [
            (Value::Count(100), "100"),
            (Value::Factor(0.0), "0"),
            (Value::Factor(1.0), "1"),
            (Value::Factor(0.05), "0.05"),
            (Value::Factor(1e-4), "0.0001"),
            (Value::Factor(1e-5), "1e-5"),
            (Value::Factor(2.5e-7), "2.5e-7"),
            (Value::Factor(1e300), "1e300"),
        ] {
            assert_eq!(value.to_string(), text);
            let parsed = match value {
                Value::Count(_) => usize::parse(text).map(Field::value),
                Value::Factor(_) => f64::parse(text).map(Field::value),
            };
            assert_eq!(parsed, Ok(value));
        }
    }
}
