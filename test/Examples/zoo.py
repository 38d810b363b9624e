"""zoo.py ZOO FOLDER: compiles every model of the zoo and trains it on one random batch; what is minimised must go down.

Data are drawn by what the model declares: numbers in [0, 1] where a target or the input is compared with a probability, whole
numbers below their bound.
"""
import pathlib
import subprocess
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "Execution"))
from compiled_model import CompiledModel  # noqa: E402

ROWS, STEPS = 24, 150


def draw(random, row, bounds):
    shape = [ROWS if size == "batch" else size for size in row["shape"]]
    if row["type"] in ("i32", "i64"):
        return random.randint(0, bounds.get(row["name"], 2), shape)
    return random.uniform(0, 1, shape).astype(np.float32)


def minimized(model, losses):
    return sum(row["default"] * losses[row["name"]] for row in model.phase["options"] if row["name"] in losses)


def train(source, library):
    """What is minimised at the start and at the end."""
    subprocess.run(["mimoc", str(source), "-o", str(library)], check=True)
    model, random = CompiledModel(library), np.random.RandomState(1)
    bounds = {check["tensor"]: check["bound"] for check in model.about["checks"]}
    data = {row["name"]: draw(random, row, bounds) for row in model.about["inputs"] + model.about["targets"]}
    parameters, state = model.initial_parameters(1), model.initial_state()
    history = [minimized(model, model.step(parameters, state, data, ROWS, model.options(step=step, random=1))) for step in range(STEPS)]
    assert np.isfinite(history).all()
    return np.mean(history[:10]), np.mean(history[-10:])


def main(zoo, folder):
    failed = 0
    for source in sorted(pathlib.Path(zoo).glob("*/model.mimo")):
        first, last = train(source, pathlib.Path(folder) / f"{source.parent.name}.so")
        learned = last < first - 0.01 * abs(first)
        failed += not learned
        print(f"{source.parent.name}: {first:.4f} -> {last:.4f} in {STEPS} steps{'' if learned else ': it does not learn'}")
    return 1 if failed else 0


sys.exit(main(*sys.argv[1:]))
