use std::collections::HashMap;

use datasets::Scaling;
use evaluation::{Classifier, Weights};
use half::f16;
use ndarray::{Array1, Array2, ArrayBase, Data, Dimension};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use crate::error::Error;

/// A network that has learned MNIST, as the book ships it: its weights in half precision, to be loaded sooner.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    step: String,
    weights: Weights,
    /// The number of MNIST's test images that it recognises, as it is in the file.
    right: usize,
}

impl Network {
    /// Returns a network of `step` with the `weights`, rounded to half precision.
    pub fn new(step: &str, mut weights: Weights) -> Self {
        for matrix in [&mut weights.input_weights, &mut weights.output_weights] {
            matrix.mapv_inplace(|weight| f16::from_f64(weight).into());
        }
        Self { step: step.to_owned(), weights, right: 0 }
    }

    /// Returns the network with the number of MNIST's test images that it recognises.
    #[must_use]
    pub fn with_result(self, right: usize) -> Self {
        Self { right, ..self }
    }

    /// The name of its step.
    pub fn step(&self) -> &str {
        &self.step
    }

    /// The number of MNIST's test images that it recognises.
    pub fn right(&self) -> usize {
        self.right
    }

    /// Returns it as something that predicts.
    pub fn classifier<N: Classifier>(&self) -> N {
        N::from_weights(self.weights.clone())
    }

    /// Returns the contents of its file, safetensors.
    ///
    /// # Errors
    ///
    /// None: its tensors have the size of their shapes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        fn halves<D: Dimension>(matrix: &ArrayBase<impl Data<Elem = f64>, D>) -> Vec<u8> {
            matrix.iter().flat_map(|weight| f16::from_f64(*weight).to_le_bytes()).collect()
        }
        let Weights { scaling, input_weights, output_weights } = &self.weights;
        // All pixels are scaled alike.
        let scaling = [scaling.offset[0], scaling.factor[0]].map(f64::to_le_bytes).concat();
        let (input, output) = (halves(input_weights), halves(output_weights));
        let views = [
            ("input_weights", TensorView::new(Dtype::F16, input_weights.shape().to_vec(), &input)?),
            ("output_weights", TensorView::new(Dtype::F16, output_weights.shape().to_vec(), &output)?),
            ("scaling", TensorView::new(Dtype::F64, vec![2], &scaling)?),
        ];
        let facts = [("step", self.step.clone()), ("right", self.right.to_string())];
        let facts = HashMap::from(facts.map(|(name, value)| (name.to_owned(), value)));
        Ok(safetensors::serialize(views, Some(facts))?)
    }

    /// Reads the contents of a file.
    ///
    /// # Errors
    ///
    /// If they are not those of such a file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let tensors = SafeTensors::deserialize(bytes)?;
        let (_, metadata) = SafeTensors::read_metadata(bytes)?;
        let facts = metadata.metadata().clone().unwrap_or_default();
        let matrix = |name: &'static str| {
            let view = tensors.tensor(name)?;
            let numbers = view.data().as_chunks::<2>().0.iter().map(|half| f16::from_le_bytes(*half).into()).collect();
            let &[rows, columns] = view.shape() else { return Err(Error::Network(name)) };
            Array2::from_shape_vec((rows, columns), numbers).map_err(|_| Error::Network(name))
        };
        let (input_weights, output_weights) = (matrix("input_weights")?, matrix("output_weights")?);
        let scaling = tensors.tensor("scaling")?;
        let &[offset, factor] = scaling.data().as_chunks::<8>().0 else { return Err(Error::Network("scaling")) };
        let all = |number| Array1::from_elem(input_weights.nrows() - 1, f64::from_le_bytes(number));
        let scaling = Scaling { offset: all(offset), factor: all(factor) };
        Ok(Self {
            step: facts.get("step").cloned().ok_or(Error::Network("step"))?,
            right: facts.get("right").and_then(|right| right.parse().ok()).ok_or(Error::Network("right"))?,
            weights: Weights { scaling, input_weights, output_weights },
        })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_network_survives_its_file() {
        let scaling = Scaling { offset: array![33.3, 33.3], factor: array![0.0127, 0.0127] };
        let weights = Weights {
            scaling,
            input_weights: array![[0.1, -0.2], [0.3, 1e-9], [2.0, 65504.0]],
            output_weights: array![[1.0], [-1.0 / 3.0]],
        };
        let network = Network::new("momentum", weights).with_result(9_800);
        let read = Network::from_bytes(&network.to_bytes().expect("a file")).expect("a network");
        assert_eq!(read, network);
        assert!((read.weights.input_weights[(0, 1)] + 0.2).abs() < 1e-4);
        assert!(Network::from_bytes(b"nothing").is_err());
    }
}
