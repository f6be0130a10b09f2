use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy;
use mnist::MnistBuilder;
use ndarray::Array2;

use crate::{
    Dataset, Error, Examples, Features,
    idx::{IdxFile, Kind},
};

const TRAIN_EXAMPLES: u32 = 60_000;
const TEST_EXAMPLES: u32 = 10_000;
const SIDE: usize = 28;

/// The four files of MNIST.
pub(crate) fn files() -> [IdxFile; 4] {
    let file = |name, kind, count, sha256: &str| IdxFile { name, kind, count, sha256: sha256.to_owned() };
    [
        file(
            "train-images-idx3-ubyte",
            Kind::Images,
            TRAIN_EXAMPLES,
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        file(
            "train-labels-idx1-ubyte",
            Kind::Labels,
            TRAIN_EXAMPLES,
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        file(
            "t10k-images-idx3-ubyte",
            Kind::Images,
            TEST_EXAMPLES,
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        file(
            "t10k-labels-idx1-ubyte",
            Kind::Labels,
            TEST_EXAMPLES,
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ]
}

/// MNIST: 70,000 handwritten digits of 28x28 pixels, 60,000 to learn from and 10,000 to be judged by.
///
/// The four files are looked for in `data_dir`; if there is none, in the folder that the environment variable
/// `MNIST_DIR` names; if that is not set, in the folder `mean-near-zero/mnist` of the user's cache. A folder that is
/// named is the only one where they are looked for. `cargo run -p datasets -- fetch mnist` gets them.
///
/// # Errors
///
/// If a file is missing, cannot be read, or is not MNIST's to the last bit; if the folder for temporary files has no
/// room for 55 MB.
pub fn mnist(data_dir: Option<&Path>) -> Result<Dataset, Error> {
    Folder::find(data_dir)?.load()
}

/// A folder for the files of MNIST.
#[derive(Debug, PartialEq)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    origin: Origin,
}

/// Who says that this is the folder.
#[derive(Debug, PartialEq)]
enum Origin {
    Argument,
    Environment,
    Cache,
}

impl Folder {
    /// Where the files of MNIST are or, once fetched, will be.
    pub(crate) fn find(data_dir: Option<&Path>) -> Result<Self, Error> {
        let cache = etcetera::base_strategy::choose_native_strategy().ok().map(|folders| folders.cache_dir());
        Self::choose(data_dir, env::var_os("MNIST_DIR"), cache)
    }

    fn choose(data_dir: Option<&Path>, mnist_dir: Option<OsString>, cache: Option<PathBuf>) -> Result<Self, Error> {
        if let Some(path) = data_dir {
            return Ok(Self { path: path.to_owned(), origin: Origin::Argument });
        }
        if let Some(path) = mnist_dir.filter(|path| !path.is_empty()) {
            return Ok(Self { path: path.into(), origin: Origin::Environment });
        }
        let path = cache.ok_or(Error::NoCacheFolder)?.join("mean-near-zero").join("mnist");
        Ok(Self { path, origin: Origin::Cache })
    }

    fn load(&self) -> Result<Dataset, Error> {
        let paths = self.locate(&files())?;
        // The `mnist` crate reads files from a folder, and panics if they are not what they should be. So it gets a
        // folder of its own, where nobody but us puts files, and none that we have not checked.
        let temporary = env::temp_dir();
        let full = |source| Error::TemporaryFolder { folder: temporary.clone(), source };
        let folder = tempfile::tempdir().map_err(full)?;
        for (file, path) in files().iter().zip(&paths) {
            let bytes = self.read(file, path)?;
            fs::write(folder.path().join(file.name), bytes).map_err(full)?;
        }
        let base_path = folder
            .path()
            .to_str()
            .ok_or_else(|| full(io::Error::new(ErrorKind::InvalidInput, "its path is not UTF-8")))?;
        let mnist = MnistBuilder::new()
            .base_path(base_path)
            .label_format_digit()
            .training_set_length(TRAIN_EXAMPLES)
            .validation_set_length(0)
            .test_set_length(TEST_EXAMPLES)
            .finalize();
        Ok(Dataset {
            name: "mnist".to_owned(),
            classes: (0..10).map(|digit| digit.to_string()).collect(),
            train: examples(mnist.trn_img, mnist.trn_lbl),
            test: examples(mnist.tst_img, mnist.tst_lbl),
        })
    }

    /// Where each of `files` is.
    fn locate(&self, files: &[IdxFile]) -> Result<Vec<PathBuf>, Error> {
        let mut paths = Vec::new();
        let mut missing = Vec::new();
        for file in files {
            match file.find(&self.path)? {
                Some(path) => paths.push(path),
                None => missing.push(file.name),
            }
        }
        if missing.is_empty() {
            return Ok(paths);
        }
        let mut remedy = format!("`{}` gets MNIST", self.fetch());
        if self.origin == Origin::Cache {
            remedy += "; if you have it, name its folder with --data-dir or MNIST_DIR";
        }
        Err(Error::NoMnist { folder: self.path.clone(), missing, remedy })
    }

    /// The uncompressed bytes of `file`, which is at `path`, checked.
    fn read(&self, file: &IdxFile, path: &Path) -> Result<Vec<u8>, Error> {
        let verified = file.read(path).map_err(Error::read(path))?;
        verified.map_err(|flaw| Error::content(path, format!("{flaw}; `{}` replaces it", self.fetch())))
    }

    /// The command that gets MNIST to this folder.
    fn fetch(&self) -> String {
        let command = "cargo run -p datasets -- fetch mnist";
        match self.origin {
            Origin::Argument => format!("{command} --data-dir \"{}\"", self.path.display()),
            Origin::Environment | Origin::Cache => command.to_owned(),
        }
    }
}

fn examples(pixels: Vec<u8>, labels: Vec<u8>) -> Examples {
    let inputs = Array2::from_shape_vec((labels.len(), SIDE * SIDE), pixels).expect("as many images as labels");
    let labels = labels.into_iter().map(usize::from).collect();
    Examples::new(inputs, labels, 10, Features::Pixels { height: SIDE, width: SIDE, max: 255 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idx::tests::small_files;

    fn folder(path: &Path, origin: Origin) -> Folder {
        Folder { path: path.to_owned(), origin }
    }

    #[test]
    fn the_argument_comes_before_the_environment_before_the_cache() {
        let (argument, environment, cache) = (Path::new("a"), OsString::from("e"), PathBuf::from("c"));
        let choose =
            |argument, environment: &OsString, cache| Folder::choose(argument, Some(environment.clone()), cache);
        assert_eq!(
            choose(Some(argument), &environment, Some(cache.clone())).unwrap(),
            folder(argument, Origin::Argument)
        );
        assert_eq!(
            choose(None, &environment, Some(cache.clone())).unwrap(),
            folder(Path::new("e"), Origin::Environment)
        );
        let in_cache = folder(&Path::new("c").join("mean-near-zero").join("mnist"), Origin::Cache);
        assert_eq!(choose(None, &OsString::new(), Some(cache.clone())).unwrap(), in_cache);
        assert_eq!(Folder::choose(None, None, Some(cache)).unwrap(), in_cache);
        assert!(matches!(Folder::choose(None, None, None), Err(Error::NoCacheFolder)));
    }

    #[test]
    fn says_what_is_missing_and_how_to_get_it() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path();
        let files = small_files().map(|(file, _)| file);
        let error =
            |origin| folder(path, origin).locate(&files).unwrap_err().to_string().replace(path.to_str().unwrap(), "X");
        let missing =
            "X has no train-images-idx3-ubyte, train-labels-idx1-ubyte: `cargo run -p datasets -- fetch mnist";
        assert_eq!(error(Origin::Argument), format!("{missing} --data-dir \"X\"` gets MNIST"));
        assert_eq!(error(Origin::Environment), format!("{missing}` gets MNIST"));
        assert_eq!(
            error(Origin::Cache),
            format!("{missing}` gets MNIST; if you have it, name its folder with --data-dir or MNIST_DIR")
        );
        fs::write(path.join("train-images-idx3-ubyte"), "").unwrap();
        assert!(error(Origin::Environment).starts_with("X has no train-labels-idx1-ubyte: "));
        assert!(mnist(Some(&path.join("nowhere"))).is_err());
    }

    #[test]
    fn says_which_file_is_bad_and_how_to_mend_it() {
        let temporary = tempfile::tempdir().unwrap();
        let [_, (file, bytes)] = small_files();
        let path = temporary.path().join("labels");
        let read = || folder(temporary.path(), Origin::Cache).read(&file, &path);
        fs::write(&path, &bytes[..10]).unwrap();
        let error = read().unwrap_err().to_string();
        let expected =
            "labels: cut short: 10 bytes, where 11 are expected; `cargo run -p datasets -- fetch mnist` replaces it";
        assert!(error.ends_with(expected), "{error}");
        fs::write(&path, &bytes).unwrap();
        assert_eq!(read().unwrap(), bytes);
    }

    #[test]
    #[ignore = "needs MNIST_DIR"]
    fn loads_mnist() {
        let dataset = mnist(None).unwrap();
        assert_eq!((dataset.train.inputs.dim(), dataset.test.inputs.dim()), ((60_000, 784), (10_000, 784)));
        let counts = |examples: &Examples| {
            let mut counts = [0; 10];
            examples.labels.iter().for_each(|&label| counts[label] += 1);
            counts
        };
        assert_eq!(counts(&dataset.train), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
        assert_eq!(counts(&dataset.test), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
        assert_eq!(dataset.train.labels[..5], [5, 0, 4, 1, 9]);
        assert_eq!(dataset.test.labels[..5], [7, 2, 1, 0, 4]);
        let mean =
            |examples: &Examples| examples.inputs.iter().sum::<f64>() / examples.inputs.iter().len() as f64 / 255.0;
        // As widely published, to four digits.
        assert_eq!(format!("{:.4} {:.4}", mean(&dataset.train), mean(&dataset.test)), "0.1307 0.1325");
    }
}
