"""Tells what the peers that are named multiply matrices with on this processor, as JSON.

Each says it itself: MKL by what it prints if MKL_VERBOSE is set, OpenBLAS by threadpoolctl, XLA in its compiled program.
"""

import json
import os
import re
import subprocess
import sys

import numpy as np


def pytorch():
    product = "import torch; torch.ones(128, 784) @ torch.ones(784, 300); print(torch.__config__.show())"
    environment = {**os.environ, "MKL_VERBOSE": "1"}
    told = subprocess.run([sys.executable, "-c", product], env=environment, capture_output=True, text=True, check=True)
    return mkl(told.stdout) or without_mkl(told.stdout)


def mkl(told):
    """From a line as `MKL_VERBOSE oneMKL 2024.0 Update 2 Product build 20240605 for Intel(R) 64 architecture Intel(R)
    Advanced Vector Extensions 512 (Intel(R) AVX-512) with support for INT8, ... instructions, Lnx 2.60GHz ...`."""
    line = re.search(r"MKL_VERBOSE (.*?) Product build \d+ for .*? architecture (.*?), \w+ [\d.]+GHz", told)
    if not line:
        return None
    name = re.search(r"\(Intel\(R\) (AVX[^)]*)\)", line[2])
    return {"kernel": line[1], "vector": name[1] if name else re.split(r" enabled| with support", line[2])[0]}


def without_mkl(told):
    library, capability = (re.search(key + r"([\w+]+)", told) for key in ("BLAS_INFO=", "CPU capability usage: "))
    return {"kernel": library[1] if library else "not told", "vector": capability[1] if capability else "not told"}


def scikit_learn():
    import threadpoolctl

    np.ones((2, 2)) @ np.ones((2, 2))
    library = next(library for library in threadpoolctl.threadpool_info() if library["user_api"] == "blas")
    kernel = f"{library['internal_api']} {library['version']}"
    return {"kernel": kernel.replace("openblas", "OpenBLAS"), "vector": library.get("architecture", "not told")}


def jax():
    import jax as library

    def of(product, *shapes):
        program = library.jit(product).lower(*(np.ones(shape, np.float32) for shape in shapes)).compile().as_text()
        named = re.search(r"__(ynn|onednn)", program)
        return {"ynn": "YNNPACK", "onednn": "oneDNN"}[named[1]] if named else "XLA's own"

    forward = of(lambda inputs, weights: inputs @ weights, (128, 784), (784, 300))
    gradient = of(lambda inputs, deltas: inputs.T @ deltas, (128, 784), (128, 300))
    kernel = forward if forward == gradient else f"{forward} forwards, {gradient} for gradients"
    return {"kernel": kernel, "vector": "not told"}


if __name__ == "__main__":
    # scikit-learn first, while numpy's library is the only one that is loaded.
    peers = {"scikit-learn": scikit_learn, "pytorch": pytorch, "pytorch-compiled": pytorch, "jax": jax}
    print(json.dumps({name: ask() for name, ask in peers.items() if name in sys.argv[1:]}))
