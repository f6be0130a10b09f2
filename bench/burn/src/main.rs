//! The network of the comparison, in burn. See ../README.md.

use std::time::Instant;

use burn::{
    backend::{Autodiff, Flex},
    module::{AutodiffModule, Module},
    nn::{Linear, LinearConfig, loss::CrossEntropyLossConfig},
    optim::{GradientsParams, Optimizer, SgdConfig, decay::WeightDecayConfig, momentum::MomentumConfig},
    tensor::{Int, Tensor, TensorData, backend::Backend},
};

use crate::contract::*;

#[path = "../../contract.rs"]
mod contract;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Learning = Autodiff<Flex>;

fn main() -> Result<(), Error> {
    let device = Default::default();
    Flex::<f32, i32>::seed(&device, seed()?);
    let [train, test] = mnist()?;
    let inputs = Tensor::<Learning, 2>::from_data(TensorData::new(train.inputs, [train.labels.len(), INPUTS]), &device);
    let labels = integers::<Learning>(&train.labels, &device);
    let test_inputs =
        Tensor::<Flex, 2>::from_data(TensorData::new(test.inputs.clone(), [test.labels.len(), INPUTS]), &device);
    let mut network: Network<Learning> = Network {
        hidden: LinearConfig::new(INPUTS, HIDDEN).init(&device),
        output: LinearConfig::new(HIDDEN, OUTPUTS).init(&device),
    };
    let error = CrossEntropyLossConfig::new().init(&device);
    let momentum = MomentumConfig { momentum: MOMENTUM, dampening: 0.0, nesterov: false };
    let decay = WeightDecayConfig::new(DECAY as f32);
    let mut optimizer = SgdConfig::new().with_momentum(Some(momentum)).with_weight_decay(Some(decay)).init();

    let mut batches = Batches::new(seed()?);
    for iteration in 1..=ITERATIONS {
        let start = Instant::now();
        for (rate, indices) in batches.shuffled() {
            let indices = integers::<Learning>(&indices, &device);
            let outputs = network.forward(inputs.clone().select(0, indices.clone()));
            let gradients = error.forward(outputs, labels.clone().select(0, indices)).backward();
            network = optimizer.step(rate, network.clone(), GradientsParams::from_grads(gradients, &network));
        }
        let seconds = start.elapsed().as_secs_f64();
        let answers: Vec<u32> = network.valid().forward(test_inputs.clone()).argmax(1).into_data().iter().collect();
        tell_iteration(iteration, seconds, &answers, &test);
    }
    tell_end("burn", "burn", include_str!("../Cargo.lock"), "backend Flex, tanh, SGD with momentum and weight decay");
    Ok(())
}

#[derive(Module, Debug)]
struct Network<B: Backend> {
    hidden: Linear<B>,
    output: Linear<B>,
}

impl<B: Backend> Network<B> {
    fn forward(&self, inputs: Tensor<B, 2>) -> Tensor<B, 2> {
        self.output.forward(self.hidden.forward(inputs).tanh())
    }
}

fn integers<B: Backend>(numbers: &[u32], device: &B::Device) -> Tensor<B, 1, Int> {
    let numbers: Vec<i32> = numbers.iter().map(|&number| number as i32).collect();
    Tensor::from_data(TensorData::from(numbers.as_slice()), device)
}
