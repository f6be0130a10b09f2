//! Model files: what a network has learnt, and what is needed to use it, as [safetensors].
//!
//! Four tensors of double precision (single is read too) say what the network computes. A raw input is scaled to
//! `(input - input_offset) * input_factor`, followed by a 1 for the bias, and multiplied by `input_weights`; the
//! hidden activations are multiplied by `output_weights`. The rest is JSON, in the entry `model` of the metadata.
//!
//! [safetensors]: https://github.com/huggingface/safetensors

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
};

use datasets::{Examples, Features, Scaling};
use evaluation::Weights;
use ndarray::{Array, Dimension};
use safetensors::{Dtype, SafeTensorError, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::atomic;

/// A network that has learnt, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The step that it is a network of.
    pub step: String,
    /// What it has learnt.
    pub weights: Weights,
    /// What its inputs are.
    pub features: Features,
    /// What each of its outputs stands for.
    pub classes: Vec<String>,
    /// What was chosen before training: the value of each hyperparameter by name.
    pub hyperparameters: BTreeMap<String, String>,
    /// What it was trained on.
    pub dataset: String,
    /// The seed that it was trained with.
    pub seed: u64,
    /// Which examples it has learnt from; files of earlier or other programs do not say.
    pub origin: Option<Origin>,
}

/// Which examples a network has learnt from, and so which must not judge it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Origin {
    /// The seed that divided the data, if they did not come divided.
    pub split_seed: Option<u64>,
    /// The part of a table that became the test set.
    pub test_fraction: Option<f64>,
    /// The column of a table that is the class: `first`, `last` or its name.
    pub label: Option<String>,
    /// The names of a table's features, if it has any.
    pub columns: Option<Vec<String>>,
    /// The hash of the training set.
    pub fingerprint: u64,
}

impl Origin {
    /// Returns the hash of some examples: FNV-1a, number by number.
    pub fn fingerprint(examples: &Examples) -> u64 {
        let inputs = examples.inputs.iter().map(f64::to_bits);
        let labels = examples.labels.iter().map(|&label| label as u64);
        inputs.chain(labels).fold(0xcbf2_9ce4_8422_2325, |hash, bits| {
            let hash = (hash ^ bits).wrapping_mul(0x0100_0000_01b3);
            hash ^ (hash >> 32) // the low bits of most numbers are 0
        })
    }
}

/// A model file that cannot be written or used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file cannot be written.
    #[error("cannot write the model to {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file cannot be read.
    #[error("cannot read the model {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is not in the safetensors format, or not all of it is there.
    #[error("{} is not a whole safetensors file ({source}); save the model again", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: SafeTensorError,
    },
    /// The file is in the right format, but it holds no network.
    #[error("{} holds no model of this program: {problem}; save the model again", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

/// The entry of the metadata that describes a model. It is the only one: the format keeps them in a hash map, whose
/// order is another one each time, and the same model makes the same bytes.
const ENTRY: &str = "model";

/// All of a model but its weights.
#[derive(Deserialize, Serialize)]
struct Description {
    step: String,
    classes: Vec<String>,
    #[serde(with = "FeaturesAsJson")]
    features: Features,
    hyperparameters: BTreeMap<String, String>,
    dataset: String,
    seed: u64,
    #[serde(default)]
    origin: Option<Origin>,
}

/// The JSON of [`Features`]: `"columns"`, or `{"pixels": {"height": 8, "width": 8, "max": 16}}`.
#[derive(Deserialize, Serialize)]
#[serde(remote = "Features", rename_all = "lowercase")]
enum FeaturesAsJson {
    Pixels { height: usize, width: usize, max: u8 },
    Columns,
}

impl Model {
    /// Writes the model to the file at `path`, whole or not at all. The same model makes the same bytes.
    ///
    /// # Errors
    ///
    /// If the file cannot be written. What was there before is still there then.
    pub fn save(&self, path: &Path) -> Result<(), ModelError> {
        let bytes = self.to_bytes().map_err(io::Error::other);
        let written = bytes.and_then(|bytes| atomic::write(path, &bytes));
        written.map_err(|source| ModelError::Write { path: path.to_owned(), source })
    }

    /// Reads a model from the file at `path`.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or does not hold all of a network whose parts fit each other and are finite.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        let bytes = fs::read(path).map_err(|source| ModelError::Read { path: path.to_owned(), source })?;
        Self::from_bytes(&bytes, path)
    }

    /// Returns the model in the `bytes` of the file at `path`.
    fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self, ModelError> {
        let format = |source| ModelError::Format { path: path.to_owned(), source };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(format)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(format)?;
        let metadata = header.metadata().clone().unwrap_or_default();
        Self::from_parts(&metadata, &tensors).map_err(|problem| ModelError::Content { path: path.to_owned(), problem })
    }

    fn to_bytes(&self) -> Result<Vec<u8>, SafeTensorError> {
        let Weights { scaling, input_weights, output_weights } = &self.weights;
        let tensors = [
            ("input_offset", scaling.offset.shape(), bytes(&scaling.offset)),
            ("input_factor", scaling.factor.shape(), bytes(&scaling.factor)),
            ("input_weights", input_weights.shape(), bytes(input_weights)),
            ("output_weights", output_weights.shape(), bytes(output_weights)),
        ];
        let view = |shape: &[usize], bytes| TensorView::new(Dtype::F64, shape.to_vec(), bytes);
        let views = tensors.iter().map(|(name, shape, bytes)| Ok((name, view(shape, bytes)?)));
        let description = serde_json::to_string(&Description {
            step: self.step.clone(),
            classes: self.classes.clone(),
            features: self.features,
            hyperparameters: self.hyperparameters.clone(),
            dataset: self.dataset.clone(),
            seed: self.seed,
            origin: self.origin.clone(),
        })?;
        let views = views.collect::<Result<Vec<_>, SafeTensorError>>()?;
        safetensors::serialize(views, Some(HashMap::from([(ENTRY.to_owned(), description)])))
    }

    /// Returns the model of these metadata and tensors, or what is wrong with them.
    fn from_parts(metadata: &HashMap<String, String>, tensors: &SafeTensors) -> Result<Self, String> {
        let weights = Weights {
            scaling: Scaling { offset: tensor(tensors, "input_offset")?, factor: tensor(tensors, "input_factor")? },
            input_weights: tensor(tensors, "input_weights")?,
            output_weights: tensor(tensors, "output_weights")?,
        };
        let Description { step, classes, features, hyperparameters, dataset, seed, origin } =
            if metadata.contains_key(ENTRY) {
                json(metadata, ENTRY)?
            } else if metadata.keys().all(|key| key == "format") {
                guess(&weights)
            } else {
                earlier(metadata)?
            };
        let model = Self { step, weights, features, classes, hyperparameters, dataset, seed, origin };
        model.check()?;
        Ok(model)
    }

    /// Checks that the parts fit each other.
    fn check(&self) -> Result<(), String> {
        let Weights { scaling, input_weights, output_weights } = &self.weights;
        let (inputs, hidden) = (scaling.offset.len(), output_weights.nrows());
        if inputs == 0 || hidden == 0 || self.classes.is_empty() {
            return Err("a network has an input, a hidden unit and a class, and it lacks one".to_owned());
        }
        let shape = |name, found: &[usize], expected: &[usize]| match found == expected {
            true => Ok(()),
            false => Err(format!("the shape of {name} is {found:?}, and {expected:?} would fit the rest")),
        };
        shape("input_factor", scaling.factor.shape(), &[inputs])?;
        shape("input_weights", input_weights.shape(), &[inputs + 1, hidden])?;
        shape("output_weights", output_weights.shape(), &[hidden, self.classes.len()])?;
        if let Features::Pixels { height, width, max } = self.features {
            if height.checked_mul(width) != Some(inputs) {
                return Err(format!("an image of {height} x {width} pixels does not have {inputs}"));
            }
            if max == 0 {
                return Err("the value of a pixel that is fully inked is 0".to_owned());
            }
        }
        Ok(())
    }
}

/// Returns the description in a file of earlier programs, with an entry for each part.
fn earlier(metadata: &HashMap<String, String>) -> Result<Description, String> {
    Ok(Description {
        step: text(metadata, "step")?.to_owned(),
        classes: json(metadata, "classes")?,
        features: match text(metadata, "features")? {
            "columns" => Features::Columns,
            "pixels" => Features::Pixels {
                height: json(metadata, "height")?,
                width: json(metadata, "width")?,
                max: json(metadata, "white")?,
            },
            other => return Err(format!("its features are neither pixels nor columns but {other:?}")),
        },
        hyperparameters: json(metadata, "hyperparameters")?,
        dataset: text(metadata, "dataset")?.to_owned(),
        seed: json(metadata, "seed")?,
        origin: None,
    })
}

/// Returns what the shapes of another program's tensors tell: 64 inputs are an image of the digits, 784 one of MNIST.
/// The step is any.
fn guess(weights: &Weights) -> Description {
    Description {
        step: String::new(),
        classes: (0..weights.output_weights.ncols()).map(|class| class.to_string()).collect(),
        features: match weights.scaling.offset.len() {
            64 => Features::Pixels { height: 8, width: 8, max: 16 },
            784 => Features::Pixels { height: 28, width: 28, max: 255 },
            _ => Features::Columns,
        },
        hyperparameters: BTreeMap::new(),
        dataset: "unknown data".to_owned(),
        seed: 0,
        origin: None,
    }
}

/// Returns the text that the metadata have under `key`.
fn text<'a>(metadata: &'a HashMap<String, String>, key: &str) -> Result<&'a str, String> {
    metadata.get(key).map(String::as_str).ok_or_else(|| format!("its metadata lack {key:?}"))
}

/// Returns what the metadata have under `key`, as JSON.
fn json<T: DeserializeOwned>(metadata: &HashMap<String, String>, key: &str) -> Result<T, String> {
    serde_json::from_str(text(metadata, key)?).map_err(|error| format!("its {key} cannot be read: {error}"))
}

/// Returns the numbers of an array row by row, in little-endian bytes.
fn bytes<D: Dimension>(array: &Array<f64, D>) -> Vec<u8> {
    array.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Returns the tensor called `name`, of as many dimensions as it has to have here.
fn tensor<D: Dimension>(tensors: &SafeTensors, name: &str) -> Result<Array<f64, D>, String> {
    let tensor = tensors.tensor(name).map_err(|_| format!("it has no tensor {name:?}"))?;
    let numbers: Vec<f64> = match tensor.dtype() {
        Dtype::F64 => tensor.data().as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect(),
        Dtype::F32 => tensor.data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes).into()).collect(),
        other => return Err(format!("the numbers of {name} are {other} and neither F64 nor F32")),
    };
    if !numbers.iter().all(|number| number.is_finite()) {
        return Err(format!("{name} has numbers that are not finite"));
    }
    let array = Array::from_shape_vec(tensor.shape(), numbers).and_then(|array| array.into_dimensionality());
    array.map_err(|_| format!("the shape of {name} is {:?}, which has other dimensions", tensor.shape()))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use evaluation::{Classifier, Tunable};
    use ndarray::{Array1, Array2, array};
    use proptest::prelude::*;
    use rand::{SeedableRng, rngs::ChaCha8Rng};
    use tempfile::TempDir;
    use vectorized::{Hyperparameters, Network};

    use super::*;

    fn model() -> Model {
        Model {
            step: "vectorized".to_owned(),
            weights: Weights {
                scaling: Scaling { offset: array![0.5, 0.25], factor: array![1.0, -0.0] },
                input_weights: array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, f64::MIN_POSITIVE]],
                output_weights: array![[0.1, 0.2], [0.3, 0.4], [0.5, 1.0 / 3.0]],
            },
            features: Features::Pixels { height: 1, width: 2, max: 16 },
            classes: vec!["null".to_owned(), "\"eins\" \u{1f409}".to_owned()],
            hyperparameters: BTreeMap::from([
                ("hidden".to_owned(), "3".to_owned()),
                ("learning_rate".to_owned(), "1e-6".to_owned()),
            ]),
            dataset: "my digits.csv".to_owned(),
            seed: u64::MAX,
            origin: None,
        }
    }

    fn saved(model: &Model) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        model.save(&path).unwrap();
        (folder, path)
    }

    /// What is wrong with the model in a file with these bytes.
    fn error_of(bytes: &[u8]) -> String {
        Model::from_bytes(bytes, Path::new("FILE")).unwrap_err().to_string()
    }

    /// What is wrong with a model after `change`.
    fn error_after(change: impl FnOnce(&mut Model)) -> String {
        let mut model = model();
        change(&mut model);
        error_of(&model.to_bytes().unwrap())
    }

    /// The bytes of a file in whose header `old` is replaced by `new`, of the same length.
    fn replaced(file: &[u8], old: &str, new: &str) -> Vec<u8> {
        let mut bytes = file.to_vec();
        let place = bytes.windows(old.len()).position(|window| window == old.as_bytes()).unwrap();
        bytes[place..place + old.len()].copy_from_slice(new.as_bytes());
        bytes
    }

    /// What is wrong with a model in whose header `old` is replaced by `new`, of the same length.
    fn error_with(old: &str, new: &str) -> String {
        error_of(&replaced(&model().to_bytes().unwrap(), old, new))
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let mut model = model();
        let (_folder, path) = saved(&model);
        assert_eq!(Model::load(&path).unwrap(), model);
        model.features = Features::Columns;
        model.origin = Some(Origin {
            split_seed: Some(7),
            test_fraction: Some(0.1),
            label: Some("last".to_owned()),
            columns: Some(vec!["a".to_owned(), "b".to_owned()]),
            fingerprint: u64::MAX,
        });
        let (_folder, path) = saved(&model);
        assert_eq!(Model::load(&path).unwrap(), model);
    }

    #[test]
    fn files_of_earlier_programs_are_loaded() {
        let pixels = include_bytes!("../data/earlier-pixels.safetensors");
        assert_eq!(Model::from_bytes(pixels, Path::new("FILE")).unwrap(), model());
        let columns = include_bytes!("../data/earlier-columns.safetensors");
        let expected = Model { features: Features::Columns, ..model() };
        assert_eq!(Model::from_bytes(columns, Path::new("FILE")).unwrap(), expected);

        for (old, new, problem) in [
            ("{\"classes", "{\"klasses", "its metadata lack \"classes\""),
            ("\"seed\":\"1", "\"seed\":\"x", "its seed cannot be read: expected value"),
            ("pixels", "voxels", "its features are neither pixels nor columns but \"voxels\""),
            (r#"[\"null"#, r#"{\"null"#, "its classes cannot be read"),
            ("\"white\":\"16\"", "\"white\":\" 0\"", "the value of a pixel that is fully inked is 0"),
        ] {
            let error = error_of(&replaced(pixels, old, new));
            assert!(error.contains(problem), "{error}\n{problem}");
        }
    }

    #[test]
    fn a_loaded_network_answers_as_the_saved_one() {
        let data = datasets::digits(1);
        let hyperparameters = Hyperparameters { hidden: 5, ..Hyperparameters::digits() };
        let mut network = Network::new(&data.train, &hyperparameters, &mut ChaCha8Rng::seed_from_u64(1));
        let model =
            Model { weights: network.weights(), features: data.test.features, classes: data.classes, ..model() };
        let (_folder, path) = saved(&model);
        let mut loaded = Network::from_weights(Model::load(&path).unwrap().weights);
        assert_eq!(loaded.predict(&data.test.inputs), network.predict(&data.test.inputs));
    }

    #[test]
    fn tensors_of_single_precision_without_metadata_are_a_network() {
        let Weights { scaling, input_weights, output_weights } = model().weights;
        let single = |numbers: Vec<f64>| -> Vec<u8> {
            numbers.into_iter().flat_map(|number| (number as f32).to_le_bytes()).collect()
        };
        let tensors = [
            ("input_offset", vec![2], single(scaling.offset.to_vec())),
            ("input_factor", vec![2], single(scaling.factor.to_vec())),
            ("input_weights", vec![3, 3], single(input_weights.iter().copied().collect())),
            ("output_weights", vec![3, 2], single(output_weights.iter().copied().collect())),
        ];
        let views = tensors
            .iter()
            .map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
        let bytes = safetensors::serialize(views, None).unwrap();
        let found = Model::from_bytes(&bytes, Path::new("FILE")).unwrap();
        assert_eq!((found.features, found.classes), (Features::Columns, vec!["0".to_owned(), "1".to_owned()]));
        assert_eq!(found.weights.output_weights, output_weights.mapv(|weight| f64::from(weight as f32)));
    }

    #[test]
    fn the_same_model_makes_the_same_bytes() {
        let bytes = model().to_bytes().unwrap();
        assert!((0..20).all(|_| model().to_bytes().unwrap() == bytes));
        // However its matrices lie in memory.
        let mut transposed = model();
        let input_weights = &mut transposed.weights.input_weights;
        *input_weights = input_weights.t().as_standard_layout().into_owned().reversed_axes();
        assert!(!transposed.weights.input_weights.is_standard_layout());
        assert_eq!(transposed.to_bytes().unwrap(), bytes);
    }

    #[test]
    fn the_crate_reads_the_tensors_where_they_should_be() {
        let bytes = model().to_bytes().unwrap();
        let (header, _) = SafeTensors::read_metadata(&bytes).unwrap();
        assert_eq!(header % 8, 0, "aligned");
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let tensor = tensors.tensor("output_weights").unwrap();
        assert_eq!((tensor.dtype(), tensor.shape()), (Dtype::F64, [3, 2].as_slice()));
        assert_eq!(tensor.data()[8..16], 0.2_f64.to_le_bytes());
    }

    #[test]
    fn a_model_that_cannot_be_written_leaves_the_one_before() {
        let (folder, path) = saved(&model());
        let error = model().save(&folder.path().join("no/model.safetensors")).unwrap_err().to_string();
        assert!(error.starts_with("cannot write the model to ") && error.contains("there is no folder"), "{error}");
        assert!(model().save(folder.path()).is_err());
        assert_eq!(Model::load(&path).unwrap(), model());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none.safetensors");
        let error = Model::load(&path).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot read the model {}: ", path.display())), "{error}");
        assert!(matches!(Model::load(folder.path()), Err(ModelError::Read { .. })));
    }

    #[test]
    fn what_is_no_safetensors_file_is_an_error() {
        let whole = model().to_bytes().unwrap();
        let too_large = [u64::MAX.to_le_bytes().as_slice(), b"{}"].concat();
        for bytes in [b"".as_slice(), b"GIF89a", b"PK\x03\x04 is a zip file", &whole[..whole.len() - 1], &too_large] {
            let error = error_of(bytes);
            assert!(error.starts_with("FILE is not a whole safetensors file ("), "{error}");
            assert!(error.ends_with("); save the model again"), "{error}");
        }
    }

    #[test]
    fn what_holds_no_model_is_an_error() {
        for (error, problem) in [
            (error_with("input_offset", "output_shift"), "it has no tensor \"input_offset\""),
            (error_with("{\"model\":", "{\"modem\":"), "its metadata lack \"step\""),
            (error_with("classes", "klasses"), "its model cannot be read: missing field `classes`"),
            (error_with(r#"seed\":1"#, r#"seed\":-"#), "its model cannot be read: invalid value: integer `-8446744"),
            (error_with("pixels", "voxels"), "its model cannot be read: unknown variant `voxels`, expected `pixels`"),
            (
                error_with(r#"[\"null"#, r#"{\"null"#),
                "its model cannot be read: invalid type: map, expected a sequence",
            ),
            (error_with(r#"max\":16"#, r#"max\": 0"#), "the value of a pixel that is fully inked is 0"),
            (
                error_with("\"shape\":[3,2]", "\"shape\":[2,3]"),
                "the shape of input_weights is [3, 3], and [3, 2] would fit",
            ),
            (error_with("\"shape\":[3,2]", "\"shape\":[006]"), "is not a whole safetensors file"),
            (error_with("\"shape\":[3,2]", "\"shape\":[6 ] "), "the shape of output_weights is [6], which has other"),
            (
                error_with("F64\",\"shape\":[3,3]", "I64\",\"shape\":[3,3]"),
                "the numbers of input_weights are I64 and neither F64 nor F32",
            ),
        ] {
            assert!(error.contains(problem), "{error}\n{problem}");
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_an_error() {
        let nothing = "a network has an input, a hidden unit and a class, and it lacks one";
        for (error, problem) in [
            (
                error_after(|model| model.weights.input_weights[(0, 0)] = f64::NAN),
                "input_weights has numbers that are not",
            ),
            (
                error_after(|model| model.weights.scaling.factor[1] = f64::INFINITY),
                "input_factor has numbers that are not",
            ),
            (error_after(|model| model.weights.scaling.factor = Array1::zeros(3)), "the shape of input_factor is [3]"),
            (error_after(|model| model.classes.truncate(1)), "the shape of output_weights is [3, 2], and [3, 1] would"),
            (error_after(|model| model.classes.clear()), nothing),
            (
                error_after(|model| {
                    model.weights.input_weights = Array2::zeros((3, 0));
                    model.weights.output_weights = Array2::zeros((0, 2));
                }),
                nothing,
            ),
            (
                error_after(|model| model.features = Features::Pixels { height: 2, width: 2, max: 1 }),
                "an image of 2 x 2 pixels does not have 2",
            ),
            (
                error_after(|model| model.features = Features::Pixels { height: usize::MAX, width: 3, max: 1 }),
                "pixels does not have 2",
            ),
        ] {
            assert!(error.starts_with("FILE holds no model of this program: "), "{error}");
            assert!(error.contains(problem), "{error}\n{problem}");
        }
    }

    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| model().to_bytes().unwrap());

    /// The parts of a model are sound, or it is an error: nothing in between.
    fn is_sound_or_an_error(bytes: &[u8]) -> Result<(), TestCaseError> {
        if let Ok(model) = Model::from_bytes(bytes, Path::new("FILE")) {
            let inputs = Array2::<f64>::zeros((1, model.weights.scaling.offset.len())).into();
            let classes = model.classes.len();
            prop_assert_eq!(Network::from_weights(model.weights).predict(&inputs).dim(), (1, classes));
        }
        Ok(())
    }

    #[test]
    fn a_file_cut_short_is_an_error() {
        for length in 0..BYTES.len() {
            let model = Model::from_bytes(&BYTES[..length], Path::new("FILE"));
            assert!(matches!(model, Err(ModelError::Format { .. })), "{length} bytes");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn a_file_with_another_byte_is_sound_or_an_error(place in 0..BYTES.len(), byte: u8) {
            let mut bytes = BYTES.clone();
            bytes[place] = byte;
            is_sound_or_an_error(&bytes)?;
        }

        #[test]
        fn any_file_is_sound_or_an_error(header in ".{0,40}", bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            is_sound_or_an_error(&[&(header.len() as u64).to_le_bytes(), header.as_bytes(), &bytes].concat())?;
        }
    }
}
