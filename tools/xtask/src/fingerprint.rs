//! The code that a result comes from, as a hash of its tokens: a result is stale once this has changed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use records::{STEPS, Step};
use serde_json::Number;
use sha2::{Digest, Sha256};

use crate::{
    code::Code,
    declared::Experiment,
    error::Error,
    source::{Source, files},
    tasks::DataSet,
    workspace::Workspace,
};

/// The package of the data sets, whose functions have the names of these.
const DATASETS: &str = "datasets";
/// The package of the experiments.
const EXPERIMENTS: &str = "experiments";
/// The package that makes the records, its module that trains the steps, and the one that runs the programs of the
/// benchmark.
const RECORDER: &str = "recorder";
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

/// The fingerprint of a record of `step` on `data`: the step, the way in which it is trained, and all that these use.
pub fn fingerprint(root: &Path, step: &Step, data: DataSet) -> Result<String, Error> {
    let workspace = Workspace::read(root)?;
    let mut code = Code::new(root, &workspace);
    code.add_package(step.name)?;
    code.add(DATASETS, data.name())?;
    code.add_user(workspace.folder(RECORDER)?.join("src").join(TRAINING))?;
    hash(root, Settings::AreRecorded, &code)
}

/// The fingerprint of a record of `experiment`: its module, and all that this uses, the steps among it.
pub fn of_experiment(root: &Path, experiment: &Experiment) -> Result<String, Error> {
    of_module(root, EXPERIMENTS, &experiment.module)
}

/// The fingerprint of what the `module` of a `package` finds out.
fn of_module(root: &Path, package: &str, module: &str) -> Result<String, Error> {
    let workspace = Workspace::read(root)?;
    let mut code = Code::new(root, &workspace);
    code.add(package, module)?;
    hash(root, Settings::Count, &code)
}

/// The hash of `code` alone.
fn hash(root: &Path, settings: Settings, code: &Code) -> Result<String, Error> {
    let mut hash = Hash::new(root, settings);
    hash.code(code)?;
    Ok(hash.hexadecimal())
}

/// The fingerprint of the benchmark: the steps, the peers, and the way in which they are measured. The command line is
/// left out, since it hardly takes time while a network learns.
pub fn of_bench(root: &Path) -> Result<String, Error> {
    let workspace = Workspace::read(root)?;
    let mut code = Code::new(root, &workspace);
    STEPS.iter().try_for_each(|step| code.add_package(step.name))?;
    code.add(DATASETS, DataSet::Mnist.name())?;
    let mut hash = Hash::new(root, Settings::Count);
    hash.code(&code)?;
    hash.modules(&workspace.folder(RECORDER)?.join("src").join(BENCH))?;
    for file in files_beneath(root, &workspace, Path::new(PEERS))? {
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("md") => {}
            Some("rs") => hash.source(Source::read(root, file)?.as_ref())?,
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
    let mut code = Code::new(root, &workspace);
    code.add_package(COMMAND_LINE)?;
    hash.code(&code)?;
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

    /// Adds all of `code`: the sources, and the libraries with their versions and the features that are asked for.
    fn code(&mut self, code: &Code) -> Result<(), Error> {
        for source in code.sources() {
            self.source(source)?;
        }
        let libraries = code.libraries()?;
        for (name, what) in libraries.libraries.iter().chain(&libraries.features) {
            self.text(&format!("{name} {what}"));
        }
        Ok(())
    }

    /// Adds the source file at `path`, and those of the modules beneath it.
    fn modules(&mut self, path: &Path) -> Result<(), Error> {
        Source::read_all(self.root, path.to_owned())?.iter().try_for_each(|source| self.source(source))
    }

    /// Adds the code of a source file, and the files that it names.
    fn source(&mut self, source: &Source) -> Result<(), Error> {
        self.text(match self.settings {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        declared::experiments,
        workspace::tests::{small_workspace, write},
    };

    /// The fingerprint of a package, after the file at `path` was given another `text`.
    fn of_step(changes: &[(&str, &str)], settings: Settings) -> String {
        let folder = small_workspace();
        changes.iter().for_each(|(path, text)| write(folder.path(), path, text));
        let workspace = Workspace::read(folder.path()).unwrap();
        let mut code = Code::new(folder.path(), &workspace);
        code.add_package("step").unwrap();
        hash(folder.path(), settings, &code).unwrap()
    }

    #[test]
    fn a_change_in_any_module_that_a_step_uses_counts() {
        let of = |changes: &[(&str, &str)]| of_step(changes, Settings::Count);
        let before = of(&[]);
        assert_eq!(before, of(&[]));
        let folder = small_workspace();
        for path in ["step/src/lib.rs", "tools/data/src/bytes.rs", "judge/src/lib.rs"] {
            let text = fs::read_to_string(folder.path().join(path)).unwrap();
            let commented =
                format!("//! Text.\n{}\n#[cfg(test)]\nmod tests {{}}\n", text.replace("1 + 1;", "1 + /* one */ 1;"));
            assert_eq!(before, of(&[(path, &commented)]), "{path}");
            assert_ne!(before, of(&[(path, &text.replace("1 + 1", "1 - 1"))]), "{path}");
        }
        for path in ["workbench/src/lib.rs", "tools/data/src/table.rs"] {
            assert_eq!(before, of(&[(path, "pub fn other() { csv::parse(1 - 1) }\n")]), "{path}");
        }
        let table = ("step/src/lib.rs", "use data::table;");
        assert_ne!(of(&[table]), of(&[table, ("tools/data/src/table.rs", "pub fn table() { 1 - 1; }\n")]));
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
        // Nothing in the step names ndarray, so that it is there for a reason that code does not show.
        assert_ne!(before, newer("matrixmultiply"));
        // The step uses nothing of its packages that uses csv.
        for name in ["proptest", "clap", "ureq", "csv", "memchr"] {
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
        ["one", "two"].map(|module| of_module(root, "finds", module).unwrap())
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
        assert_eq!(changed("judge/src/lib.rs", "pub fn judge() {}"), [true, false]);
        let of_root = ("finds/src/one.rs", "use crate::Plan;");
        let other_root = ("finds/src/lib.rs", "mod bench;\nmod one;\nmod timing;\nmod two;\npub struct Plan(u8);");
        assert_ne!(of_modules(&[of_root])[0], of_modules(&[of_root, other_root])[0]);
        assert_eq!(before[1], of_modules(&[of_root, other_root])[1]);
    }

    #[test]
    fn every_step_and_every_experiment_has_a_fingerprint() {
        let root = crate::root();
        let of = |data| STEPS.each_ref().map(|step| fingerprint(&root, step, data).unwrap());
        let mut all = [of(DataSet::Digits), of(DataSet::Mnist)].concat();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 2 * STEPS.len());
        for experiment in experiments(&root).unwrap() {
            assert_eq!(of_experiment(&root, &experiment).unwrap().len(), 64, "{}", experiment.name);
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

    /// What people bring is read by other modules, whose changes make no record stale.
    #[test]
    fn a_record_of_the_digits_is_no_matter_of_tables_and_pictures() {
        let root = crate::root();
        let workspace = Workspace::read(&root).unwrap();
        let mut code = Code::new(&root, &workspace);
        code.add_package("regularized").unwrap();
        code.add(DATASETS, "digits").unwrap();
        let files = Vec::from_iter(code.sources().map(|source| source.path.to_string_lossy().replace('\\', "/")));
        let data = Vec::from_iter(files.iter().filter_map(|file| file.strip_prefix("crates/datasets/src/")));
        assert_eq!(data, ["digits.rs", "examples.rs", "inputs.rs", "scaling.rs"]);
        let libraries = code.libraries().unwrap().direct;
        let names = Vec::from_iter(libraries.iter().map(|(name, _)| name.as_str()));
        assert_eq!(names, ["flate2", "libm", "ndarray", "num-traits", "rand", "rand_distr", "thiserror"]);
    }
}
