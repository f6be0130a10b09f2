//! Model files: what a network has learnt, and what is needed to use it, as [safetensors].
//!
//! Four tensors of double precision say what the network computes. A raw input is scaled to
//! `(input - input_offset) * input_factor`, followed by a 1 for the bias, and multiplied with `input_weights`; the
//! hidden activations are multiplied with `output_weights`. The rest is metadata, all of it text.
//!
//! [safetensors]: https://github.com/huggingface/safetensors

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

use datasets::{Features, Scaling};
use evaluation::Weights;
use ndarray::{Array, Dimension};
use safetensors::{
    Dtype, SafeTensorError, SafeTensors,
    tensor::{Metadata, TensorInfo},
};
use serde::Serialize;

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

/// What a file starts with, after its length. The crate's own `serialize` writes the metadata in the order of a hash
/// map, which is another one each time; here the same model makes the same bytes.
#[derive(Serialize)]
struct Header {
    #[serde(rename = "__metadata__")]
    metadata: BTreeMap<&'static str, String>,
    #[serde(flatten)]
    tensors: BTreeMap<&'static str, TensorInfo>,
}

impl Model {
    /// Write the model to the file at `path`, whole or not at all. The same model makes the same bytes.
    ///
    /// # Errors
    ///
    /// If the file cannot be written. What was there before is still there then.
    pub fn save(&self, path: &Path) -> Result<(), ModelError> {
        let bytes = self.to_bytes().map_err(io::Error::from);
        bytes
            .and_then(|bytes| atomic::write(path, &bytes))
            .map_err(|source| ModelError::Write { path: path.to_owned(), source })
    }

    /// Read a model from the file at `path`.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or does not hold all of a network whose parts fit each other and are finite.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        let bytes = fs::read(path).map_err(|source| ModelError::Read { path: path.to_owned(), source })?;
        let format = |source| ModelError::Format { path: path.to_owned(), source };
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(format)?;
        let tensors = SafeTensors::deserialize(&bytes).map_err(format)?;
        Self::from_parts(&header, &tensors).map_err(|problem| ModelError::Content { path: path.to_owned(), problem })
    }

    fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let Weights { scaling, input_weights, output_weights } = &self.weights;
        let mut tensors = BTreeMap::new();
        let mut data = Vec::new();
        let mut push = |name, shape: &[usize], numbers: &mut dyn Iterator<Item = &f64>| {
            let start = data.len();
            data.extend(numbers.flat_map(|number| number.to_le_bytes()));
            let info = TensorInfo { dtype: Dtype::F64, shape: shape.to_vec(), data_offsets: (start, data.len()) };
            tensors.insert(name, info);
        };
        push("input_factor", scaling.factor.shape(), &mut scaling.factor.iter());
        push("input_offset", scaling.offset.shape(), &mut scaling.offset.iter());
        push("input_weights", input_weights.shape(), &mut input_weights.iter());
        push("output_weights", output_weights.shape(), &mut output_weights.iter());

        let mut header = serde_json::to_vec(&Header { metadata: self.metadata()?, tensors })?;
        // The numbers start at a multiple of their size.
        header.resize(header.len().next_multiple_of(size_of::<f64>()), b' ');
        Ok([(header.len() as u64).to_le_bytes().as_slice(), &header, &data].concat())
    }

    fn metadata(&self) -> Result<BTreeMap<&'static str, String>, serde_json::Error> {
        let mut metadata = BTreeMap::from([
            ("step", self.step.clone()),
            ("classes", serde_json::to_string(&self.classes)?),
            ("hyperparameters", serde_json::to_string(&self.hyperparameters)?),
            ("dataset", self.dataset.clone()),
            ("seed", self.seed.to_string()),
        ]);
        match self.features {
            Features::Columns => metadata.insert("features", "columns".to_owned()),
            Features::Pixels { height, width, white } => {
                metadata.insert("height", height.to_string());
                metadata.insert("width", width.to_string());
                metadata.insert("white", white.to_string());
                metadata.insert("features", "pixels".to_owned())
            }
        };
        Ok(metadata)
    }

    /// The model in a file that is in the right format, or what is wrong with it.
    fn from_parts(header: &Metadata, tensors: &SafeTensors) -> Result<Self, String> {
        let metadata = header.metadata().as_ref().ok_or("it has no metadata")?;
        let model = Self {
            step: text(metadata, "step")?.to_owned(),
            weights: Weights {
                scaling: Scaling { offset: tensor(tensors, "input_offset")?, factor: tensor(tensors, "input_factor")? },
                input_weights: tensor(tensors, "input_weights")?,
                output_weights: tensor(tensors, "output_weights")?,
            },
            features: match text(metadata, "features")? {
                "columns" => Features::Columns,
                "pixels" => Features::Pixels {
                    height: number(metadata, "height")?,
                    width: number(metadata, "width")?,
                    white: number(metadata, "white")?,
                },
                other => return Err(format!("its features are neither pixels nor columns but {other:?}")),
            },
            classes: json(metadata, "classes")?,
            hyperparameters: json(metadata, "hyperparameters")?,
            dataset: text(metadata, "dataset")?.to_owned(),
            seed: number(metadata, "seed")?,
        };
        model.check()?;
        Ok(model)
    }

    /// Whether the parts fit each other.
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
        if let Features::Pixels { height, width, white } = self.features {
            if height.checked_mul(width) != Some(inputs) {
                return Err(format!("an image of {height} x {width} pixels does not have {inputs}"));
            }
            if !(white.is_finite() && white > 0.0) {
                return Err(format!("the value of a white pixel is {white}"));
            }
        }
        Ok(())
    }
}

/// The text that the metadata has under `key`.
fn text<'a>(metadata: &'a HashMap<String, String>, key: &str) -> Result<&'a str, String> {
    metadata.get(key).map(String::as_str).ok_or_else(|| format!("its metadata lack {key:?}"))
}

/// The number that the metadata have under `key`.
fn number<T: FromStr>(metadata: &HashMap<String, String>, key: &str) -> Result<T, String> {
    let text = text(metadata, key)?;
    text.parse().map_err(|_| format!("its {key} is {text:?}, which is no such number"))
}

/// What the metadata have under `key`, as JSON.
fn json<T: for<'a> serde::Deserialize<'a>>(metadata: &HashMap<String, String>, key: &str) -> Result<T, String> {
    serde_json::from_str(text(metadata, key)?).map_err(|error| format!("its {key} cannot be read: {error}"))
}

/// The tensor called `name`, of as many dimensions as it has to have here.
fn tensor<D: Dimension>(tensors: &SafeTensors, name: &str) -> Result<Array<f64, D>, String> {
    let tensor = tensors.tensor(name).map_err(|_| format!("it has no tensor {name:?}"))?;
    if tensor.dtype() != Dtype::F64 {
        return Err(format!("the numbers of {name} are {} and not F64", tensor.dtype()));
    }
    let (bytes, _) = tensor.data().as_chunks();
    let numbers: Vec<f64> = bytes.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect();
    if !numbers.iter().all(|number| number.is_finite()) {
        return Err(format!("{name} has numbers that are not finite"));
    }
    let array = Array::from_shape_vec(tensor.shape(), numbers).and_then(|array| array.into_dimensionality());
    array.map_err(|_| format!("the shape of {name} is {:?}, which has other dimensions", tensor.shape()))
}
