"""The network of the comparison, in scikit-learn. See ../README.md.

Its decay is divided by the batch, and leaves the biases alone.
"""

import time

import sklearn
from contract import BATCH, BATCHES, DECAY, HIDDEN, ITERATIONS, MOMENTUM, OUTPUTS, SEED
from contract import mnist, rate, tell_end, tell_iteration
from sklearn.neural_network import MLPClassifier

(inputs, labels), (test_inputs, test_labels) = mnist()
rates = [rate(iteration * BATCHES) for iteration in range(ITERATIONS)]
network = MLPClassifier(
    hidden_layer_sizes=(HIDDEN,),
    activation="tanh",
    solver="sgd",
    batch_size=BATCH,
    learning_rate_init=rates[0],
    momentum=MOMENTUM,
    nesterovs_momentum=False,
    alpha=DECAY * BATCH,
    random_state=SEED,
)
for iteration in range(ITERATIONS):
    if iteration > 0:
        network._optimizer.learning_rate = rates[iteration]
    start = time.perf_counter()
    network.partial_fit(inputs, labels, classes=range(OUTPUTS))
    seconds = time.perf_counter() - start
    tell_iteration(iteration + 1, seconds, network.predict(test_inputs), test_labels)
tell_end("scikit-learn", sklearn.__version__, "MLPClassifier, tanh, SGD with momentum and weight decay, single precision")
