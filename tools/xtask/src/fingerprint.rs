//! The code that a result comes from, as a hash of its tokens: a result is stale once this has changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use experiments::Experiment;
use proc_macro2::{Delimiter, TokenTree};
use serde_json::Number;
use sha2::{Digest, Sha256};
use syn::{Item, UseTree};

use crate::{
    error::{Error, read},
    source::{Source, files},
    steps::{STEPS, Step},
    workspace::{Tree, Workspace},
};

/// The package of the experiments.
const EXPERIMENTS: &str = "experiments";
/// This package, its module that trains the steps, and the one that runs the programs of the benchmark.
const CHORES: &str = env!("CARGO_PKG_NAME");
const TRAINING: &str = "training.rs";
const BENCH: &str = "bench.rs";
/// The programs that the steps are measured against.
const PEERS: &str = "bench";
/// The package that prints what a run of a step shows.
const COMMAND_LINE: &str = "workbench";
/// The folder of the records: what comes out goes into no fingerprint.
const RECORDS: &str = "book/results";

/// The values of hyperparameters in the code.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Settings {
    /// They have a say in the result.
    Count,
    /// The record holds those that it was made with.
    AreRecorded,
}

/// The fingerprint of a record of `step`: the step and the packages that it depends on, with the versions of the
/// libraries, and the way in which it is trained.
pub fn fingerprint(root: &Path, step: &Step) -> Result<String, Error> {
    let mut hash = Hash::new(root, Settings::AreRecorded);
    let workspace = Workspace::read(root)?;
    hash.tree(&workspace, &workspace.tree([step.name])?)?;
    hash.modules(&workspace.folder(CHORES)?.join("src").join(TRAINING))?;
    Ok(hash.hexadecimal())
}

/// The fingerprint of a record of `experiment`: its module, the modules of its package that this uses, the steps that
/// they name, and all other packages of the workspace that the experiments share.
pub fn of_experiment(root: &Path, experiment: &Experiment) -> Result<String, Error> {
    let steps = STEPS.each_ref().map(|step| step.name);
    of_module(root, EXPERIMENTS, experiment.module, &steps)
}

/// The fingerprint of what the `module` of a `package` finds out about the `steps` that it names.
fn of_module(root: &Path, package: &str, module: &str, steps: &[&str]) -> Result<String, Error> {
    let workspace = Workspace::read(root)?;
    let (sources, named) = Library::read(root, &workspace, package)?.used_by(module)?;
    let is_step = |package: &str| steps.contains(&package);
    let counts = |package: &&str| !is_step(package) || named.contains(&package.replace('-', "_"));
    let mut hash = Hash::new(root, Settings::Count);
    hash.tree(&workspace, &workspace.tree(workspace.members_named_by(package).filter(counts))?)?;
    // The libraries that the package itself names.
    let whole = workspace.tree([package])?;
    hash.versions(&whole);
    for source in &sources {
        hash.source(source)?;
    }
    Ok(hash.hexadecimal())
}

/// The fingerprint of the benchmark: the steps, the peers, and the way in which they are measured.
pub fn of_bench(root: &Path) -> Result<String, Error> {
    let workspace = Workspace::read(root)?;
    let mut hash = Hash::new(root, Settings::Count);
    hash.tree(&workspace, &workspace.tree(STEPS.each_ref().map(|step| step.name))?)?;
    hash.modules(&workspace.folder(CHORES)?.join("src").join(BENCH))?;
    for file in files_beneath(root, &workspace, Path::new(PEERS))? {
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("md") => {}
            Some("rs") => hash.source(&Source::read(root, file)?)?,
            _ => hash.file(&file)?,
        }
    }
    Ok(hash.hexadecimal())
}

/// The fingerprint of what a run of a step prints: that of its record, its settings, and the command line.
pub fn fingerprint_of_run(
    root: &Path,
    fingerprint: &str,
    hyperparameters: &BTreeMap<String, Number>,
) -> Result<String, Error> {
    let mut hash = Hash::new(root, Settings::Count);
    hash.text(fingerprint);
    hash.text(&format!("{hyperparameters:?}"));
    let workspace = Workspace::read(root)?;
    hash.tree(&workspace, &workspace.tree([COMMAND_LINE])?)?;
    Ok(hash.hexadecimal())
}

/// All files beneath `folder`, without packages of the workspace and what builds leave behind.
fn files_beneath(root: &Path, workspace: &Workspace, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut all = Vec::new();
    for path in files(root, folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || ["target", "__pycache__"].contains(&&*name) || workspace.has_folder(&path) {
            continue;
        }
        if root.join(&path).is_dir() { all.extend(files_beneath(root, workspace, &path)?) } else { all.push(path) }
    }
    Ok(all)
}

/// A fingerprint in the making.
struct Hash<'a> {
    root: &'a Path,
    settings: Settings,
    sha256: Sha256,
}

impl<'a> Hash<'a> {
    fn new(root: &'a Path, settings: Settings) -> Self {
        Self { root, settings, sha256: Sha256::new() }
    }

    /// Adds the sources of the packages of the workspace in `tree`, and the versions of the others.
    fn tree(&mut self, workspace: &Workspace, tree: &Tree) -> Result<(), Error> {
        for package in &tree.members {
            let folder = workspace.folder(package)?.join("src");
            for path in ["lib.rs", "main.rs"].map(|name| folder.join(name)) {
                if self.root.join(&path).exists() {
                    self.modules(&path)?;
                }
            }
        }
        self.versions(tree);
        Ok(())
    }

    /// Adds the versions of the libraries in `tree`, and their features that are asked for.
    fn versions(&mut self, tree: &Tree) {
        for (name, what) in tree.libraries.iter().chain(&tree.features) {
            self.text(&format!("{name} {what}"));
        }
    }

    /// Adds the source file at `path`, and those of the modules beneath it.
    fn modules(&mut self, path: &Path) -> Result<(), Error> {
        Source::read_all(self.root, path.to_owned())?.iter().try_for_each(|source| self.source(source))
    }

    /// Adds the code of a source file, and the files that it names.
    fn source(&mut self, source: &Source) -> Result<(), Error> {
        self.text(&match self.settings {
            Settings::Count => source.code(),
            Settings::AreRecorded => source.code_without_settings(),
        });
        for file in source.named_files(self.root).iter().filter(|file| !file.starts_with(RECORDS)) {
            self.file(file)?;
        }
        Ok(())
    }

    /// Adds a file as it is.
    fn file(&mut self, path: &Path) -> Result<(), Error> {
        let path = self.root.join(path);
        self.bytes(&fs::read(&path).map_err(Error::file(&path, "read"))?);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Adds the length and the bytes, so that nothing can pass unseen from one addition to the next.
    fn bytes(&mut self, bytes: &[u8]) {
        self.sha256.update((bytes.len() as u64).to_le_bytes());
        self.sha256.update(bytes);
    }

    fn hexadecimal(self) -> String {
        self.sha256.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The modules of a package, and the names that its root has for what is in them.
struct Library<'a> {
    root: &'a Path,
    /// The file of the root.
    path: PathBuf,
    modules: BTreeMap<String, PathBuf>,
    /// Names, and the modules or packages that they come from; `*` for all names of one.
    names: Vec<(String, String)>,
}

impl<'a> Library<'a> {
    fn read(root: &'a Path, workspace: &Workspace, package: &str) -> Result<Self, Error> {
        let path = workspace.folder(package)?.join("src/lib.rs");
        let file = syn::parse_file(&read(&root.join(&path))?).map_err(|error| Error::content(&path, error))?;
        let (mut modules, mut names) = (BTreeMap::new(), Vec::new());
        for item in file.items {
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    modules.insert(name.clone(), path.with_file_name(name).with_extension("rs"));
                }
                Item::Use(item) => imported(&item.tree, None, &mut names),
                _ => {}
            }
        }
        Ok(Self { root, path, modules, names })
    }

    /// The sources of `module` and of all modules that it uses, and the names that they have for other packages, among
    /// others.
    fn used_by(&self, module: &str) -> Result<(Vec<Source>, BTreeSet<String>), Error> {
        let (mut sources, mut named) = (Vec::new(), BTreeSet::new());
        let (mut seen, mut next) = (BTreeSet::new(), vec![module.to_owned()]);
        while let Some(module) = next.pop() {
            if !seen.insert(module.clone()) {
                continue;
            }
            let found = match self.modules.get(&module) {
                Some(path) => Source::read_all(self.root, path.clone())?,
                None => vec![Source::read(self.root, self.path.clone())?], // in the root itself
            };
            for source in &found {
                // A module of the root has one `super` above it, and each one beneath has one more.
                let beneath = source.path.components().count().saturating_sub(self.path.components().count());
                let used = Used::by(&source.tokens, 1 + beneath);
                named.extend(used.packages);
                for name in used.names {
                    next.extend(self.homes(&name, &mut named));
                }
            }
            sources.extend(found);
        }
        sources.sort_by(|one, other| one.path.cmp(&other.path));
        Ok((sources, named))
    }

    /// The modules that a `name` of the root comes from: that of the name itself, or one that the root has it from.
    /// What is in neither is in the root, which `crate` stands for. The packages that the root has it from are `named`.
    fn homes(&self, name: &str, named: &mut BTreeSet<String>) -> Vec<String> {
        if self.modules.contains_key(name) {
            return vec![name.to_owned()];
        }
        let from = |matches: &dyn Fn(&str) -> bool| -> Vec<String> {
            self.names.iter().filter(|(known, _)| matches(known)).map(|(_, home)| home.clone()).collect()
        };
        let mut homes = from(&|known| known == name || name == "*");
        if homes.is_empty() || name == "*" {
            homes.extend(from(&|known| known == "*"));
            homes.push("crate".to_owned());
        }
        let (modules, packages) =
            homes.into_iter().partition(|home| home == "crate" || self.modules.contains_key(home));
        named.extend::<Vec<_>>(packages);
        modules
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
        UseTree::Glob(_) => add("*".to_owned()),
        UseTree::Group(group) => group.items.iter().for_each(|item| imported(item, home, names)),
    }
}

/// The names that tokens use.
#[derive(Debug, Default, PartialEq)]
struct Used {
    /// Those in the root of the package, as in `crate::name`.
    names: BTreeSet<String>,
    /// Those that paths begin with, packages among them.
    packages: BTreeSet<String>,
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
                        Some(_) => drop(self.packages.insert(ident.to_string())),
                        None if after_use => drop(self.packages.insert(ident.to_string())),
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
        Some(TokenTree::Punct(all)) if all.as_char() == '*' => drop(names.insert("*".to_owned())),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use experiments::EXPERIMENTS;

    use super::*;
    use crate::{
        source::tokens,
        workspace::tests::{small_workspace, write},
    };

    /// The fingerprint of a package, after the file at `path` was given another `text`.
    fn of_step(changes: &[(&str, &str)], settings: Settings) -> String {
        let folder = small_workspace();
        changes.iter().for_each(|(path, text)| write(folder.path(), path, text));
        let workspace = Workspace::read(folder.path()).unwrap();
        let mut hash = Hash::new(folder.path(), settings);
        hash.tree(&workspace, &workspace.tree(["step"]).unwrap()).unwrap();
        hash.hexadecimal()
    }

    #[test]
    fn a_change_in_any_package_that_a_step_depends_on_counts() {
        let of = |changes: &[(&str, &str)]| of_step(changes, Settings::Count);
        let before = of(&[]);
        assert_eq!(before, of(&[]));
        for package in ["step", "tools/data", "judge"] {
            let name = package.trim_start_matches("tools/");
            let path = format!("{package}/src/lib.rs");
            let same = format!("//! Text.\npub fn {name}() {{\n    1 + 1; // two\n}}\n#[cfg(test)]\nmod tests {{}}\n");
            assert_eq!(before, of(&[(&path, &same)]), "{package}");
            assert_ne!(before, of(&[(&path, &format!("pub fn {name}() {{ 1 - 1; }}\n"))]), "{package}");
            assert_ne!(before, of(&[(&format!("{package}/src/main.rs"), "fn main() {}")]), "{package}");
        }
        assert_eq!(before, of(&[("workbench/src/lib.rs", "pub fn workbench() { 1 - 1; }\n")]));
    }

    #[test]
    fn the_versions_and_features_of_its_libraries_count() {
        let of = |path: &str, old: &str, new: &str| {
            let folder = small_workspace();
            let text = fs::read_to_string(folder.path().join(path)).unwrap();
            assert!(text.contains(old), "{text}");
            of_step(&[(path, &text.replacen(old, new, 1))], Settings::Count)
        };
        let before = of_step(&[], Settings::Count);
        let newer = |name: &str| {
            of(
                "Cargo.lock",
                &format!("name = \"{name}\"\nversion = \"1.0.0\""),
                &format!("name = \"{name}\"\nversion = \"1.0.1\""),
            )
        };
        for name in ["csv", "memchr", "matrixmultiply"] {
            assert_ne!(before, newer(name), "{name}");
        }
        for name in ["proptest", "clap", "ureq"] {
            assert_eq!(before, newer(name), "{name}");
        }
        assert_ne!(before, of("Cargo.toml", "[\"std\"]", "[\"std\", \"rayon\"]"));
        assert_ne!(
            before,
            of("step/Cargo.toml", "ndarray.workspace = true", "ndarray = { workspace = true, features = [\"a\"] }")
        );
    }

    #[test]
    fn files_that_are_compiled_in_count() {
        let text = "const DATA: &[u8] = include_bytes!(\"../data/digits.csv.gz\");";
        let of =
            |digits: &str| of_step(&[("step/src/lib.rs", text), ("step/data/digits.csv.gz", digits)], Settings::Count);
        assert_eq!(of("1,2"), of("1,2"));
        assert_ne!(of("1,2"), of("1,3"));
    }

    #[test]
    fn a_record_holds_its_settings_and_an_experiment_does_not() {
        let text =
            |value: u8| format!("hyperparameters! {{ struct A {{ b: usize {{ digits: {value}, mnist: 2 }} }} }}");
        let of = |value, settings| of_step(&[("step/src/lib.rs", &text(value))], settings);
        assert_eq!(of(1, Settings::AreRecorded), of(3, Settings::AreRecorded));
        assert_ne!(of(1, Settings::Count), of(3, Settings::Count));
    }

    /// The fingerprints of the modules `one` and `two` of a package that names two steps, after `changes`.
    fn of_modules(changes: &[(&str, &str)]) -> [String; 2] {
        let folder = small_workspace();
        let root = folder.path();
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        write(root, "Cargo.toml", &manifest.replace("\"step\"", "\"step\", \"next-step\", \"finds\""));
        let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap();
        let package = |name: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
        write(root, "Cargo.lock", &(lock + &package("finds") + &package("next-step")));
        write(root, "next-step/Cargo.toml", "[package]\nname = \"next-step\"\n");
        write(root, "next-step/src/lib.rs", "pub const NEXT: u8 = 1;");
        write(
            root,
            "finds/Cargo.toml",
            "[package]\nname = \"finds\"\n[dependencies]\njudge = \"1\"\nnext-step = \"1\"\nstep = \"1\"\n",
        );
        let lib = "mod bench;\nmod one;\nmod timing;\nmod two;\npub use bench::{Bench, Cell as C};\n\
            pub use timing::*;\npub struct Plan;\npub static ALL: u8 = 2;";
        write(root, "finds/src/lib.rs", lib);
        write(root, "finds/src/bench.rs", "pub struct Bench; pub struct Cell;");
        write(root, "finds/src/timing.rs", "mod clock;");
        write(root, "finds/src/timing/clock.rs", "pub fn clock() { assert!(super::super::bench::Bench == 1) }");
        write(root, "finds/src/one.rs", "use step::step;\nfn one() -> crate::C { vec![crate::Bench] }");
        write(root, "finds/src/two.rs", "use super::{timing::Clock};\nfn two() { next_step::NEXT }");
        changes.iter().for_each(|(path, text)| write(root, path, text));
        ["one", "two"].map(|module| of_module(root, "finds", module, &["step", "next-step"]).unwrap())
    }

    #[test]
    fn an_experiment_is_its_module_what_this_uses_and_the_steps_that_it_names() {
        let before = of_modules(&[]);
        let changed = |path: &str, text: &str| {
            let after = of_modules(&[(path, text)]);
            [0, 1].map(|module| before[module] != after[module])
        };
        assert_eq!(changed("finds/src/one.rs", "use step::step;\nfn one() -> crate::C { vec![] }"), [true, false]);
        assert_eq!(changed("finds/src/bench.rs", "pub struct Bench; pub struct Cell(u8);"), [true, true]);
        assert_eq!(changed("finds/src/timing/clock.rs", "pub fn clock() { crate::Bench }"), [false, true]);
        assert_eq!(changed("step/src/lib.rs", "pub fn step() {}"), [true, false]);
        assert_eq!(changed("next-step/src/lib.rs", "pub const NEXT: u8 = 2;"), [false, true]);
        assert_eq!(changed("judge/src/lib.rs", "pub fn judge() {}"), [true, true]);
        let of_root = ("finds/src/one.rs", "use crate::Plan;");
        let other_root = ("finds/src/lib.rs", "mod bench;\nmod one;\nmod timing;\nmod two;\npub struct Plan(u8);");
        assert_ne!(of_modules(&[of_root])[0], of_modules(&[of_root, other_root])[0]);
        assert_eq!(before[1], of_modules(&[of_root, other_root])[1]);
    }

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
            Vec::from_iter(used("use minibatch as m; fn a() { init_shuffle::tanh(momentum) }", 1).packages),
            ["init_shuffle", "minibatch"]
        );
    }

    #[test]
    fn every_step_and_every_experiment_has_a_fingerprint() {
        let root = crate::root();
        let mut all: Vec<String> = STEPS.iter().map(|step| fingerprint(&root, step).unwrap()).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), STEPS.len());
        for experiment in EXPERIMENTS {
            assert_eq!(of_experiment(&root, experiment).unwrap().len(), 64, "{}", experiment.name);
        }
        assert_eq!(of_bench(&root).unwrap().len(), 64);
    }

    #[test]
    fn a_run_is_that_of_its_record_and_its_settings() {
        let root = crate::root();
        let of = |fingerprint, hidden: u8| {
            fingerprint_of_run(&root, fingerprint, &BTreeMap::from([("hidden".to_owned(), hidden.into())])).unwrap()
        };
        assert_eq!(of("a", 30), of("a", 30));
        assert!(of("a", 30) != of("a", 31) && of("a", 30) != of("b", 30));
    }
}
