"""stale_workspace.py GROUP FOLDER: what was left in a workspace changes no bit of what a model computes.

Every function of every model of a group runs in a workspace that is full of zeros, of large numbers (0x7F), of NaN (0xFF) and of noise. `--plant`
takes the first number of each workspace for a loss, and has to be found.
"""
import argparse
import pathlib
import sys

import numpy as np

import tensors
from compare import FOLDER, compile_model, split

NOISE = np.random.RandomState(3).randint(0, 256, 1 << 16).astype(np.uint8)
FILLS = {"zeros": 0x00, "large numbers": 0x7F, "NaN": 0xFF, "noise": None}
STEPS = 2


def fill_with(model, byte):
    """Lets every workspace of the model start with these bytes."""
    plain = type(model).workspace

    def workspace(batch):
        space, size = plain(model, batch)
        space[...] = byte if byte is not None else np.resize(NOISE, space.size)
        model.left = space[:8].copy()
        return space, size
    model.workspace = workspace


def results(model, parameters, arrays):
    """Everything that the model computes from a batch, by name."""
    data = {name[len("data/"):]: value for name, value in arrays.items() if name.startswith("data/")}
    rows = model.rows(data)
    found = {f"head {name}": value for name, value in model.forward(parameters, data, rows).items()}
    if model.losses:
        losses, states = model.evaluate(parameters, data, rows)
        found |= {f"loss {name}": np.float64(value) for name, value in losses.items()} | {"states": states}
    if model.has("backward"):
        found["gradients"] = model.backward(parameters, data, rows, model.options(random=1))[1]
    cotangents = {name[len("cotangent/"):]: value for name, value in arrays.items() if name.startswith("cotangent/")}
    if cotangents:
        gradients, of_inputs = model.vjp(parameters, data, rows, cotangents)
        found |= {"vjp": gradients} | {f"vjp of {name}": value for name, value in of_inputs.items()}
    if model.has("step"):
        moving, state = model.copy(parameters), model.initial_state()
        for step in range(STEPS):
            model.step(moving, state, data, rows, model.options(step=step, random=1))
        found |= {"trained": moving, "state": state}
        model.apply(moving, state, found["gradients"], model.options(step=STEPS))
        found |= {"applied": moving, "applied state": state}
    return found


def check(case, precision, batches, folder, plant):
    model = compile_model(FOLDER / "Inputs" / case[0] / f"{case[1]}.mimo", folder / f"{case[1]}.{precision}.so", precision, [])
    started, count, failed = batches.get("parameters", {}), 0, 0
    for batch, arrays in batches.items():
        if batch == "parameters":
            continue
        expected = {}
        for name, byte in FILLS.items():
            fill_with(model, byte)
            found = {key: np.asarray(value).tobytes() for key, value in results(model, model.block(started), arrays).items()}
            if plant:
                found["planted"] = model.left.tobytes()
            count += len(found)
            expected = expected or found
            different = [key for key in found if found[key] != expected[key]]
            failed += len(different)
            if different:
                print(f"{case[1]}/{batch} {precision}: with {name} left in the workspace, other bits of {', '.join(different)}")
    return count, failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("group")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--plant", action="store_true")
    arguments = parser.parse_args()
    cases = split(tensors.load(FOLDER / "Inputs" / f"{arguments.group}.safetensors.gz"))
    counts = [check((arguments.group, name), precision, batches, arguments.folder, arguments.plant)
              for name, batches in cases.items() for precision in ("f32", "f64")]
    count, failed = (sum(column) for column in zip(*counts))
    print(f"{arguments.group}: {count} results in {len(FILLS)} workspaces, {failed} differences")
    return 1 if failed or not count else 0


sys.exit(main())
