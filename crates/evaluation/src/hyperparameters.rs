use std::fmt;

/// The hyperparameters of a network, as the command line and the browser see them: a list of named numbers. Written by
/// the macro [`hyperparameters!`](crate::hyperparameters).
pub trait Knobs: Clone + fmt::Debug + Default + PartialEq {
    /// One entry for each field, in the order of the fields.
    const ALL: &'static [Knob];

    /// The settings for the digits. They are the default for other data too.
    fn digits() -> Self;

    /// The settings for MNIST.
    fn mnist() -> Self;

    /// The value of the hyperparameter called `name`, if there is one.
    fn get(&self, name: &str) -> Option<Value>;

    /// Give the hyperparameter called `name` the value that `text` spells.
    ///
    /// # Errors
    ///
    /// If there is no hyperparameter of that name, or `text` is not a value that it can have.
    fn set(&mut self, name: &str, text: &str) -> Result<(), InvalidValue>;
}

/// What is known of a hyperparameter without its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knob {
    /// The name of its field.
    pub name: &'static str,
    /// What it is, in a sentence or two: the documentation of its field.
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
    #[error("{0:?} is not a number of 0 or more")]
    Factor(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Count(count) => count.fmt(f),
            // As short as it can be written: 0.0001 rather than 1e-4 to be read, 1e-6 rather than 0.000001.
            Value::Factor(factor) if *factor != 0.0 && *factor < 1e-4 => write!(f, "{factor:e}"),
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

/// Declare the hyperparameters of a network: for each its documentation, name and type, and its values for the digits
/// and for MNIST.
///
/// Makes the struct, and all that the command line and the browser need to offer each field as a knob.
///
/// ```
/// use evaluation::{Knobs, hyperparameters};
///
/// hyperparameters! {
///     /// What is chosen before training.
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
            $($(#[doc = $help:literal])+ $name:ident: $type:ty { digits: $digits:expr, mnist: $mnist:expr $(,)? }),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $Struct {
            $($(#[doc = $help])+ pub $name: $type,)*
        }

        impl Default for $Struct {
            fn default() -> Self {
                <Self as $crate::Knobs>::digits()
            }
        }

        impl $crate::Knobs for $Struct {
            const ALL: &'static [$crate::Knob] = &[
                $($crate::Knob { name: stringify!($name), help: concat!($($help),+).trim_ascii() },)*
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
