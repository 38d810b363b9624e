"""sparse_embedding.py: the time of a training step of a model with a large table, with dense and with sparse gradients.

Needs mimoc on the PATH and NumPy. The fastest of several rounds counts: other work on the machine only slows a step down.
"""
import ctypes
import pathlib
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test" / "Execution"))
from compare import compile_model  # noqa: E402
from compiled_model import address, aligned, pointers  # noqa: E402

BATCH, DIM, ROUNDS = 256, 32, 15
MODEL = """model Table {{
  input  id: i64[batch]
  target y: f32[batch, 1]
  branch e = id -> embedding({rows}, {dim}, sparse = {sparse})
  head out = e -> linear(64) -> relu -> linear(1)
  loss fit = mse(out, y)
  minimize fit
  optimizer {optimizer}
}}
"""


def step_time(model, rows, steps):
    random = np.random.RandomState(1)
    parameters, state, options = model.initial_parameters(1), model.initial_state(), model.options()
    batches = [(random.randint(0, rows, BATCH), random.normal(size=(BATCH, 1)).astype(np.float32)) for _ in range(steps)]
    losses, room = aligned(len(model.losses), np.float64), model.room(BATCH)
    function = model.function("step")
    arguments = [(pointers([ids]), pointers([y])) for ids, y in batches]
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for inputs, targets in arguments:
            model.check(function(address(model.context), address(parameters), address(state), inputs, targets, address(options),
                                 address(losses), *room))
        best = min(best, (time.perf_counter() - start) / steps)
    return best


def main():
    with tempfile.TemporaryDirectory() as folder:
        for optimizer in ("sgd(lr = 0.1)", "adam(lr = 1e-3)"):
            for rows, sparse, steps in ((1_000_000, False, 3), (1_000_000, True, 200), (1000, True, 200)):
                name = pathlib.Path(folder) / f"{optimizer[:4].strip('(')}_{rows}_{sparse}.mimo"
                name.write_text(MODEL.format(rows=rows, dim=DIM, sparse=str(sparse).lower(), optimizer=optimizer))
                seconds = step_time(compile_model(name, name.with_suffix(".so"), "f32", []), rows, steps)
                print(f"{optimizer:16} {rows:8} rows  {'sparse' if sparse else 'dense':6}  {seconds * 1e6:10.1f} us a step", flush=True)


main()
