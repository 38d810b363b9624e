"""safetensors files with NumPy alone: eight bytes of length, a JSON header, the tensors. A name that ends in .gz is
compressed."""
import gzip
import json

import numpy as np

TYPES = {"F64": np.float64, "F32": np.float32, "I64": np.int64, "I32": np.int32, "BOOL": np.bool_}
NAMES = {np.dtype(value): key for key, value in TYPES.items()}


def save(path, tensors):
    header, blobs, offset = {}, [], 0
    for name, array in tensors.items():
        array = np.asarray(array)
        blob = array.tobytes()
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    data = len(text).to_bytes(8, "little") + text + b"".join(blobs)
    with open(path, "wb") as file:
        file.write(gzip.compress(data, mtime=0) if str(path).endswith(".gz") else data)


def load(path):
    with open(path, "rb") as file:
        data = file.read()
    if str(path).endswith(".gz"):
        data = gzip.decompress(data)
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + begin:8 + length + end], TYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    return tensors
