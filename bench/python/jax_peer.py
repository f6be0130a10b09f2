"""The network of the comparison, in JAX. See ../README.md.

The update is compiled as a whole, the gathering of the batch included; the loop over the batches is Python's, as in
JAX's own example of MNIST. JAX has no switch for the number of threads: it starts one for each core that the process
may run on, so that the process is confined to as many cores before JAX is imported.
"""

import os
import sys
import time

if not hasattr(os, "sched_setaffinity"):
    sys.exit("this system cannot confine JAX to so many cores")
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(os.environ["OMP_NUM_THREADS"])])

import jax
import jax.numpy as jnp
import numpy as np
from contract import BATCH, BATCHES, DECAY, HIDDEN, INPUTS, ITERATIONS, MOMENTUM, OUTPUTS, SEED
from contract import mnist, rate, tell_end, tell_iteration


def layer(rng, inputs, outputs):
    """Weights and biases, drawn as PyTorch draws them."""
    most = inputs**-0.5
    return [jnp.asarray(rng.uniform(-most, most, shape), jnp.float32) for shape in ((inputs, outputs), (outputs,))]


def outputs(network, inputs):
    (hidden_weights, hidden_biases), (output_weights, output_biases) = network
    return jnp.tanh(inputs @ hidden_weights + hidden_biases) @ output_weights + output_biases


def error(network, inputs, labels):
    logarithms = jax.nn.log_softmax(outputs(network, inputs))
    return -jnp.take_along_axis(logarithms, labels[:, None], axis=1).mean()


def update(network, velocity, inputs, labels, chosen, learning_rate):
    gradients = jax.grad(error)(network, inputs[chosen], labels[chosen])
    velocity = jax.tree.map(lambda v, g, w: MOMENTUM * v + g + DECAY * w, velocity, gradients, network)
    return jax.tree.map(lambda w, v: w - learning_rate * v, network, velocity), velocity


update = jax.jit(update, donate_argnames=("network", "velocity"))
answers = jax.jit(lambda network, inputs: outputs(network, inputs).argmax(1))

rng = np.random.default_rng(SEED)
(inputs, labels), (test_inputs, test_labels) = mnist()
inputs, labels, test_inputs = jax.device_put((inputs, labels.astype(np.int32), test_inputs))
network = [layer(rng, INPUTS, HIDDEN), layer(rng, HIDDEN, OUTPUTS)]
velocity = jax.tree.map(jnp.zeros_like, network)
# Compile for both sizes of a batch: an update at the rate 0 that leaves no velocity behind moves nothing.
for size in (BATCH, len(inputs) % BATCH):
    network, _ = update(network, jax.tree.map(jnp.zeros_like, network), inputs, labels, np.arange(size), 0.0)

for iteration in range(ITERATIONS):
    start = time.perf_counter()
    order = rng.permutation(len(inputs))
    for batch in range(BATCHES):
        chosen = order[batch * BATCH : (batch + 1) * BATCH]
        network, velocity = update(network, velocity, inputs, labels, chosen, rate(iteration * BATCHES + batch))
    jax.block_until_ready((network, velocity))
    seconds = time.perf_counter() - start
    tell_iteration(iteration + 1, seconds, answers(network, test_inputs), test_labels)
tell_end("JAX", jax.__version__, "CPU, tanh, jit around the whole update, donated buffers")
