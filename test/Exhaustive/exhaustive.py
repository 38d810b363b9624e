"""exhaustive.py STRIDE FOLDER [--plant] [NAME... | K/N]: every STRIDEth float through every elementwise function and its derivative.

Each function is compiled as a user would (mimoc), called through its header's functions, and compared with double-precision
formulas (reference.c, compiled with $CC). STRIDE 1 takes all 2^32 floats; besides those of the stride, the special values are
always among the arguments. Prints a table, and fails where an error is above what LIMITS allows.

Errors are in units in the last place: "value" and "derivative" of the exact result (results below the normal range count
as right within the smallest normal number), "absolute" of the larger of the exact derivative and 1, for derivatives that are
differences of terms of size 1.

K/N measures the K-th of N parts of the functions.
--plant measures -1 times each function instead, to show that this fails.
"""
import concurrent.futures
import ctypes
import os
import pathlib
import subprocess
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Execution"))
from compiled_model import CompiledModel  # noqa: E402

WIDTH, ROWS = 4096, 64
CHUNK = WIDTH * ROWS
THREADS = 2
STEPS = {"gelu_tanh": "gelu(approximate = tanh)", "celu": "celu(0.75)", "power_fraction": "pow(2.5)", "power_21": "pow(21)",
         "power_minus_3": "pow(-3)"}
SPECIAL = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 2, -2, 3, -3, 6, 0.5, -0.5, 1.5, 2.5, -1.5, 1e-45, -1e-45, 1e-39, -1e-39,
                    1.17549435e-38, 3.4028235e38, -3.4028235e38, 88.72283, 88.72284, -87.33655, -103.97208, 89.4159, 20, -20, 1000, -1000,
                    np.pi, np.pi / 2, 0.99999994, -0.99999994, 1.0000001, 16777216, 2.0 ** 50, 2.0 ** 76, 2.0 ** 102, 1e22], np.float32)

# Units in the last place: value, derivative (None: its terms cancel, or its tail is e^-x^2), derivative beside 1.
ROUNDED = (0.51, 4, 4)
LIMITS = {"rsqrt": (2, 6, 6), "exp": (1.1, 1.1, 1.1), "expm1": (3, 1.1, 1.1), "log": (1.5, 1, 1), "log1p": (2.5, 2, 2),
          "tanh": (6, None, 6), "erf": (0.51, None, 2), "erfc": (0.51, None, 2), "sigmoid": (3, None, 2), "logsigmoid": (4, 4, 2),
          "softplus": (4, 4, 2), "silu": (64, None, 3), "mish": (64, None, 3), "gelu": (0.51, None, 2), "gelu_tanh": (0.51, None, 4),
          "elu": (3, None, 2), "celu": (4, None, 2), "selu": (4, 3, 3), "softsign": (2, 4, 2), "tanhshrink": (0.51, None, 6),
          "leaky_relu": (1, 1, 1), "hardsigmoid": (2, 1, 1), "hardswish": (3, None, 2), "power_21": (0.51, None, 2),
          "power_minus_3": (5, 5, 5)}


class Worst(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in ("ulps", "ulps_at", "mixed", "mixed_at", "wrong", "wrong_at")]


def load_reference(folder):
    path = folder / "reference.so"
    source = pathlib.Path(__file__).with_name("reference.c")
    subprocess.run([os.environ.get("CC", "cc"), "-O3", "-march=native", "-fno-math-errno", "-shared", "-fPIC", "-o", path, source, "-lm"], check=True)
    library = ctypes.CDLL(str(path))
    library.function_name.restype = ctypes.c_char_p
    return library


def compile_function(folder, name, planted):
    source = folder / f"{name}.mimo"
    source.write_text(f"model Function {{\n  input x: f32[batch, {WIDTH}]\n  head y = {'-' if planted else ''}(x -> {STEPS.get(name, name)})\n}}\n")
    subprocess.run(["mimoc", source, "-o", source.with_suffix(".so")], check=True)
    return CompiledModel(source.with_suffix(".so"))


def chunks(reference, stride):
    """Arrays of CHUNK floats; the last ones are filled up with what comes again."""
    yield np.resize(SPECIAL, CHUNK)
    count = -(-2 ** 32 // stride)
    for first in range(0, count, CHUNK):
        x = np.empty(CHUNK, np.float32)
        reference.fill(ctypes.c_uint32((first * stride) % 2 ** 32), ctypes.c_uint32(stride), ctypes.c_int64(CHUNK),
                       ctypes.c_void_p(x.ctypes.data))
        yield x


def measure(reference, folder, index, stride, planted):
    name = reference.function_name(index).decode()
    model = compile_function(folder, name, planted)
    value, derivative = Worst(), Worst()
    parameters, options, ones = model.block(), model.options(), np.ones((ROWS, WIDTH), np.float32)
    for x in chunks(reference, stride):
        data = {"x": x.reshape(ROWS, WIDTH)}
        y = model.forward(parameters, data, ROWS)["y"]
        dx = model.vjp(parameters, data, ROWS, {"y": ones}, options)[1]["x"]
        for which, actual, found in ((0, y, value), (1, dx, derivative)):
            reference.compare(index, which, ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(actual.ctypes.data),
                              ctypes.c_int64(x.size), ctypes.byref(found))
    return name, value, derivative


def shown(ulps):
    return f"{ulps:.2f}" if ulps < 100 else f"{ulps:.2g}"


def problems(name, value, derivative):
    most_value, most_derivative, most_mixed = LIMITS.get(name, ROUNDED)
    for what, found, error, at, limit in (("value", value, value.ulps, value.ulps_at, most_value),
                                          ("derivative", derivative, derivative.ulps, derivative.ulps_at, most_derivative),
                                          ("derivative beside 1", derivative, derivative.mixed, derivative.mixed_at, most_mixed)):
        if found.wrong:
            yield f"{name}: {what}: {found.wrong:.0f} results are NaN or infinite where they should not be, or not where they should, e.g. at {found.wrong_at!r}"
        if limit is not None and error > limit:
            yield f"{name}: {what} is off by {error:.3g} units in the last place at {at!r}; {limit} are allowed"


def main(stride, folder, *names):
    reference = load_reference(pathlib.Path(folder))
    planted, names = "--plant" in names, [name for name in names if name != "--plant"]
    part, parts = map(int, names.pop().split("/")) if names and "/" in names[-1] else (1, 1)
    wanted = [i for i in range(reference.function_count()) if not names or reference.function_name(i).decode() in names][part - 1::parts]
    failures = []
    print("| function | value | derivative | derivative, absolute |\n|---|---|---|---|")
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        for name, value, derivative in pool.map(lambda i: measure(reference, pathlib.Path(folder), i, int(stride), planted), wanted):
            print(f"| `{STEPS.get(name, name)}` | {shown(value.ulps)} | {shown(derivative.ulps)} | {shown(derivative.mixed)} |", flush=True)
            failures += problems(name, value, derivative)
    print(*failures, f"{len(wanted)} functions and derivatives, every {stride}th float: {len(failures)} problems", sep="\n")
    return 1 if failures or not wanted else 0


sys.exit(main(*sys.argv[1:]))
