"""The network of `minibatch` in PyTorch, with the same rule. See the chapter "The same in PyTorch".

    python3 tests/reference/pytorch.py

trains it on the digits. It needs numpy, torch and safetensors.
"""

import numpy
import torch
from safetensors.torch import load_file
from torch.nn import CrossEntropyLoss, Linear
from torch.optim import SGD
from torch.optim.lr_scheduler import ExponentialLR


class Network(torch.nn.Module):
    """A network with one hidden layer."""

    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.register_buffer("offset", torch.zeros(inputs))
        self.register_buffer("factor", torch.ones(inputs))
        self.hidden = Linear(inputs, hidden)
        self.output = Linear(hidden, outputs, bias=False)

    def forward(self, inputs):
        """Returns the total inputs of the output layer, of shape (batch, outputs): softmax is in the error."""
        x = (inputs - self.offset) * self.factor
        return self.output(torch.tanh(self.hidden(x)))


def train(network, inputs, labels, orders, batch, learning_rate, momentum, rate_decay, l2_in, l2_out):
    """Learns from all examples once in each of the `orders`, which are permutations of their indices."""
    layers = [
        {"params": network.hidden.parameters(), "weight_decay": l2_in},
        {"params": network.output.parameters(), "weight_decay": l2_out},
    ]
    optimizer = SGD(layers, lr=learning_rate, momentum=momentum)
    schedule = ExponentialLR(optimizer, gamma=1 / (1 + rate_decay))
    error = CrossEntropyLoss()
    for order in orders:
        for examples in order.split(batch):
            optimizer.zero_grad()
            error(network(inputs[examples]), labels[examples]).backward()
            optimizer.step()
        schedule.step()


def load(path):
    """Returns the network in a file of `--save`."""
    tensors = load_file(path)
    inputs, outputs = tensors["input_weights"], tensors["output_weights"]
    network = Network(len(inputs) - 1, *outputs.shape).to(inputs.dtype)
    network.load_state_dict({
        "offset": tensors["input_offset"],
        "factor": tensors["input_factor"],
        "hidden.weight": inputs[:-1].T,
        "hidden.bias": inputs[-1],
        "output.weight": outputs.T,
    })
    return network


def main():
    digits = torch.from_numpy(numpy.loadtxt("crates/datasets/data/digits.csv.gz", delimiter=",", dtype=numpy.float32))
    torch.set_num_threads(1)  # for matrices as small as these
    torch.manual_seed(1)
    test, learnt = digits[torch.randperm(len(digits))].split([450, len(digits) - 450])
    network = Network(64, 100, 10)
    network.offset += learnt[:, :64].mean()
    network.factor /= learnt[:, :64].std()
    orders = (torch.randperm(len(learnt)) for _ in range(60))
    train(network, learnt[:, :64], learnt[:, 64].long(), orders, 8, 0.1, 0.9, 0.1, 1e-4, 3e-3)
    answers = network(test[:, :64]).argmax(1)
    print(f"test accuracy {100 * (answers == test[:, 64]).float().mean():.2f} %")


if __name__ == "__main__":
    main()
