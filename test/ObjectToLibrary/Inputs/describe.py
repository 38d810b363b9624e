"""Prints what a compiled model says of itself."""
import ctypes
import json
import sys

library = ctypes.CDLL(sys.argv[1])
describe = getattr(library, sys.argv[2] + "_describe")
describe.restype = ctypes.c_char_p
model = json.loads(describe())
getattr(library, model["context_init"])
for function in model["functions"]:
    getattr(library, function["symbol"])
for tensor in model["inputs"]:
    print(tensor["name"], tensor["type"], tensor["shape"], "at", tensor["offset"])
for parameter in model["parameters"]:
    print(parameter["name"], parameter["shape"], "at", parameter["offset"])
print(model["parameter_elements"], "parameters")
print("losses", *(loss["name"] for loss in model["losses"]))
print("metrics", *(metric["name"] for metric in model["metrics"]))
optimizer = model["phases"][0]["optimizer"]
print(optimizer["name"], *optimizer["state"])
