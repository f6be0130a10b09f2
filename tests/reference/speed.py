"""How long the tutorial's algorithm takes in Python for one iteration over MNIST: 60,000 examples, 784-100-10.

As the second post's numpy expressions, which make a new array for each result, once as they come and once with glibc
told to keep the memory that is freed; as the first post's loops over the elements of numpy arrays; and as the same
loops over plain lists. The pixels are made up, which makes no difference to the time. One core, and the time of its
processor, which other work on the machine does not lengthen; from a part of the examples.

    python3 tests/reference/speed.py
"""

import os
import random
import subprocess
import sys
import time

EXAMPLES = 60_000
INPUTS, HIDDEN, OUTPUTS = 784, 100, 10
RATE = 0.0002
LARGE = str(1 << 30)
# Without these, the memory of each array of the size of the weights is fetched from the system and given back.
KEEP = {"MALLOC_TRIM_THRESHOLD_": LARGE, "MALLOC_MMAP_THRESHOLD_": LARGE, "MALLOC_TOP_PAD_": str(1 << 28)}


def numpy_seconds(examples):
    import numpy as np

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def dsigmoid(y):
        return y * (1.0 - y)

    rng = np.random.default_rng(1)
    inputs = rng.random((1000, INPUTS))
    targets = np.eye(OUTPUTS)[rng.integers(OUTPUTS, size=1000)]
    input_weights, output_weights = rng.standard_normal((INPUTS + 1, HIDDEN)), rng.standard_normal((HIDDEN, OUTPUTS))
    input_changes, output_changes = np.zeros_like(input_weights), np.zeros_like(output_weights)
    start = time.process_time()
    for example in range(examples):
        input_activations, t = np.append(inputs[example % 1000], 1.0), targets[example % 1000]
        hidden = sigmoid(np.dot(input_weights.T, input_activations))
        output = sigmoid(np.dot(output_weights.T, hidden))
        output_deltas = dsigmoid(output) * (output - t)
        hidden_deltas = dsigmoid(hidden) * np.dot(output_weights, output_deltas)
        change = output_deltas * np.reshape(hidden, (HIDDEN, 1))
        output_weights -= RATE * change + output_changes
        output_changes = change
        change = hidden_deltas * np.reshape(input_activations, (INPUTS + 1, 1))
        input_weights -= RATE * change + input_changes
        input_changes = change
    return time.process_time() - start


def loops_seconds(examples, array=list):
    from math import exp

    def sigmoid(x):
        return 1 / (1 + exp(-x))

    def matrix(rows, columns, draw):
        return array([[draw() for _ in range(columns)] for _ in range(rows)])

    def normal():
        return rng.gauss(0, 1)

    def zero():
        return 0.0

    rng = random.Random(1)
    inputs = [[rng.random() for _ in range(INPUTS)] for _ in range(100)]
    input_weights, output_weights = matrix(INPUTS + 1, HIDDEN, normal), matrix(HIDDEN, OUTPUTS, normal)
    input_changes, output_changes = matrix(INPUTS + 1, HIDDEN, zero), matrix(HIDDEN, OUTPUTS, zero)
    hidden, output = [0.0] * HIDDEN, [0.0] * OUTPUTS
    start = time.process_time()
    for example in range(examples):
        input_activations = inputs[example % 100] + [1.0]
        t = [float(k == example % OUTPUTS) for k in range(OUTPUTS)]
        for j in range(HIDDEN):
            total = 0.0
            for i in range(INPUTS + 1):
                total += input_activations[i] * input_weights[i][j]
            hidden[j] = sigmoid(total)
        for k in range(OUTPUTS):
            total = 0.0
            for j in range(HIDDEN):
                total += hidden[j] * output_weights[j][k]
            output[k] = sigmoid(total)
        output_deltas = [output[k] * (1 - output[k]) * (output[k] - t[k]) for k in range(OUTPUTS)]
        hidden_deltas = [0.0] * HIDDEN
        for j in range(HIDDEN):
            error = 0.0
            for k in range(OUTPUTS):
                error += output_deltas[k] * output_weights[j][k]
            hidden_deltas[j] = hidden[j] * (1 - hidden[j]) * error
        for j in range(HIDDEN):
            for k in range(OUTPUTS):
                change = output_deltas[k] * hidden[j]
                output_weights[j][k] -= RATE * change + output_changes[j][k]
                output_changes[j][k] = change
        for i in range(INPUTS + 1):
            for j in range(HIDDEN):
                change = hidden_deltas[j] * input_activations[i]
                input_weights[i][j] -= RATE * change + input_changes[i][j]
                input_changes[i][j] = change
    return time.process_time() - start


def array_loops_seconds(examples):
    from numpy import array

    return loops_seconds(examples, array)


WAYS = {"numpy": numpy_seconds, "loops": loops_seconds, "array loops": array_loops_seconds}


def measure(way, examples, variables):
    """Seconds for so many examples, in a process of its own with these environment variables."""
    # Some machines have settings for OpenBLAS that suit another processor.
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("OPENBLAS_", "MALLOC_"))}
    environment |= {"OPENBLAS_NUM_THREADS": "1", **variables}
    command = [sys.executable, __file__, way, str(examples)]
    return float(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def main():
    if len(sys.argv) == 3:
        print(WAYS[sys.argv[1]](int(sys.argv[2])))
        return
    for name, way, examples, variables in [
        ("numpy as it comes", "numpy", 5_000, {}),
        ("numpy, freed memory kept", "numpy", 5_000, KEEP),
        ("loops over numpy arrays", "array loops", 100, {}),
        ("loops over lists", "loops", 200, {}),
    ]:
        seconds = measure(way, examples, variables) * EXAMPLES / examples
        print(f"{name:<25} {seconds:8.1f} s an iteration (extrapolated from {examples} examples)")


if __name__ == "__main__":
    main()
