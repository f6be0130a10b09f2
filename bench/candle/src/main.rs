//! The network of the comparison, in candle. See ../README.md.

use std::time::Instant;

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{Linear, Module, VarBuilder, VarMap, linear, loss::cross_entropy};

use crate::contract::*;

#[path = "../../contract.rs"]
mod contract;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Error> {
    let device = Device::Cpu;
    let [train, test] = mnist()?;
    let tensors = |part: &Part| -> candle_core::Result<_> {
        let inputs = Tensor::from_slice(&part.inputs, (part.labels.len(), INPUTS), &device)?;
        Ok((inputs, Tensor::from_slice(&part.labels, part.labels.len(), &device)?))
    };
    let ((inputs, labels), (test_inputs, _)) = (tensors(&train)?, tensors(&test)?);
    let variables = VarMap::new();
    let builder = VarBuilder::from_varmap(&variables, DType::F32, &device);
    let network = Network {
        hidden: linear(INPUTS, HIDDEN, builder.pp("hidden"))?,
        output: linear(HIDDEN, OUTPUTS, builder.pp("output"))?,
    };
    let mut layers = Vec::new();
    for weights in variables.all_vars() {
        layers.push(Layer { velocity: weights.zeros_like()?, weights });
    }

    let mut batches = Batches::new(seed()?); // the random weights of candle on a CPU cannot be seeded
    for iteration in 1..=ITERATIONS {
        let start = Instant::now();
        for (rate, indices) in batches.shuffled() {
            let indices = Tensor::new(indices, &device)?;
            let outputs = network.forward(&inputs.index_select(&indices, 0)?)?;
            let gradients = cross_entropy(&outputs, &labels.index_select(&indices, 0)?)?.backward()?;
            for Layer { weights, velocity } in &mut layers {
                let gradient = gradients.get(weights).ok_or("a layer has no gradient")?;
                let gradient = (gradient + weights.affine(DECAY, 0.0)?)?;
                *velocity = (velocity.affine(MOMENTUM, 0.0)? + gradient)?.detach();
                weights.set(&(weights.as_tensor() - velocity.affine(rate, 0.0)?)?)?;
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        let answers = network.forward(&test_inputs)?.argmax(1)?.to_vec1()?;
        tell_iteration(iteration, seconds, &answers, &test);
    }
    let settings = "CPU, tanh, SGD with momentum and weight decay added (its own has neither)";
    tell_end("candle", "candle-core", include_str!("../Cargo.lock"), settings);
    Ok(())
}

struct Network {
    hidden: Linear,
    output: Linear,
}

impl Module for Network {
    fn forward(&self, inputs: &Tensor) -> candle_core::Result<Tensor> {
        self.output.forward(&self.hidden.forward(inputs)?.tanh()?)
    }
}

/// Weights and how far they move.
struct Layer {
    weights: Var,
    velocity: Tensor,
}
