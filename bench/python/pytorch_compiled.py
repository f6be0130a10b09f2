"""The network of the comparison, in PyTorch, the whole step compiled by `torch.compile`. See ../README.md.

The learning rate is a tensor, since another number in its place would compile everything anew.
"""

import os
import time

import torch
from contract import BATCH, BATCHES, DECAY, HIDDEN, INPUTS, ITERATIONS, MOMENTUM, OUTPUTS, SEED
from contract import mnist, rate, tell_end, tell_iteration

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
torch.manual_seed(SEED)
(inputs, labels), (test_inputs, test_labels) = mnist()
inputs, labels, test_inputs = map(torch.from_numpy, (inputs, labels, test_inputs))
network = torch.nn.Sequential(torch.nn.Linear(INPUTS, HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, OUTPUTS))
learning_rate = torch.tensor(0.0)
optimizer = torch.optim.SGD(network.parameters(), lr=learning_rate, momentum=MOMENTUM, weight_decay=DECAY)
error = torch.nn.CrossEntropyLoss()


@torch.compile(dynamic=False)
def learn(chosen):
    optimizer.zero_grad()
    error(network(inputs[chosen]), labels[chosen]).backward()
    optimizer.step()


# Compile for both sizes of a batch. At the rate 0 no weight moves, and the velocity is forgotten afterwards; only in
# the second call is there one, so that it takes two to see all code.
for size in (BATCH, len(inputs) % BATCH):
    for _ in range(2):
        learn(torch.arange(size))
for state in optimizer.state.values():
    state["momentum_buffer"].zero_()

for iteration in range(ITERATIONS):
    start = time.perf_counter()
    order = torch.randperm(len(inputs))
    for batch in range(BATCHES):
        learning_rate.fill_(rate(iteration * BATCHES + batch))
        learn(order[batch * BATCH : (batch + 1) * BATCH])
    seconds = time.perf_counter() - start
    with torch.inference_mode():
        tell_iteration(iteration + 1, seconds, network(test_inputs).argmax(1), test_labels)
settings = "torch.compile around the whole step, tanh, SGD with momentum and weight decay"
tell_end("PyTorch, compiled", torch.__version__, settings)
