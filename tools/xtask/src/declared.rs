//! What programs declare, read from their sources: so that a check needs none of them built.

use std::{collections::BTreeMap, path::Path};

use serde_json::Number;
use syn::{
    Attribute, Expr, ExprLit, ExprStruct, Ident, Item, Lit, LitStr, Member, Token, Visibility, braced,
    parse::{Parse, ParseStream},
};

use crate::{
    error::{Error, read},
    tasks::DataSet,
};

/// The file with the list of experiments.
const EXPERIMENTS: &str = "tools/experiments/src/lib.rs";

/// A hyperparameter as `hyperparameters! { ... }` declares it: `hidden: usize { digits: 30, mnist: 100 }`.
struct Hyperparameter {
    name: String,
    /// Whether it is a whole number.
    is_count: bool,
    digits: Lit,
    mnist: Lit,
}

/// The hyperparameters in `hyperparameters! { ... }`.
struct Hyperparameters(Vec<Hyperparameter>);

/// An experiment as the list of all has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// Its name on the command line, in the book, and of its record.
    pub name: String,
    /// The module that it is in.
    pub module: String,
}

/// Returns the values of the hyperparameters of `step` for `data`, some of which `overrides` changes, as JSON has them:
/// a count as an integer, which no factor ever equals.
///
/// # Errors
///
/// If the source cannot be understood, or if a hyperparameter that is to be changed is none of the step's.
pub fn hyperparameters(
    root: &Path,
    step: &str,
    data: DataSet,
    overrides: &[(&str, &str)],
) -> Result<BTreeMap<String, Number>, Error> {
    let path = Path::new("crates").join(step).join("src/lib.rs");
    let wrong = |problem: &dyn ToString| Error::content(&path, problem.to_string());
    let file = syn::parse_file(&read(&root.join(&path))?).map_err(|error| wrong(&error))?;
    let declaration = file.items.into_iter().find_map(|item| match item {
        Item::Macro(item) if item.mac.path.is_ident("hyperparameters") => Some(item.mac),
        _ => None,
    });
    let Hyperparameters(declared) = match declaration {
        Some(declaration) => declaration.parse_body().map_err(|error| wrong(&error))?,
        None => return Err(wrong(&"there is no hyperparameters! { ... } in it")),
    };
    if let Some((name, _)) = overrides.iter().find(|(name, _)| declared.iter().all(|known| known.name != *name)) {
        return Err(wrong(&format!(
            "it has no hyperparameter {name}, which a variant changes; mend the list of those"
        )));
    }
    let value = |hyperparameter: Hyperparameter| {
        let Hyperparameter { name, is_count, digits, mnist } = hyperparameter;
        let text = match (overrides.iter().find(|(changed, _)| *changed == name), data) {
            (Some((_, text)), _) => (*text).to_owned(),
            (None, DataSet::Digits) => spelled(&digits),
            (None, DataSet::Mnist) => spelled(&mnist),
        };
        let number = match is_count {
            true => text.parse::<u64>().ok().map(Number::from),
            false => text.parse().ok().and_then(Number::from_f64),
        };
        number.map(|number| (name.clone(), number)).ok_or_else(|| wrong(&format!("{name} cannot be {text}")))
    };
    declared.into_iter().map(value).collect()
}

/// Returns all experiments, in the order of their list.
///
/// # Errors
///
/// If the list cannot be understood.
pub fn experiments(root: &Path) -> Result<Vec<Experiment>, Error> {
    let path = Path::new(EXPERIMENTS);
    let wrong = |problem: &dyn ToString| Error::content(path, problem.to_string());
    let file = syn::parse_file(&read(&root.join(path))?).map_err(|error| wrong(&error))?;
    let list = file.items.into_iter().find_map(|item| match item {
        Item::Static(item) if item.ident == "EXPERIMENTS" => match *item.expr {
            Expr::Reference(list) => match *list.expr {
                Expr::Array(list) => Some(list.elems),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let experiment = |expression: Expr| {
        let Expr::Struct(fields) = expression else { return None };
        Some(Experiment { name: text(&fields, "name")?, module: text(&fields, "module")? })
    };
    let experiments = list.and_then(|list| list.into_iter().map(experiment).collect());
    experiments
        .ok_or_else(|| wrong(&"there is no list EXPERIMENTS in it of `Experiment { name: \"a\", module: \"b\", .. }`"))
}

/// Returns the text that a field of a structure is set to.
fn text(fields: &ExprStruct, name: &str) -> Option<String> {
    let is_it = |member: &Member| matches!(member, Member::Named(known) if known == name);
    match &fields.fields.iter().find(|field| is_it(&field.member))?.expr {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(LitStr::value(text)),
        _ => None,
    }
}

/// Returns the digits of a literal number, which may have underscores among them.
fn spelled(literal: &Lit) -> String {
    match literal {
        Lit::Int(number) => number.base10_digits().to_owned(),
        Lit::Float(number) => number.base10_digits().to_owned(),
        _ => String::new(),
    }
}

impl Parse for Hyperparameters {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<Token![struct]>()?;
        input.parse::<Ident>()?;
        let fields;
        braced!(fields in input);
        Ok(Self(fields.parse_terminated(Hyperparameter::parse, Token![,])?.into_iter().collect()))
    }
}

impl Parse for Hyperparameter {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        let name = input.parse::<Ident>()?.to_string();
        input.parse::<Token![:]>()?;
        let is_count = input.parse::<Ident>()? == "usize";
        let values;
        braced!(values in input);
        let value = |expected: &str| -> syn::Result<Lit> {
            let label: Ident = values.parse()?;
            if label != expected {
                return Err(syn::Error::new(label.span(), format!("`{expected}` is expected")));
            }
            values.parse::<Token![:]>()?;
            let value = values.parse()?;
            values.parse::<Option<Token![,]>>()?;
            Ok(value)
        };
        Ok(Self { digits: value("digits")?, mnist: value("mnist")?, name, is_count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::tests::write;

    const LESSON: &str = "
        //! A step.
        hyperparameters! {
            /// Settings.
            pub struct Hyperparameters {
                /// Units.
                hidden: usize { digits: 100, mnist: 1_000 },
                /// A factor.
                l2_in: f64 { digits: 1e-4, mnist: 2.0 },
            }
        }";

    /// The hyperparameters in a source, as one line.
    fn read_from(text: &str, data: DataSet, overrides: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "crates/step/src/lib.rs", text);
        match hyperparameters(folder.path(), "step", data, overrides) {
            Ok(values) => serde_json::to_string(&values).unwrap(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn values_are_read_and_changed() {
        assert_eq!(read_from(LESSON, DataSet::Digits, &[]), r#"{"hidden":100,"l2_in":0.0001}"#);
        assert_eq!(read_from(LESSON, DataSet::Mnist, &[]), r#"{"hidden":1000,"l2_in":2.0}"#);
        assert_eq!(read_from(LESSON, DataSet::Mnist, &[("l2_in", "0")]), r#"{"hidden":1000,"l2_in":0.0}"#);
    }

    #[test]
    fn what_cannot_be_is_told_with_its_place() {
        for (overrides, problem) in
            [([("alpha", "1")], "no hyperparameter alpha"), ([("hidden", "0.5")], "cannot be 0.5")]
        {
            let error = read_from(LESSON, DataSet::Digits, &overrides);
            assert!(error.starts_with("crates/step/src/lib.rs: ") && error.contains(problem), "{error}");
        }
        assert!(read_from("fn a() {}", DataSet::Digits, &[]).contains("no hyperparameters! { ... }"));
        let reversed = LESSON.replace("digits: 100, mnist: 1_000", "mnist: 1_000, digits: 100");
        assert!(read_from(&reversed, DataSet::Digits, &[]).contains("`digits` is expected"));
    }

    #[test]
    fn the_experiments_of_the_list_are_read() {
        let folder = tempfile::tempdir().unwrap();
        write(
            folder.path(),
            EXPERIMENTS,
            "pub static EXPERIMENTS: &[E] = &[E { name: \"a-b\", module: \"b\", f: c::d }];",
        );
        let expected = Experiment { name: "a-b".to_owned(), module: "b".to_owned() };
        assert_eq!(experiments(folder.path()).unwrap(), [expected]);
        write(folder.path(), EXPERIMENTS, "pub static EXPERIMENTS: &[E] = &[];\nfn a() {}");
        assert_eq!(experiments(folder.path()).unwrap(), []);
        write(folder.path(), EXPERIMENTS, "pub static OTHERS: &[E] = &[];");
        assert!(experiments(folder.path()).unwrap_err().to_string().contains("there is no list"));
    }
}
