"""phase_runs.py FOLDER: what train blocks promise beside their numbers. Frozen parameters keep their bits, dropout in a frozen part is off,
a phase's blocks hold what it trains, an average is whole, phases follow one another, and refusals name the phase."""
import pathlib
import sys

import numpy as np

from compare import compile_model
from compiled_model import CompiledModel, Refused, aligned

SOURCE = pathlib.Path(__file__).resolve().parent / "Inputs" / "phase_runs.mimo"
ROWS = 16
output = pathlib.Path(sys.argv[1]) / "phase_runs.so"
heads = compile_model(SOURCE, output, "f32", [], phase="heads")
trunk = CompiledModel(output, "trunk_only")
random = np.random.RandomState(3)
data = {"x": random.standard_normal((ROWS, 6)).astype(np.float32), "label": random.randint(0, 3, ROWS),
        "angle": random.standard_normal((ROWS, 1)).astype(np.float32)}


def same(a, b):
    return a.tobytes() == b.tobytes()


def train(model, parameters, steps=3):
    state = model.initial_state()
    for step in range(steps):
        losses = model.step(parameters, state, data, ROWS, model.options(step=step, random=1))
    return state, losses


start = heads.initial_parameters(4)
sizes = {name: value.size for name, value in heads.tensors(start).items()}
of_trunk = {name for name in sizes if name.startswith("features.")}
for model, moving in ((heads, set(sizes) - of_trunk), (trunk, of_trunk)):
    assert set(model.trained(model.gradient_block())) == moving
    assert model.phase["gradient_elements"] == sum(sizes[name] for name in moving)
    moved = model.copy(start)
    state, _ = train(model, moved)
    for name, value in model.tensors(moved).items():
        assert same(value, model.tensors(start)[name]) == (name not in moving), name
assert heads.phase["bytes"]["state"] == 4 * (heads.size + 2 * heads.phase["gradient_elements"])
assert trunk.phase["bytes"]["state"] == 4 * trunk.phase["gradient_elements"]
assert trunk.phase["seed"] == 9 and heads.phase["seed"] == 0

# The average of a phase is a parameter block: it predicts, with the frozen trunk.
moved = heads.copy(start)
state, _ = train(heads, moved)
average = aligned(heads.size, heads.dtype)
average[...] = state[:heads.size]
for name, value in heads.tensors(average).items():
    assert same(value, heads.tensors(start)[name]) == (name in of_trunk), name
assert np.isfinite(heads.forward(average, data, ROWS)["logits"]).all()

# The trunk's dropout is off where it is frozen: its only loss without other dropout is that of evaluation. On elsewhere.
quiet = heads.evaluate(start, data, ROWS)[0]
drawn = heads.backward(start, data, ROWS, heads.options(random=1))[0]
assert drawn["cls"] == quiet["cls"] and drawn["reg"] != quiet["reg"]
drawn = trunk.backward(start, data, ROWS, trunk.options(random=1))[0]
assert drawn["cls"] != quiet["cls"] and drawn["reg"] != quiet["reg"]
# In the losses alone, which are the model's, nothing is frozen.
alone, gradients = heads.backward(start, data, ROWS, heads.options(random=1), "cls")
assert alone["cls"] != quiet["cls"] and set(heads.trained(gradients, of_model=True)) == set(sizes)

# A phase costs what it trains: no backward through a frozen trunk, and no residuals of it.
entries = {row["symbol"].removeprefix(heads.prefix + "_"): row for row in heads.about["functions"]}
assert entries["step_heads"]["flops_per_row"] < 0.6 * entries["step_trunk_only"]["flops_per_row"]
planned = {name: row["workspace_static"] + ROWS * row["workspace_per_row"] for name, row in entries.items() if name.startswith("step_")}
assert planned["step_heads"] < planned["step_trunk_only"], planned

both = heads.copy(start)
first = train(heads, both, 60)[1]
second = train(trunk, both, 60)[1]
assert sum(second.values()) < sum(quiet.values()), (quiet, first, second)

try:
    heads.call("step_heads", None, None, None, None, None, None, *heads.room(ROWS))
except Refused as refusal:
    print(refusal)
try:
    heads.call("init_state_heads", None)
except Refused as refusal:
    print(refusal)
print("phases keep what they promise")
