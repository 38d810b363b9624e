#!/usr/bin/env python3
"""Writes the files beside it with NumPy, and safetensors by hand; they are committed, so that tests need no Python."""
import json, pathlib, struct
import numpy as np

here = pathlib.Path(__file__).parent
values = {
    "f8": np.array([[0.5, -1.25, 3e300], [np.inf, -0.0, 1e-310]]),
    "f4": np.array([[0.5, -1.25, 3e30], [np.inf, -0.0, 1e-40]], dtype="f4"),
    "f2": np.array([[0.5, -1.25, 65504], [np.inf, -0.0, 6e-8]], dtype="f2"),
    "i8": np.array([[-(2**63), 2**63 - 1, 7]]),
    "i4": np.array([[-(2**31), 2**31 - 1, 7]], dtype="i4"),
    "i2": np.array([[-(2**15), 2**15 - 1, 7]], dtype="i2"),
    "i1": np.array([[-128, 127, 7]], dtype="i1"),
    "u8": np.array([[0, 2**64 - 1, 7]], dtype="u8"),
    "u1": np.array([[0, 255, 7]], dtype="u1"),
    "b1": np.array([[True, False, True]]),
    "scalar": np.array(2.5),
    "empty": np.zeros((0, 4), dtype="f4"),
    "vector": np.arange(5, dtype="i4"),
    "cube": np.arange(24, dtype="i4").reshape(2, 3, 4),
    "fortran": np.asfortranarray(np.arange(24, dtype="i4").reshape(2, 3, 4)),
    "big_endian": np.array([1, 2], dtype=">i4"),
    "objects": np.array([None, 1], dtype=object),
    "records": np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]),
}
for name, value in values.items():
    np.save(here / f"{name}.npy", value)
for version in (2, 3):
    with open(here / f"version{version}.npy", "wb") as file:
        np.lib.format.write_array(file, values["vector"], version=(version, 0))
np.savez(here / "stored.npz", image=values["cube"], label=values["vector"])
np.savez_compressed(here / "deflated.npz", image=values["cube"], label=values["vector"])
np.savez_compressed(here / "bomb.npz", zeros=np.zeros(1_000_000))

weight, bias = np.arange(6, dtype="f4").reshape(2, 3), np.array([1.5, -2.5])
header = json.dumps({
    "__metadata__": {"format": "pt"},
    "fc.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
    "fc.bias": {"dtype": "F64", "shape": [2], "data_offsets": [24, 40]},
}).encode()
(here / "foreign.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + weight.tobytes() + bias.tobytes())
