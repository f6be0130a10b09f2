//! The packages of the workspace, and what each of them depends on.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    rc::Rc,
};

use serde::{Deserialize, de::DeserializeOwned};
use toml::Value;

use crate::error::{Error, read};

const MANIFEST: &str = "Cargo.toml";
const LOCK: &str = "Cargo.lock";

thread_local! {
    /// The workspace that was read last, with the texts that it was read from.
    static READ: RefCell<Option<(Vec<String>, Rc<Workspace>)>> = const { RefCell::new(None) };
}

/// The manifests of the workspace, and `Cargo.lock`.
pub struct Workspace {
    members: BTreeMap<String, Member>,
    /// The entries of `[workspace.dependencies]`.
    dependencies: BTreeMap<String, Value>,
    locked: Vec<Locked>,
}

/// A package of the workspace.
struct Member {
    /// Its folder, from that of the workspace.
    folder: PathBuf,
    /// The entries of its `[dependencies]`, of all platforms.
    dependencies: BTreeMap<String, Value>,
}

/// A package in `Cargo.lock`.
#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    /// Missing for the packages of the workspace.
    source: Option<String>,
    /// `name`, or `name version` where there are several.
    #[serde(default)]
    dependencies: Vec<String>,
}

/// Packages, and all that they depend on.
#[derive(Debug, Default, PartialEq)]
pub struct Tree {
    /// Those of the workspace.
    pub members: BTreeSet<String>,
    /// The others, each with its version.
    pub libraries: BTreeSet<(String, String)>,
    /// Those of the others that a package of the workspace names.
    pub direct: BTreeSet<(String, String)>,
    /// The features of these that it asks for.
    pub features: BTreeSet<(String, String)>,
}

impl Workspace {
    /// Reads the manifests of the workspace at `root`, and its `Cargo.lock`.
    pub fn read(root: &Path) -> Result<Rc<Self>, Error> {
        #[derive(Deserialize)]
        struct Manifest {
            workspace: Root,
        }
        #[derive(Deserialize)]
        struct Root {
            members: Vec<PathBuf>,
            #[serde(default)]
            dependencies: BTreeMap<String, Value>,
        }
        #[derive(Deserialize)]
        struct Lock {
            package: Vec<Locked>,
        }
        let Manifest { workspace } = parsed(root, Path::new(MANIFEST))?;
        let texts = [MANIFEST, LOCK].map(PathBuf::from).into_iter();
        let texts = texts.chain(workspace.members.iter().map(|folder| folder.join(MANIFEST)));
        let texts: Vec<String> = texts.map(|path| read(&root.join(path))).collect::<Result<_, _>>()?;
        let unchanged = READ.with_borrow(|last| last.clone().filter(|(before, _)| *before == texts));
        if let Some((_, workspace)) = unchanged {
            return Ok(workspace);
        }
        let Lock { package: locked } = parsed(root, Path::new(LOCK))?;
        let members =
            workspace.members.into_iter().map(|folder| Member::read(root, folder)).collect::<Result<_, _>>()?;
        let workspace = Rc::new(Self { members, dependencies: workspace.dependencies, locked });
        READ.set(Some((texts, Rc::clone(&workspace))));
        Ok(workspace)
    }

    /// The folder of a package, from that of the workspace.
    pub fn folder(&self, package: &str) -> Result<&Path, Error> {
        let unknown = || Error::content(Path::new(MANIFEST), format!("the workspace has no package {package}"));
        self.members.get(package).map(|member| member.folder.as_path()).ok_or_else(unknown)
    }

    /// Whether a folder is that of a package.
    pub fn has_folder(&self, folder: &Path) -> bool {
        self.members.values().any(|member| member.folder == folder)
    }

    /// The name of the package that code calls `name`, if the workspace has one.
    pub fn member_called(&self, name: &str) -> Option<&str> {
        self.members.keys().map(String::as_str).find(|member| member.replace('-', "_") == name)
    }

    /// The `packages` and all that they cannot do without.
    pub fn tree<'a>(&self, packages: impl IntoIterator<Item = &'a str>) -> Result<Tree, Error> {
        let mut tree = Tree::default();
        for package in packages {
            self.add(package, &mut tree)?;
        }
        Ok(tree)
    }

    /// Adds a package of the workspace to `tree`, and all that it depends on.
    fn add(&self, package: &str, tree: &mut Tree) -> Result<(), Error> {
        if !tree.members.insert(package.to_owned()) {
            return Ok(());
        }
        let member = self.members.get(package).ok_or_else(|| outdated(package))?;
        for name in member.dependencies.keys().filter(|name| self.members.contains_key(*name)) {
            self.add(name, tree)?;
        }
        self.add_libraries(package, |_| true, tree)
    }

    /// Adds the libraries of others that a package of the workspace names as its dependencies and that count, and all
    /// that they depend on, to `tree`.
    pub fn add_libraries(&self, package: &str, counts: impl Fn(&str) -> bool, tree: &mut Tree) -> Result<(), Error> {
        let no_member = || outdated(package);
        let member = self.members.get(package).ok_or_else(no_member)?;
        let locked = self.locked(package, None).ok_or_else(no_member)?;
        for (name, entry) in &member.dependencies {
            if self.members.contains_key(name) || !counts(name) {
                continue;
            }
            let is_it = |dependency: &&String| dependency.split(' ').next() == Some(name);
            let dependency = locked.dependencies.iter().find(is_it).ok_or_else(|| outdated(name))?;
            let library = self.dependency(dependency)?;
            let features =
                [Some(entry), self.dependencies.get(name)].map(|entry| entry.map_or(String::new(), features));
            tree.direct.insert((name.clone(), library.version.clone()));
            tree.features.insert((name.clone(), features.concat()));
            self.add_library(library, tree)?;
        }
        Ok(())
    }

    /// Adds a package of others to `tree`, and all that it depends on.
    fn add_library(&self, library: &Locked, tree: &mut Tree) -> Result<(), Error> {
        if tree.libraries.insert((library.name.clone(), library.version.clone())) {
            for dependency in &library.dependencies {
                self.add_library(self.dependency(dependency)?, tree)?;
            }
        }
        Ok(())
    }

    /// The package that `dependency` stands for in `Cargo.lock`.
    fn dependency(&self, dependency: &str) -> Result<&Locked, Error> {
        let mut words = dependency.split(' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next());
        self.locked(name, version).ok_or_else(|| outdated(name))
    }

    fn locked(&self, name: &str, version: Option<&str>) -> Option<&Locked> {
        let member = self.members.contains_key(name);
        let is_it = |package: &&Locked| {
            package.name == name
                && version.is_none_or(|version| version == package.version)
                && member == package.source.is_none()
        };
        self.locked.iter().find(is_it)
    }
}

impl Member {
    /// The name of the package in `folder`, and what is known of it.
    fn read(root: &Path, folder: PathBuf) -> Result<(String, Self), Error> {
        #[derive(Deserialize)]
        struct Manifest {
            package: Package,
            #[serde(default)]
            dependencies: BTreeMap<String, Value>,
        }
        #[derive(Deserialize)]
        struct Package {
            name: String,
        }
        let Manifest { package, mut dependencies } = parsed(root, &folder.join(MANIFEST))?;
        // The optional ones download data or are the command line.
        dependencies.retain(|_, entry| entry.get("optional").and_then(Value::as_bool) != Some(true));
        Ok((package.name, Self { folder, dependencies }))
    }
}

/// The features that the entry of a dependency asks for, as text.
fn features(entry: &Value) -> String {
    let defaults = entry.get("default-features").and_then(Value::as_bool).unwrap_or(true);
    let named = entry.get("features").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    defaults.then_some("default").into_iter().chain(named).map(|feature| format!("{feature} ")).collect()
}

fn parsed<T: DeserializeOwned>(root: &Path, path: &Path) -> Result<T, Error> {
    toml::from_str(&read(&root.join(path))?).map_err(|error| Error::content(path, error.message()))
}

fn outdated(package: &str) -> Error {
    Error::content(Path::new(LOCK), format!("{package} is missing; `cargo metadata` brings the file up to date"))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;

    use super::*;

    /// Writes the file at `path` in `root`.
    pub fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A workspace of a step, two packages that it uses, and the command line; of ndarray, it uses one of two versions.
    pub fn small_workspace() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(
            root,
            "Cargo.toml",
            "[workspace]\nmembers = [\"step\", \"tools/data\", \"judge\", \"workbench\"]\n\
             [workspace.dependencies]\nndarray = { version = \"2\", features = [\"std\"] }\n",
        );
        let member = |folder: &str, name: &str, rest: &str| {
            write(root, &format!("{folder}/Cargo.toml"), &format!("[package]\nname = \"{name}\"\n{rest}"));
            write(root, &format!("{folder}/src/lib.rs"), &format!("pub fn {name}() {{ 1 + 1; }}\n"));
        };
        member(
            "step",
            "step",
            "[dependencies]\ndata.workspace = true\njudge.workspace = true\nndarray.workspace = true\n\
             workbench = { workspace = true, optional = true }\n[dev-dependencies]\nproptest = \"1\"\n",
        );
        member("tools/data", "data", "[dependencies]\ncsv = \"1\"\nureq = { version = \"1\", optional = true }\n");
        member("judge", "judge", "[dependencies]\ndata.workspace = true\n");
        member("workbench", "workbench", "[dependencies]\nclap = \"1\"\n");
        write(root, "step/src/lib.rs", "use data::bytes;\nuse judge::judge;\npub fn step() { 1 + 1; }\n");
        write(root, "tools/data/src/lib.rs", "mod bytes;\nmod table;\npub use bytes::bytes;\npub use table::table;\n");
        write(root, "tools/data/src/bytes.rs", "pub fn bytes() { 1 + 1; }\n");
        write(root, "tools/data/src/table.rs", "pub fn table() { csv::parse(1 + 1) }\n");
        let mut lock = String::new();
        for (name, version, dependencies) in [
            ("clap", "1.0.0", ""),
            ("csv", "1.0.0", "\"memchr\""),
            ("data", "0.1.0", "\"csv\", \"ureq\""),
            ("judge", "0.1.0", "\"data\""),
            ("matrixmultiply", "1.0.0", ""),
            ("memchr", "1.0.0", ""),
            ("ndarray", "1.0.0", ""),
            ("ndarray", "2.0.0", "\"matrixmultiply\""),
            ("proptest", "1.0.0", "\"ndarray 1.0.0\""),
            ("step", "0.1.0", "\"data\", \"judge\", \"ndarray 2.0.0\", \"proptest\", \"workbench\""),
            ("ureq", "1.0.0", ""),
            ("workbench", "0.1.0", "\"clap\""),
        ] {
            let source = if version == "0.1.0" { "" } else { "source = \"registry\"\n" };
            lock += &format!(
                "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{source}dependencies = [{dependencies}]\n\n"
            );
        }
        write(root, "Cargo.lock", &lock);
        folder
    }

    fn named(pairs: &BTreeSet<(String, String)>) -> Vec<(&str, &str)> {
        pairs.iter().map(|(name, version)| (name.as_str(), version.as_str())).collect()
    }

    #[test]
    fn a_tree_has_what_a_library_needs_and_nothing_else() {
        let folder = small_workspace();
        let workspace = Workspace::read(folder.path()).unwrap();
        let tree = workspace.tree(["step"]).unwrap();
        assert_eq!(Vec::from_iter(&tree.members), ["data", "judge", "step"]);
        let libraries = [("csv", "1.0.0"), ("matrixmultiply", "1.0.0"), ("memchr", "1.0.0"), ("ndarray", "2.0.0")];
        assert_eq!(named(&tree.libraries), libraries);
        assert_eq!(named(&tree.direct), [("csv", "1.0.0"), ("ndarray", "2.0.0")]);
        assert_eq!(named(&tree.features), [("csv", "default "), ("ndarray", "default default std ")]);
        assert_eq!(workspace.tree(["judge"]).unwrap(), workspace.tree(["data", "judge"]).unwrap());
        assert_eq!((workspace.member_called("data"), workspace.member_called("csv")), (Some("data"), None));
        assert_eq!(named(&workspace.tree(["workbench"]).unwrap().libraries), [("clap", "1.0.0")]);
    }

    #[test]
    fn folders_are_those_of_the_manifest() {
        let folder = small_workspace();
        let workspace = Workspace::read(folder.path()).unwrap();
        assert_eq!(workspace.folder("data").unwrap(), Path::new("tools/data"));
        assert!(workspace.has_folder(Path::new("judge")) && !workspace.has_folder(Path::new("tools")));
        assert!(workspace.folder("judges").unwrap_err().to_string().contains("no package judges"));
    }

    #[test]
    fn a_lock_that_lacks_a_package_is_an_error() {
        let folder = small_workspace();
        write(folder.path(), "tools/data/Cargo.toml", "[package]\nname = \"data\"\n[dependencies]\nserde = \"1\"\n");
        let error = Workspace::read(folder.path()).unwrap().tree(["step"]).unwrap_err().to_string();
        assert!(error.starts_with("Cargo.lock: serde is missing"), "{error}");
    }

    #[test]
    fn the_steps_depend_on_what_they_compute_with() {
        let workspace = Workspace::read(&crate::root()).unwrap();
        for step in &records::STEPS {
            let tree = workspace.tree([step.name]).unwrap();
            let names: BTreeSet<&str> = tree.libraries.iter().map(|(name, _)| name.as_str()).collect();
            assert!(["ndarray", "matrixmultiply", "rand"].iter().all(|name| names.contains(name)), "{names:?}");
            assert!(tree.members.contains("datasets") && tree.members.contains("evaluation"));
            assert!(!tree.members.contains("workbench") && !names.contains("clap"));
        }
    }
}
