"""merged.py FOLDER: metrics of a whole set, cut into batches in several ways. States are added over batches: counts come out the same to the
last bit, sums up to rounding, and the figures are those that NumPy computes from all rows at once.
"""
import pathlib
import sys

import numpy as np

from compare import compile_model
from compiled_model import address, aligned

FOLDER = pathlib.Path(__file__).resolve().parent
ROWS = 257
COUNTS = {"hits", "predicted", "actual", "counts", "weight"}  # multiples of 1/8 here, which double precision adds exactly


def draw(random, rows):
    eighths = lambda *shape: random.integers(1, 9, shape) / 8
    return {"x": random.normal(size=(rows, 4)) * 3, "y": random.normal(size=(rows, 3)), "bits": random.integers(0, 2, (rows, 3)), "k": random.integers(0, 5, rows),
            "keep": random.integers(0, 2, rows), "w": eighths(rows), "e": eighths(rows, 3)}


def parts(model, parameters, data, sizes):
    """The states of each batch."""
    ends = np.cumsum(sizes)
    assert ends[-1] == ROWS
    for size, end in zip(sizes, ends):
        yield model.evaluate(parameters, {name: values[end - size:end] for name, values in data.items()}, size)[1]


def total_of(model, states, pairwise):
    """Added one after the other, or each half as a worker of its own and then merged."""
    states = list(states)
    total = aligned(len(states[0]), np.float64)
    model.call("metrics_reset", address(total))
    if pairwise and len(states) > 1:
        half = len(states) // 2
        for part in (states[:half], states[half:]):
            other = total_of(model, part, True)
            model.call("metrics_merge", address(total), address(other))
    else:
        for one in states:
            model.call("metrics_add", address(total), address(one))
    return total


def check_cuts(model, parameters, data):
    whole = next(parts(model, parameters, data, [ROWS]))
    expected, figures = model.fields(whole), model.figures(whole)
    for sizes in ([100, 157], [64] * 4 + [1], [1] * ROWS):
        for pairwise in (False, True):
            total = total_of(model, parts(model, parameters, data, sizes), pairwise)
            for name, field in model.fields(total).items():
                if name.split(".")[1] in COUNTS:
                    assert field.tobytes() == expected[name].tobytes(), (name, field, expected[name])
                else:
                    np.testing.assert_allclose(field, expected[name], rtol=2e-5 if name.startswith("fit") else 1e-12, err_msg=name)
            for name, value in model.figures(total).items():
                np.testing.assert_allclose(value, figures[name], rtol=2e-5 if name == "fit" else 1e-11, err_msg=name)


def check_far_from_zero(model, parameters, data):
    """Targets that lie far from 0 for their deviation: the sums still know the spread, and that of none."""
    heads = model.forward(parameters, data, ROWS)
    for mean in (1e2, 1e4):
        y = (mean + data["y"]).astype(np.float32).astype(np.float64)
        figures = model.figures(model.evaluate(parameters, data | {"y": y}, ROWS)[1])
        expected = np.mean(1 - ((heads["out"] - y) ** 2).sum(0) / ((y - y.mean(0)) ** 2).sum(0))
        np.testing.assert_allclose(figures["r2"], expected, rtol=1e-13 * mean ** 2)
    for constant in (0.0, 0.1, 3e7):
        figures = model.figures(model.evaluate(parameters, data | {"y": np.full((ROWS, 3), constant)}, ROWS)[1])
        assert np.isnan(figures["r2"]) and np.isfinite(figures["rmse"]), figures


def check_nothing(model, parameters, data):
    """Where nothing counts there is no number, and where a logit is NaN no class."""
    figures = model.figures(model.evaluate(parameters, data | {"keep": np.zeros(ROWS)}, ROWS)[1])
    assert all(np.isnan(figures[name]) == name.endswith(("_some", "_both")) or name == "rmse_elements" for name in model.metrics), figures
    states = model.evaluate(parameters, data | {"x": np.where(np.arange(ROWS)[:, None] < 7, np.nan, data["x"])}, ROWS)[1]
    fields = model.fields(states)
    assert fields["confusion.counts"].sum() == ROWS - 7, fields["confusion.counts"]
    assert fields["f1_macro.actual"].sum() == ROWS and fields["f1_macro.predicted"].sum() == ROWS - 7, fields["f1_macro.predicted"]


def main(folder):
    random = np.random.default_rng(5)
    for precision in ("f32", "f64"):
        model = compile_model(FOLDER / "Inputs" / "metrics" / "figures.mimo", pathlib.Path(folder) / f"figures.{precision}.so", precision, [])
        parameters, data = model.initial_parameters(3), draw(random, ROWS)
        check_cuts(model, parameters, data)
        check_far_from_zero(model, parameters, data)
        check_nothing(model, parameters, data)
    print("figures: whole sets and their parts agree")


main(sys.argv[1])
