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
    let pixels = pixels.into_iter().map(f32::from).collect();
    let inputs = Array2::from_shape_vec((labels.len(), SIDE * SIDE), pixels).expect("as many images as labels");
    let labels = labels.into_iter().map(usize::from).collect();
    Examples::new(inputs, labels, 10, Features::Pixels { height: SIDE, width: SIDE, white: 255.0 })
}
