"""balancing_time.py FOLDER: how long a step takes with gradients that are balanced, relative to fixed weights.

Run by hand. Models with 2 and 8 heads on a trunk of three layers of 512 units, a batch of 64, one core; the least processor time
of many steps, the models in turns.
"""
import pathlib
import sys
import time

import numpy as np

from compare import compile_model
from compiled_model import address, aligned, pointers

BATCH, WIDTH, TURNS = 64, 512, 300
RULES = ("fixed weights", "pcgrad", "mgda", "upgrad")


def source(rule, heads):
    losses = [f"l{k}" for k in range(heads)]
    lines = [f"input x: f32[batch, {WIDTH}]", "trunk z = x" + f" -> linear({WIDTH}) -> relu" * 3]
    for k in range(heads):
        lines += [f"target t{k}: f32[batch, 1]", f"head h{k} = z -> linear(1)", f"loss l{k} = mse(h{k}, t{k})"]
    lines += ["minimize " + (" + ".join(losses) if rule == RULES[0] else f"{rule}({', '.join(losses)})"), "optimizer adam(lr = 1e-3)"]
    return "model Timed {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def prepare(rule, heads, folder):
    """A function that makes one step."""
    path = folder / f"{rule.replace(' ', '_')}_{heads}.mimo"
    path.write_text(source(rule, heads))
    model = compile_model(path, path.with_suffix(".so"), "f32", [])
    random = np.random.RandomState(0)
    arrays = lambda rows: [random.standard_normal([BATCH if n == "batch" else n for n in row["shape"]]).astype(np.float32) for row in rows]
    parameters, state, losses = model.initial_parameters(1), model.initial_state(), aligned(heads, np.float64)
    inputs, targets, options = arrays(model.about["inputs"]), arrays(model.about["targets"]), model.options(learning_rate=0)
    room = model.room(BATCH)
    return lambda: model.call("step", address(parameters), address(state), pointers(inputs), pointers(targets), address(options),
                              address(losses), *room)


def main(folder):
    for heads in (2, 8):
        steps = {rule: prepare(rule, heads, folder) for rule in RULES}
        least = dict.fromkeys(RULES, float("inf"))
        for _ in range(TURNS):
            for rule, step in steps.items():
                start = time.thread_time()
                step()
                least[rule] = min(least[rule], time.thread_time() - start)
        for rule in RULES:
            print(f"{heads} heads, {rule}: {least[rule] * 1e6:.0f} us, {least[rule] / least[RULES[0]]:.3f}")


main(pathlib.Path(sys.argv[1]))
