"""entries.py FOLDER: the functions that `entry` exports, against forward."""
import pathlib
import sys

import numpy as np

from compare import compile_model
from compiled_model import Refused, address, pointers

SOURCE = """model Entries {
  input  x: f32[batch, 3]
  input  y: f32[batch, 2]
  trunk t = x -> linear(4) -> tanh
  head a = t -> linear(2)
  head b = concat(t, y) -> linear(3)
  output c = a * 2
  entry of_x = c, a
  entry one = b
}
"""
ROWS = 5


def forward_entry(model, name, parameters, inputs, heads):
    model.call(f"forward_{name}", address(parameters), pointers(inputs), pointers(heads), *model.room(ROWS))


def main(folder):
    source = pathlib.Path(folder) / "entries.mimo"
    source.write_text(SOURCE)
    model = compile_model(source, pathlib.Path(folder) / "entries.so", "f32", [])
    random = np.random.RandomState(3)
    data = {"x": random.standard_normal((ROWS, 3)), "y": random.standard_normal((ROWS, 2))}
    parameters = model.initial_parameters(11)
    whole = model.forward(parameters, data, ROWS)
    x, y = model.arrays(model.about["inputs"], data)
    listed = {row["name"]: row["heads"] for row in model.about["functions"] if row.get("kind") == "forward_entry"}
    assert listed == {"of_x": ["a", "c"], "one": ["b"]}, listed

    rooms = model.head_rooms(ROWS, data)
    untouched = rooms["b"].copy()
    forward_entry(model, "of_x", parameters, [x, None], list(rooms.values()))
    assert rooms["a"].tobytes() == whole["a"].tobytes() and rooms["c"].tobytes() == whole["c"].tobytes()
    assert rooms["b"].tobytes() == untouched.tobytes(), "a head outside the entry was written"
    rooms = model.head_rooms(ROWS, data)
    forward_entry(model, "one", parameters, [x, y], [None, rooms["b"], None])
    assert rooms["b"].tobytes() == whole["b"].tobytes()
    for inputs, heads, message in (([x, None], [None, rooms["b"], None], "inputs.y is null"),
                                   ([x, y], [None, None, None], "heads.b is null")):
        try:
            forward_entry(model, "one", parameters, inputs, heads)
        except Refused as refusal:
            assert str(refusal).startswith("entries_forward_one: " + message), refusal
        else:
            raise AssertionError(f"not refused: {message}")


main(sys.argv[1])
