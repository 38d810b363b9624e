"""Pretrained weights for pretrained.mimo: `make FOLDER` writes files of several kinds, `check FOLDER RUN WHAT` compares a run's
parameters, which a learning rate of 0 left as they were loaded, with what NumPy makes of the files."""
import json
import struct
import sys

import numpy

CODES = {"float16": "F16", "float32": "F32", "float64": "F64", "int64": "I64"}


def write(path, tensors, codes=CODES):
    header, data = {}, b""
    for name, array in tensors.items():
        raw = array.tobytes()
        code = "BF16" if array.dtype == numpy.uint16 else codes[str(array.dtype)]
        header[name] = {"dtype": code, "shape": array.shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + data)


def read(path):
    raw = open(path, "rb").read()
    length = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and not name.startswith("optimizer."):
            begin, end = entry["data_offsets"]
            tensors[name] = numpy.frombuffer(raw[8 + length + begin:8 + length + end], "<f4").reshape(entry["shape"])
    return tensors


def weights(channels):
    draw = numpy.random.default_rng(5).standard_normal
    return {"0.weight": draw((5, channels, 3, 3)), "0.bias": draw(5), "2.weight": draw((2, 5, 3, 3)), "2.bias": draw(2)}


def as_type(tensors, dtype):
    return {name: array.astype(dtype) for name, array in tensors.items()}


def as_bfloat(tensors):
    return {name: (array.astype("<f4").view("<u4") >> 16).astype("<u2") for name, array in tensors.items()}


def make(folder):
    four, three, one = (as_type(weights(channels), "<f4") for channels in (4, 3, 1))
    head = as_type({"weight": numpy.arange(24.).reshape(3, 8), "bias": numpy.arange(3.)}, "<f4")
    other = {"fc.weight": numpy.zeros((10, 2), "<f4"), "fc.bias": numpy.zeros(10, "<f4")}
    write(f"{folder}/four.safetensors", four)
    write(f"{folder}/three.safetensors", three)
    write(f"{folder}/one.safetensors", one)
    write(f"{folder}/head.safetensors", head)
    write(f"{folder}/other.safetensors", four | other)
    write(f"{folder}/half.safetensors", as_type(weights(4), "<f2"))
    write(f"{folder}/bfloat.safetensors", as_bfloat(weights(4)))
    write(f"{folder}/double.safetensors", weights(4))
    write(f"{folder}/huge.safetensors", weights(4) | {"2.bias": numpy.array([1, 1e300])})
    whole = {f"features.{name}": array for name, array in four.items()}
    write(f"{folder}/whole.safetensors", whole | {f"classifier.{name}": array for name, array in head.items()})
    write(f"{folder}/inner.safetensors", {f"backbone.{name}": array for name, array in four.items()} | other)
    misnamed = dict(four)
    misnamed["0.weights"] = misnamed.pop("0.weight")
    misnamed["2.bias"] = numpy.zeros(3, "<f4")
    write(f"{folder}/misnamed.safetensors", misnamed | other)


def expected(what):
    if what in ("mean", "zero"):
        tensors = as_type(weights(3), "<f4")
        kernel = tensors["0.weight"]
        extra = kernel.astype("f8").mean(1, keepdims=True) if what == "mean" else numpy.zeros((5, 1, 3, 3))
        return tensors | {"0.weight": numpy.concatenate([kernel, extra], 1).astype("<f4")}
    if what == "half":
        return as_type(as_type(weights(4), "<f2"), "<f4")
    if what == "bfloat":
        return {name: (array.astype("<u4") << 16).view("<f4") for name, array in as_bfloat(weights(4)).items()}
    return as_type(weights(4), "<f4")


def check(run, what):
    found = read(f"{run}/last.safetensors")
    for name, array in expected(what).items():
        assert numpy.array_equal(found[f"features.{name}"], array), name
    head = found["classifier.weight"]
    print("as expected; classifier", "loaded" if numpy.array_equal(head, numpy.arange(24.).reshape(3, 8)) else "fresh")


def main():
    if sys.argv[1] != "make":
        return check(sys.argv[2], sys.argv[3])
    make(sys.argv[2])
    numpy.savez(f"{sys.argv[2]}/data.npz", image=numpy.ones((4, 4, 6, 6), "<f4"), label=numpy.arange(4) % 3)


if __name__ == "__main__":
    main()
