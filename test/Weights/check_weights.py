"""mimo_weights_load of libmimo-data with a compiled model: LIBRARY MODEL.so FOLDER, where pretrained.py has written the folder."""
import ctypes
import os
import pathlib
import sys

import numpy

sys.path.append(str(pathlib.Path(__file__).parents[1] / "Tool" / "Inputs"))
import pretrained  # noqa: E402

REPORT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)
LIST = ctypes.POINTER(ctypes.c_char_p)


class Rules(ctypes.Structure):
    _fields_ = [("part", ctypes.c_char_p), ("prefix", ctypes.c_char_p), ("ignored", LIST), ("fresh", LIST), ("channels", LIST),
                ("report", REPORT), ("context", ctypes.c_void_p)]


def texts(values):
    return (ctypes.c_char_p * (len(values) + 1))(*[value.encode() for value in values], None)


library = ctypes.CDLL(sys.argv[1])
model = ctypes.CDLL(sys.argv[2])
model.finetune_describe.restype = ctypes.c_char_p
DESCRIPTION = model.finetune_describe()
START = numpy.full(304, 7, "<f4")


def load(file, part="features", prefix="", ignored=(), fresh=(), channels=(), description=DESCRIPTION):
    """Status, the block, the message, and the lines that were reported."""
    block, message, lines = START.copy(), ctypes.create_string_buffer(512), []
    report = REPORT(lambda context, line: lines.append(line.decode()))
    lists = [texts(values) for values in (ignored, fresh, channels)]
    rules = Rules(part.encode(), prefix.encode(), *[ctypes.cast(values, LIST) for values in lists], report, None)
    path = os.path.join(sys.argv[3], file)
    status = library.mimo_weights_load(description, path.encode(), ctypes.byref(rules), ctypes.c_void_p(block.ctypes.data), message)
    return status, block, message.value.decode().replace(sys.argv[3] + "/", ""), lines


def accepted(what, file, head=None, **rules):
    status, block, message, lines = load(file, **rules)
    assert status == 0 and not lines, (message, lines)
    tensors, offset = pretrained.expected(what), 0
    for name in ("0.weight", "0.bias", "2.weight", "2.bias"):
        assert numpy.array_equal(block[offset:offset + tensors[name].size], tensors[name].reshape(-1)), (file, name)
        offset += tensors[name].size
    assert numpy.array_equal(block[offset:], START[offset:] if head is None else head), file


def refused(file, **rules):
    status, block, message, lines = load(file, **rules)
    assert status and numpy.array_equal(block, START), file
    print(f"{status}: {message}")
    for line in lines:
        print("  " + line)


head = numpy.concatenate([numpy.arange(24.), numpy.arange(3.)]).astype("<f4")
accepted("four", "four.safetensors")
accepted("half", "half.safetensors")
accepted("bfloat", "bfloat.safetensors")
accepted("four", "double.safetensors")
accepted("four", "whole.safetensors", head, part="")
accepted("four", "whole.safetensors", part="features", prefix="features")
accepted("four", "inner.safetensors", prefix="backbone")
accepted("four", "other.safetensors", ignored=["fc.*"])
accepted("four", "whole.safetensors", part="", ignored=["classifier.*"], fresh=["classifier.*"])
accepted("mean", "three.safetensors", channels=["features.2.weight=zero", "features.0.weight=mean"])
accepted("zero", "three.safetensors", channels=["features.0.weight=zero"])
accepted("four", "run/last.safetensors", prefix="features")
refused("misnamed.safetensors")
refused("three.safetensors")
refused("one.safetensors", channels=["features.0.weight=sum"])
refused("huge.safetensors")
refused("four.safetensors", part="feature")
refused("no.safetensors")
refused("data.npz")
refused("four.safetensors", description=b"{}")
whole = pathlib.Path(sys.argv[3], "four.safetensors").read_bytes()
message = ctypes.create_string_buffer(512)
for length in range(0, len(whole), 7):
    assert library.mimo_weights_decode(DESCRIPTION, whole[:length], length, None, ctypes.c_void_p(START.ctypes.data), message)
assert (START == 7).all()
print("all weights agree")
