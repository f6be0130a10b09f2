"""What the peers in Python share: the data, the rate, and the lines that they print. See ../README.md."""

import gzip
import json
import os
import sys
from pathlib import Path

import numpy as np

INPUTS, HIDDEN, OUTPUTS = 784, 300, 10
EXAMPLES = 60_000
BATCH = 128
ITERATIONS = 3
RATE, MOMENTUM, DECAY = 0.1, 0.9, 4e-4
SEED = int(sys.argv[1])
BATCHES = -(-EXAMPLES // BATCH)


def mnist():
    """Inputs of shape (examples, 784), of mean 0 and deviation 1, and labels: those to learn from, and the test set."""
    train, test = images("train-images-idx3-ubyte"), images("t10k-images-idx3-ubyte")
    mean, deviation = train.mean(dtype=np.float64), train.std(dtype=np.float64)
    scaled = [((part - np.float32(mean)) * np.float32(1 / deviation)) for part in (train, test)]
    return (scaled[0], labels("train-labels-idx1-ubyte")), (scaled[1], labels("t10k-labels-idx1-ubyte"))


def images(name):
    return np.frombuffer(read(name), np.uint8, offset=16).reshape(-1, INPUTS).astype(np.float32)


def labels(name):
    return np.frombuffer(read(name), np.uint8, offset=8).astype(np.int64)


def read(name):
    path = Path(os.environ["MNIST_DIR"]) / name
    return path.read_bytes() if path.exists() else gzip.decompress(path.with_name(f"{name}.gz").read_bytes())


def rate(done):
    """The learning rate of a batch after so many others: it is halved after each iteration."""
    return RATE / 2 ** (done // BATCHES)


def tell_iteration(iteration, seconds, answers, wanted):
    accuracy = float((np.asarray(answers) == wanted).mean())
    print(json.dumps({"iteration": iteration, "seconds": seconds, "test_accuracy": accuracy}), flush=True)


def tell_end(name, version, settings):
    print(json.dumps({"name": name, "version": version, "settings": settings}), flush=True)
