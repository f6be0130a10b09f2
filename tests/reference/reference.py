"""What the tutorial's two networks learn, and the one whose momentum is mended, computed apart from the project's own code, with numpy alone.

Each network learns from the first 1,000 of the digits, in the order in which they lie in the file. Its weights after
1, 100 and 1,000 examples go to trajectories.json, beside this file, for the steps to be held against. To record anew:

    python3 -m pip install numpy
    python3 tests/reference/reference.py

A trajectory is of use only where rounding errors stay small: with a large momentum these networks are chaotic. So every
run is repeated with weights that are a little different, and recorded only if the difference has not grown much.
"""

import functools
import gzip
import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
DIGITS = HERE / "../../crates/datasets/data/digits.csv.gz"
WHITE = 16
HIDDEN = 8
RECORDED = (1, 100, 1000)
# Rounding errors of 1e-16, in each of 1,000 examples, grown by this much, are still below the 1e-9 that is tested.
MOST_GROWTH = 1000

# The activations of the layers, the scaling of the inputs, the update rule, the steps that have them, and their
# hyperparameters. The first post has no momentum: it adds the whole previous change.
RUNS = [
    ("sigmoid", "zero_to_one", "printed", ["naive-loops", "vectorized"], {"learning_rate": 0.0002}),
    ("softmax", "zero_to_one", "printed", ["tanh-softmax"], {"learning_rate": 0.01, "momentum": 0.05}),
    ("softmax", "mean_zero", "printed", ["init-shuffle"], {"learning_rate": 0.01, "momentum": 0.02}),
    (
        "softmax",
        "mean_zero",
        "printed",
        ["regularized"],
        {"learning_rate": 0.01, "momentum": 0.02, "l2_in": 0.001, "l2_out": 0.01},
    ),
    (
        "softmax",
        "mean_zero",
        "classical",
        ["momentum"],
        {"learning_rate": 0.01, "momentum": 0.5, "l2_in": 0.001, "l2_out": 0.01},
    ),
]


def zero_to_one(pixels):
    return pixels / WHITE


def mean_zero(pixels):
    """All pixels lose one mean, and are divided by one standard deviation."""
    return (pixels - np.mean(pixels)) / np.std(pixels)


def printed(w, remembered, change, learning_rate, momentum, l2):
    """The tutorial's update: the new weights, and what the next update is to remember."""
    return w - learning_rate * (change + l2 * w) - momentum * remembered, change


def classical(w, velocity, change, learning_rate, momentum, l2):
    """The same for classical momentum."""
    velocity = momentum * velocity - learning_rate * (change + l2 * w)
    return w + velocity, velocity


def learn(activations, update, inputs, targets, wi, wo, learning_rate, momentum=1.0, l2_in=0.0, l2_out=0.0):
    """Learn from one example after the other, and give the weights after each of the numbers in RECORDED."""
    ci, co = np.zeros_like(wi), np.zeros_like(wo)
    recorded = {}
    for count, (x, t) in enumerate(zip(inputs, targets), start=1):
        ai = np.append(x, 1.0)
        if activations == "sigmoid":
            ah = 1 / (1 + np.exp(-(wi.T @ ai)))
            ao = 1 / (1 + np.exp(-(wo.T @ ah)))
            output_deltas = ao * (1 - ao) * (ao - t)
            hidden_deltas = ah * (1 - ah) * (wo @ output_deltas)
        else:
            ah = np.tanh(wi.T @ ai)
            e = np.exp(wo.T @ ah)
            ao = e / np.sum(e)
            output_deltas = ao - t
            hidden_deltas = (1 - ah**2) * (wo @ output_deltas)
        wo, co = update(wo, co, np.outer(ah, output_deltas), learning_rate, momentum, l2_out)
        wi, ci = update(wi, ci, np.outer(ai, hidden_deltas), learning_rate, momentum, l2_in)
        if count in RECORDED:
            recorded[count] = wi, wo
    return recorded


def growth(run, wi, wo, rng, by=1e-12):
    """How many times a small difference in the initial weights is larger in the last ones."""
    apart = run(wi + by * rng.standard_normal(wi.shape), wo + by * rng.standard_normal(wo.shape))
    last = run(wi, wo)[RECORDED[-1]]
    return max(np.max(np.abs(a - b)) for a, b in zip(last, apart[RECORDED[-1]])) / by


def as_lists(weights):
    return {"input": weights[0].tolist(), "output": weights[1].tolist()}


def main():
    digits = np.loadtxt(gzip.open(DIGITS), delimiter=",")[: RECORDED[-1]]
    pixels, targets = digits[:, :-1], np.eye(10)[digits[:, -1].astype(int)]
    rng = np.random.default_rng(1)
    wi = rng.normal(0, 0.3, (pixels.shape[1] + 1, HIDDEN))
    wo = rng.normal(0, 0.3, (HIDDEN, 10))

    runs = []
    for activations, scaling, update, steps, hyperparameters in RUNS:
        inputs = globals()[scaling](pixels)
        run = functools.partial(learn, activations, globals()[update], inputs, targets, **hyperparameters)
        grown = growth(run, wi, wo, rng)
        print(f"{', '.join(steps)}: a small difference grows {grown:.0f} times")
        if grown > MOST_GROWTH:
            raise SystemExit(f"{', '.join(steps)}: too chaotic with {hyperparameters}: nothing recorded")
        after = {count: as_lists(weights) for count, weights in run(wi, wo).items()}
        runs.append({"steps": steps, "hyperparameters": hyperparameters, "after": after})

    record = {"initial": as_lists((wi, wo)), "runs": runs}
    # Python writes a float with as many digits as it takes to read it back to the last bit.
    (HERE / "trajectories.json").write_text(json.dumps(record, indent=0) + "\n")


if __name__ == "__main__":
    main()
