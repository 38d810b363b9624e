"""bits.py GROUP FOLDER: a row's prediction has the same bits in a batch of its own, of 7 and of 64 rows, in every model of
a group. Models whose rows depend on one another (sums over the batch) are left out by name with --without."""
import argparse
import pathlib
import sys

import numpy as np

from compare import compile_model
from compiled_model import TYPES

FOLDER = pathlib.Path(__file__).resolve().parent
ROWS = 64
CUTS = (1, 7, 64)


def draw_inputs(model):
    random = np.random.RandomState(1)
    return {row["name"]: random.standard_normal([ROWS if n == "batch" else n for n in row["shape"]]).astype(TYPES[row["type"]])
            for row in model.about["inputs"]}


def predict(model, parameters, inputs, cut):
    parts = []
    for first in range(0, ROWS, cut):
        rows = min(cut, ROWS - first)
        parts.append(model.forward(parameters, {name: x[first:first + rows] for name, x in inputs.items()}, rows))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def check(source, folder, precision):
    model = compile_model(source, folder / f"{source.stem}.{precision}.so", precision, [])
    parameters, inputs = model.initial_parameters(3), draw_inputs(model)
    whole = predict(model, parameters, inputs, ROWS)
    differences = 0
    for cut in CUTS:
        for name, value in predict(model, parameters, inputs, cut).items():
            if value.tobytes() != whole[name].tobytes():
                print(f"{source.stem} {precision}: {name} in batches of {cut} differs from one batch of {ROWS}")
                differences += 1
    return differences


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("group")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--without", default="")
    arguments = parser.parse_args()
    sources = [path for path in sorted((FOLDER / "Inputs" / arguments.group).glob("*.mimo"))
               if path.stem not in arguments.without.split(",")]
    differences = sum(check(path, arguments.folder, precision) for path in sources for precision in ("f32", "f64"))
    print(f"{arguments.group}: {len(sources)} models, {differences} differences")
    return 1 if differences or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
