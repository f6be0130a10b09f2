"""The network of the comparison, in PyTorch. See ../README.md."""

import os
import time

import torch
from contract import BATCH, BATCHES, DECAY, HIDDEN, INPUTS, ITERATIONS, MOMENTUM, OUTPUTS, RATE, SEED
from contract import mnist, rate, tell_end, tell_iteration

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
torch.manual_seed(SEED)
(inputs, labels), (test_inputs, test_labels) = mnist()
inputs, labels, test_inputs = map(torch.from_numpy, (inputs, labels, test_inputs))
network = torch.nn.Sequential(torch.nn.Linear(INPUTS, HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, OUTPUTS))
optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY, fused=True)
error = torch.nn.CrossEntropyLoss()

for iteration in range(ITERATIONS):
    start = time.perf_counter()
    order = torch.randperm(len(inputs))
    for batch in range(BATCHES):
        chosen = order[batch * BATCH : (batch + 1) * BATCH]
        optimizer.param_groups[0]["lr"] = rate(iteration * BATCHES + batch)
        optimizer.zero_grad()
        error(network(inputs[chosen]), labels[chosen]).backward()
        optimizer.step()
    seconds = time.perf_counter() - start
    with torch.inference_mode():
        tell_iteration(iteration + 1, seconds, network(test_inputs).argmax(1), test_labels)
tell_end("PyTorch", torch.__version__, "eager, tanh, fused SGD with momentum and weight decay")
