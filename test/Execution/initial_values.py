"""initial_values.py FOLDER: parameters start as their rules say.

Limits of statistics are five standard errors; the seed is fixed, so a result never changes.
"""
import math
import pathlib
import sys

import numpy as np

from compare import compile_model

IN, OUT, SIGMAS = 96, 160, 5
RULES = {
    "uniform": "uniform(-0.25, 0.75)", "normal": "normal(1, std = 0.5)", "kaiming_u": "kaiming_uniform(nonlinearity = relu)",
    "kaiming_n": "kaiming_normal(mode = fan_out)", "xavier_u": "xavier_uniform(2)", "xavier_n": "xavier_normal",
    "truncated": "truncated_normal(mean = 0.5, std = 2, a = -1, b = 1.5)", "tail": "truncated_normal(a = 3, b = 4)",
    "constant": "constant(0.25)", "tall": "orthogonal", "identity": "identity",
}
# Mean, deviation and fourth standardised moment; None where the rule is no distribution of independent numbers.
ROOT3 = math.sqrt(3)
MOMENTS = {
    "uniform": (0.25, 1 / math.sqrt(12), 1.8), "normal": (1, 0.5, 3), "kaiming_u": (0, math.sqrt(2 / IN), 1.8),
    "kaiming_n": (0, math.sqrt(2 / OUT), 3), "xavier_u": (0, 2 * math.sqrt(2 / (IN + OUT)), 1.8),
    "xavier_n": (0, math.sqrt(2 / (IN + OUT)), 3),
}
BOUNDS = {"uniform": (-0.25, 0.75), "truncated": (-1, 1.5), "tail": (3, 4), "kaiming_u": (-math.sqrt(6 / IN), math.sqrt(6 / IN))}


def truncated_moments(mean, deviation, low, high):
    """Of a normal distribution cut at both ends, by numeric integration."""
    x = np.linspace(low, high, 200001)
    density = np.exp(-0.5 * ((x - mean) / deviation) ** 2)
    weight = density / density.sum()
    center = (weight * x).sum()
    spread = math.sqrt((weight * (x - center) ** 2).sum())
    return center, spread, (weight * (x - center) ** 4).sum() / spread ** 4


def source():
    heads = "".join(f"  head {name} = x -> linear({IN if name == 'identity' else OUT}, init = {rule})\n" for name, rule in RULES.items())
    wide = f"  head wide = x -> linear({IN // 2}, init = orthogonal(gain = 3))\n"
    return f"model Start {{\n  input x: f32[batch, {IN}]\n{heads}{wide}}}\n"


def check_moments(name, values, expected):
    mean, deviation, fourth = expected
    z = (values.astype(np.float64).reshape(-1) - mean) / deviation
    assert abs(z.mean()) < SIGMAS / math.sqrt(z.size), (name, "mean", z.mean())
    assert abs((z ** 2).mean() - 1) < SIGMAS * math.sqrt((fourth - 1) / z.size), (name, "variance", (z ** 2).mean())


def check_orthonormal(name, matrix, gain, roundoff):
    matrix = matrix.astype(np.float64) / gain
    gram = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    error = np.abs(gram - np.eye(len(gram))).max()
    assert error < 64 * roundoff, (name, error)
    # A column of a uniformly distributed orthogonal matrix has elements of mean 0 and variance 1 / length.
    check_moments(name, matrix, (0, 1 / math.sqrt(max(matrix.shape)), 3))


def main(folder):
    path = pathlib.Path(folder) / "start.mimo"
    path.write_text(source())
    started = {}
    for precision, roundoff in (("f32", 2.0 ** -24), ("f64", 2.0 ** -53)):
        model = compile_model(path, pathlib.Path(folder) / f"start.{precision}.so", precision, [])
        block = model.initial_parameters(5)
        assert block.tobytes() == model.initial_parameters(5).tobytes(), "two calls differ"
        assert block.tobytes() != model.initial_parameters(6).tobytes(), "two seeds agree"
        values = started[precision] = {name.removesuffix(".weight"): value for name, value in model.tensors(block).items()}
        for name, moments in MOMENTS.items():
            check_moments(name, values[name], moments)
        check_moments("truncated", values["truncated"], truncated_moments(0.5, 2, -1, 1.5))
        check_moments("tail", values["tail"], truncated_moments(0, 1, 3, 4))
        for name, (low, high) in BOUNDS.items():
            assert values[name].min() >= np.float32(low) and values[name].max() <= np.float32(high), name
        assert (values["constant"] == 0.25).all() and (values["identity"] == np.eye(IN)).all()
        check_orthonormal("tall", values["tall"], 1, roundoff)
        check_orthonormal("wide", values["wide"], 3, roundoff)
    for name, wide in started["f64"].items():
        exact = name not in ("tall", "wide")  # what is orthogonalised in f32 is rounded on the way
        narrow = started["f32"][name]
        assert (wide.astype(np.float32) == narrow).all() if exact else np.abs(wide - narrow).max() < 1e-4, name


main(sys.argv[1])
