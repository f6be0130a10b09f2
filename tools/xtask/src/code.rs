//! The code that a result depends on: modules, followed by the names that they use from package to package.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    rc::Rc,
};

use proc_macro2::{Delimiter, TokenTree};
use syn::{Item, UseTree};

use crate::{
    error::{Error, read},
    source::{Source, is_test},
    workspace::{Tree, Workspace},
};

/// The module of a package in which its errors are: their texts are no results.
const ERRORS: &str = "error";
/// The root of a package among its modules.
const ROOT: &str = "crate";

/// Modules of the packages of the workspace, and all modules that these use.
pub struct Code<'a> {
    root: &'a Path,
    workspace: &'a Workspace,
    packages: BTreeMap<String, Library>,
    /// The modules that are part of it, by their packages.
    modules: BTreeSet<(String, String)>,
    sources: Vec<Rc<Source>>,
    /// The names that the sources of each package have for others, among other names.
    named: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Code<'a> {
    /// No code of the workspace at `root`.
    pub fn new(root: &'a Path, workspace: &'a Workspace) -> Self {
        Self {
            root,
            workspace,
            packages: BTreeMap::new(),
            modules: BTreeSet::new(),
            sources: Vec::new(),
            named: BTreeMap::new(),
        }
    }

    /// The source files, in the order of their paths.
    pub fn sources(&self) -> impl Iterator<Item = &Rc<Source>> {
        let mut sources = Vec::from_iter(&self.sources);
        sources.sort_by(|one, other| one.path.cmp(&other.path));
        sources.into_iter()
    }

    /// The libraries of others that the sources name, or that a package asks for without naming them, with all that
    /// they depend on.
    pub fn libraries(&self) -> Result<Tree, Error> {
        let mut tree = Tree::default();
        for (package, named) in &self.named {
            let library = &self.packages[package];
            let mut named_anywhere = BTreeSet::new();
            for source in Source::read_all(self.root, library.path.clone())? {
                named_anywhere.extend(Used::by(&source.tokens, 1).packages.into_keys());
            }
            let counts = |name: &str| {
                let name = name.replace('-', "_");
                named.contains(&name) || !named_anywhere.contains(&name)
            };
            self.workspace.add_libraries(package, counts, &mut tree)?;
        }
        Ok(tree)
    }

    /// Adds all modules of a package.
    pub fn add_package(&mut self, package: &str) -> Result<(), Error> {
        let modules = Vec::from_iter(self.package(package)?.modules.keys().cloned());
        self.add_module(package, ROOT)?;
        modules.iter().try_for_each(|module| self.add_module(package, module))
    }

    /// Adds what a `name` in the root of a package stands for.
    pub fn add(&mut self, package: &str, name: &str) -> Result<(), Error> {
        for home in self.package(package)?.homes(name) {
            match home {
                Home::Module(module) => self.add_module(package, &module)?,
                Home::Package(other) => self.add_of(package, &other, name)?,
            }
        }
        Ok(())
    }

    /// Adds what the source at `path` uses of the packages of the workspace, and the source itself with the modules
    /// beneath it. Its own package is passed over.
    pub fn add_user(&mut self, path: PathBuf) -> Result<(), Error> {
        for source in Source::read_all(self.root, path)? {
            for (other, names) in Used::by(&source.tokens, 1).packages {
                names.iter().try_for_each(|name| self.add_of("", &other, name))?;
            }
            self.sources.push(source);
        }
        Ok(())
    }

    fn package(&mut self, package: &str) -> Result<&Library, Error> {
        if !self.packages.contains_key(package) {
            let library = Library::read(self.root, self.workspace, package)?;
            self.packages.insert(package.to_owned(), library);
            self.named.insert(package.to_owned(), BTreeSet::new());
        }
        Ok(&self.packages[package])
    }

    fn add_module(&mut self, package: &str, module: &str) -> Result<(), Error> {
        if module == ERRORS || !self.modules.insert((package.to_owned(), module.to_owned())) {
            return Ok(());
        }
        let library = self.package(package)?;
        let (path, modules) = (library.path.clone(), library.modules.clone());
        let sources = match modules.get(module) {
            Some(path) => Source::read_all(self.root, path.clone())?,
            None => vec![Source::read(self.root, path.clone())?],
        };
        for source in sources {
            // A module of the root has one `super` above it, and each one beneath has one more.
            let beneath = source.path.components().count().saturating_sub(path.components().count());
            let used = Used::by(&source.tokens, 1 + beneath);
            for name in used.names {
                self.add(package, &name)?;
            }
            for (other, names) in used.packages {
                if source.path == path && modules.contains_key(&other) {
                    self.add_module(package, &other)?; // the root names its modules without `crate::`
                    continue;
                }
                names.iter().try_for_each(|name| self.add_of(package, &other, name))?;
            }
            self.sources.push(source);
        }
        Ok(())
    }

    /// Adds what a `name` of the package that `package` calls `other` stands for.
    fn add_of(&mut self, package: &str, other: &str, name: &str) -> Result<(), Error> {
        match self.workspace.member_called(other).map(str::to_owned) {
            Some(member) if member == package => Ok(()), // a program that uses its library
            Some(member) if name == ALL => self.add_package(&member),
            Some(member) => self.add(&member, name),
            None => {
                // A user's own libraries are none of the code's.
                self.named.get_mut(package).map(|named| named.insert(other.to_owned()));
                Ok(())
            }
        }
    }
}

/// All names of a package or a module.
const ALL: &str = "*";

/// The place that a name of a package's root comes from.
enum Home {
    Module(String),
    /// Another package, under the name that this one has for it.
    Package(String),
}

/// The modules of a package, and the names that its root has for what is in them.
struct Library {
    /// The file of the root.
    path: PathBuf,
    modules: BTreeMap<String, PathBuf>,
    /// Names, and the modules or packages that they come from; `*` for all names of one.
    names: Vec<(String, String)>,
}

impl Library {
    fn read(root: &Path, workspace: &Workspace, package: &str) -> Result<Self, Error> {
        let path = workspace.folder(package)?.join("src/lib.rs");
        let file = syn::parse_file(&read(&root.join(&path))?).map_err(|error| Error::content(&path, error))?;
        let (mut modules, mut names) = (BTreeMap::new(), Vec::new());
        for item in file.items {
            match item {
                Item::Mod(module) if module.content.is_none() && !module.attrs.iter().any(is_test) => {
                    let name = module.ident.to_string();
                    modules.insert(name.clone(), path.with_file_name(name).with_extension("rs"));
                }
                Item::Use(item) => imported(&item.tree, None, &mut names),
                _ => {}
            }
        }
        Ok(Self { path, modules, names })
    }

    /// The places that a `name` of the root comes from: the module of this name, or where the root has it from. If that
    /// is nowhere, it is in the root itself.
    fn homes(&self, name: &str) -> Vec<Home> {
        if name == ROOT || self.modules.contains_key(name) {
            return vec![Home::Module(name.to_owned())];
        }
        let from = |wanted: &str| -> Vec<&str> {
            let is_it = |(known, _): &&(String, String)| known == wanted || name == ALL;
            self.names.iter().filter(is_it).map(|(_, home)| home.as_str()).collect()
        };
        let mut homes = from(name);
        if homes.is_empty() || name == ALL {
            homes.extend(from(ALL));
            homes.push(ROOT);
        }
        let is_module = |home: &str| home == ROOT || self.modules.contains_key(home);
        let home = |home: &str| if is_module(home) { Home::Module } else { Home::Package }(home.to_owned());
        homes.into_iter().map(home).collect()
    }
}

/// Adds the names that a `use` item brings in to `names`, each with the first segment of its path.
fn imported(tree: &UseTree, home: Option<&str>, names: &mut Vec<(String, String)>) {
    let mut add = |name: String| names.push((name.clone(), home.map_or(name, str::to_owned)));
    match tree {
        UseTree::Path(path) => {
            let segment = path.ident.to_string();
            let own = ["crate", "self"].contains(&segment.as_str());
            imported(&path.tree, home.or((!own).then_some(&segment)), names);
        }
        UseTree::Name(name) => add(name.ident.to_string()),
        UseTree::Rename(rename) => {
            let home = home.map_or(rename.ident.to_string(), str::to_owned);
            names.push((rename.rename.to_string(), home));
        }
        UseTree::Glob(_) => add(ALL.to_owned()),
        UseTree::Group(group) => group.items.iter().for_each(|item| imported(item, home, names)),
    }
}

/// The names that tokens use.
#[derive(Debug, Default, PartialEq)]
struct Used {
    /// Those in the root of the package, as in `crate::name`.
    names: BTreeSet<String>,
    /// Those that paths begin with, packages among them, and for each the names that follow; all, if none does.
    packages: BTreeMap<String, BTreeSet<String>>,
}

impl Used {
    /// The names that the `tokens` of a module use that has so many modules above it.
    fn by(tokens: &[TokenTree], depth: usize) -> Self {
        let mut used = Self::default();
        used.add(tokens, depth);
        used
    }

    fn add(&mut self, tokens: &[TokenTree], depth: usize) {
        let mut above = 0;
        for (index, token) in tokens.iter().enumerate() {
            let path = after_colons(&tokens[index + 1..]);
            match token {
                TokenTree::Group(group) => self.add(&Vec::from_iter(group.stream()), depth),
                TokenTree::Ident(ident) => {
                    let after_use =
                        index > 0 && matches!(&tokens[index - 1], TokenTree::Ident(before) if before == "use");
                    above = if ident == "super" { above + 1 } else { 0 };
                    match path {
                        Some(path) if ident == "crate" || above >= depth => first_names(path, &mut self.names),
                        Some(path) => first_names(path, self.packages.entry(ident.to_string()).or_default()),
                        None if after_use => {
                            self.packages.entry(ident.to_string()).or_default().insert(ALL.to_owned());
                        }
                        None => {}
                    }
                }
                _ => {}
            }
        }
    }
}

/// The tokens behind `::`, if `tokens` begin with that.
fn after_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [TokenTree::Punct(one), TokenTree::Punct(other), path @ ..]
            if one.as_char() == ':' && other.as_char() == ':' =>
        {
            Some(path)
        }
        _ => None,
    }
}

/// Adds the first names of the paths that `tokens` begin with: one, those between braces, or `*`.
fn first_names(tokens: &[TokenTree], names: &mut BTreeSet<String>) {
    match tokens.first() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inside = Vec::from_iter(group.stream());
            let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
            inside.split(is_comma).for_each(|path| first_names(path, names));
        }
        Some(TokenTree::Ident(name)) if name != "super" => drop(names.insert(name.to_string())),
        Some(TokenTree::Punct(all)) if all.as_char() == '*' => drop(names.insert(ALL.to_owned())),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tokens;

    #[test]
    fn names_are_followed_to_their_modules() {
        let used = |text: &str, depth| Used::by(&tokens(text).unwrap(), depth);
        let names = |text: &str, depth| Vec::from_iter(used(text, depth).names);
        assert_eq!(
            names("use crate::{Bench, timing::{self, clock}}; fn a() { b![crate::tried(1)] }", 1),
            ["Bench", "timing", "tried"]
        );
        assert_eq!(names("use super::findings::Cell; use super::super::train;", 1), ["findings", "train"]);
        assert_eq!(names("use super::findings::Cell; use super::super::train;", 2), ["train"]);
        assert_eq!(names("use crate::*;", 1), ["*"]);
        assert_eq!(
            Vec::from_iter(used("use minibatch as m; fn a() { init_shuffle::tanh(momentum) }", 1).packages.into_keys()),
            ["init_shuffle", "minibatch"]
        );
        let packages =
            used("use minibatch as m; use datasets::{Examples, Scaling}; fn a() { datasets::digits() }", 1).packages;
        let names_of = |package: &str| Vec::from_iter(packages[package].iter().map(String::as_str));
        assert_eq!((names_of("datasets"), names_of("minibatch")), (vec!["Examples", "Scaling", "digits"], vec![ALL]));
    }
}
