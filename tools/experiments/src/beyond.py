"""What lies beyond the steps, in PyTorch: one training of a variant on MNIST.

    beyond.py SEED VARIANT RATE PART

PART is `validation`, the last 10,000 images of the training set, of which nothing is learnt then, or `test`. Prints the
accuracy there. PYTHONPATH has to name `bench/python`, which reads MNIST.
"""

import sys

import torch
from contract import mnist
from torch.nn import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential, Tanh, Unflatten

ITERATIONS, BATCH, MOMENTUM, RATE_DECAY = 10, 128, 0.9, 0.1
seed, variant, rate, part = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4]


def network():
    if variant == "relu":
        return Sequential(Linear(784, 300), ReLU(), Linear(300, 10))
    if variant == "deeper":
        return Sequential(Linear(784, 300), Tanh(), Linear(300, 300), Tanh(), Linear(300, 10))
    if variant == "convolutions":
        first = Unflatten(1, (1, 28, 28)), Conv2d(1, 8, 5), Tanh(), MaxPool2d(2)  # 8 maps of 12x12
        second = Conv2d(8, 16, 5), Tanh(), MaxPool2d(2), Flatten()  # 16 of 4x4
        return Sequential(*first, *second, Linear(256, 10))
    return Sequential(Linear(784, 300), Tanh(), Linear(300, 10))


torch.set_num_threads(1)
torch.manual_seed(seed)
(inputs, labels), (test_inputs, test_labels) = mnist()
inputs, labels, test_inputs, test_labels = map(torch.from_numpy, (inputs, labels, test_inputs, test_labels))
if part == "validation":
    test_inputs, test_labels = inputs[50_000:], labels[50_000:]
    inputs, labels = inputs[:50_000], labels[:50_000]
network = network()
if variant == "adam":
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
else:
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=MOMENTUM)
schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=1 / (1 + RATE_DECAY))
error = torch.nn.CrossEntropyLoss()

for _ in range(ITERATIONS):
    for batch in torch.randperm(len(inputs)).split(BATCH):
        optimizer.zero_grad()
        error(network(inputs[batch]), labels[batch]).backward()
        optimizer.step()
    schedule.step()
with torch.inference_mode():
    answers = torch.cat([network(batch).argmax(1) for batch in test_inputs.split(1000)])
print((answers == test_labels).double().mean().item())
