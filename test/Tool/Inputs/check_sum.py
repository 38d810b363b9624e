"""check_sum.py SUM [PART COEFFICIENT]...: the gradients of SUM are those of the parts, added with the coefficients."""
import json
import struct
import sys

import numpy as np


def load(path):
    data = open(path, "rb").read()
    end = 8 + struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, facts in json.loads(data[8:end]).items():
        if name != "__metadata__" and not name.startswith("loss."):
            first, last = (end + offset for offset in facts["data_offsets"])
            tensors[name] = np.frombuffer(data[first:last], {"F64": "f8", "F32": "f4"}[facts["dtype"]])
    return tensors


total, rest = load(sys.argv[1]), sys.argv[2:]
parts = [(load(path), float(coefficient)) for path, coefficient in zip(rest[::2], rest[1::2])]
assert total and all(part.keys() == total.keys() for part, _ in parts)
for name, values in total.items():
    expected = sum(coefficient * part[name] for part, coefficient in parts)
    assert np.abs(values - expected).max() <= 1e-14 * max(1, np.abs(values).max()), (name, values, expected)
    assert np.abs(values).max() > 0, name
