"""Data for a model by the names of its inputs and targets: a letter says how they are drawn, a number after it a bound.

    x  normal            y  normal, twice as wide       u  in (0, 1)      w  a weight in (0.1, 1.1)
    m  0 or 1            c7_  a class below 7         s  -1 or 1
    g  a sample          e  a node

Values are those that f32 holds, so f32 and f64 start from the same numbers; NumPy keeps the stream of RandomState for ever.
"""
import re
import zlib

import numpy as np

BATCHES = 40


def stream(seed, name):
    return np.random.RandomState((seed * 1_000_003 + zlib.crc32(name.encode())) % 2 ** 32)


def sizes(declared, rows, seed):
    """The run-time sizes of a batch of so many rows: nodes alone are the rows; beside samples there are as many as chance says, and edges of them."""
    dims = {type.dim for type in declared.values()}
    random = stream(seed, "sizes")
    nodes = int(random.randint(1, 3 * rows + 1)) if "batch" in dims else rows
    return {"batch": rows, "nodes": nodes, "edges": 0 if random.rand() < 0.1 else int(random.randint(0, 2 * nodes + 1))}


def draw(name, type, counts, seed):
    random, shape = stream(seed, name), tuple(counts[type.dim] if n is None else n for n in type.shape)
    kind, bound = re.match(r"([a-z]+)(\d*)_?", name).groups()
    if kind in ("m", "c"):
        return random.randint(0, 2 if kind == "m" else int(bound), shape).astype(np.int32 if type.element == "i32" else np.int64)
    if kind in ("g", "e"):
        return random.randint(0, counts["batch" if kind == "g" else "nodes"], shape).astype(np.int32 if type.element == "i32" else np.int64)
    if kind == "s":
        signs = 2 * random.randint(0, 2, shape) - 1
        return signs.astype({"i32": np.int32, "i64": np.int64}.get(type.element, np.float32))
    values = random.uniform(0.01, 0.99, shape) if kind == "u" else random.uniform(0.1, 1.1, shape) if kind == "w" else \
        random.standard_normal(shape) * (2 if kind == "y" else 1)
    return values.astype(np.float32)


def parameter(name, type, seed):
    """As PyTorch starts linear layers, and biases that are not 0."""
    if name.startswith("minimize."):  # what a rule that balances losses keeps starts from nothing
        return np.zeros(type.shape, np.float32)
    if name.endswith("num_batches_tracked"):
        return np.array(seed % 5, np.float32)
    if name.endswith("running_var"):
        return stream(seed, name).uniform(0.5, 2, type.shape).astype(np.float32)
    bound = 1 / np.sqrt(type.shape[-1] if len(type.shape) > 1 else 4)
    return stream(seed, name).uniform(-bound, bound, type.shape).astype(np.float32)


def batch_size(oracle, seed, number):
    """One row, or up to BATCHES."""
    random = stream(seed, f"batch {number}")
    return max(oracle.least_rows(), 1 if random.rand() < 0.1 else int(random.randint(1, BATCHES + 1)))


def everything(oracle, rows, seed, attempt):
    """Inputs and targets of one batch; another attempt draws others."""
    declared = {**oracle.inputs, **oracle.targets}
    counts = sizes(declared, rows, seed + 7919 * attempt)
    return {name: draw(name, type, counts, seed + 7919 * attempt) for name, type in declared.items()}


def parameters(oracle, seed):
    """And buffers."""
    return {name: parameter(name, type, seed) for name, type in (oracle.parameters | oracle.buffers).items()}


def cotangents(outcome, seed):
    """Quarters, so that no product rounds needlessly."""
    return {name: (stream(seed, f"cotangent {name}").randint(-8, 9, head.shape) / 4).astype(np.float32)
            for name, head in outcome.heads.items()}
