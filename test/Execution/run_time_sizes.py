"""run_time_sizes.py FOLDER: what is refused of run-time sizes, by name and with nothing written; and that bounds are no limit of rows."""
import pathlib
import sys

import numpy as np

from compare import compile_model
from compiled_model import Refused

SOURCE = """model Net {
  dim nodes <= 8
  dim edges <= 9
  input x: f32[nodes, 2]
  input edge: i64[edges, 2] < nodes
  input graph: i32[nodes] < batch
  target y: f32[batch, 2]
  sums = x + segment_sum(take(x, edge[:, 0], axis = 0), edge[:, 1], nodes)
  head out = segment_sum(sums, graph, batch) -> linear(2)
  loss fit = mse(out, y)
  minimize fit
  optimizer sgd(lr = 0.1)
}
"""

NORMED = """model Net {
  dim nodes <= 8
  input x: f32[nodes, 2]
  target y: f32[nodes, 2]
  head out = x -> batchnorm
  loss fit = mse(out, y)
  minimize fit
  optimizer sgd(lr = 0.1)
}
"""


def data(nodes, edges, batch):
    random = np.random.RandomState(nodes)
    return {"x": random.standard_normal((nodes, 2)), "edge": random.randint(0, max(1, nodes), (edges, 2)), "y": random.standard_normal((batch, 2)),
            "graph": random.randint(0, batch, nodes)}


def expect(model, arrays, batch, message):
    parameters, state = model.initial_parameters(3), model.initial_state()
    before = parameters.tobytes()
    try:
        model.step(parameters, state, arrays, batch, model.options())
    except Refused as refusal:
        assert message in str(refusal), refusal
        assert parameters.tobytes() == before, "a refused call wrote"
        return
    raise AssertionError(f"not refused: {message}")


def compiled(folder, text):
    pathlib.Path(folder).mkdir(exist_ok=True)
    source = pathlib.Path(folder) / "net.mimo"
    source.write_text(text)
    return compile_model(source, source.with_suffix(".so"), "f32", [])


def needs_rows(model):
    """A batchnorm trains on two rows of the size it runs along, evaluates one, and statistics are of these rows."""
    random = np.random.RandomState(1)
    rows = lambda nodes: {name: random.standard_normal((nodes, 2)) for name in ("x", "y")}
    expect(model, rows(1), 1, "step: inputs.nodes is 1; training needs at least 2 rows (net.mimo:5)")
    parameters, state, several = model.initial_parameters(3), model.initial_state(), rows(5)
    assert np.isfinite(model.forward(parameters, rows(1), 1)["out"]).all()
    model.step(parameters, state, several, 1, model.options())
    assert np.allclose(model.buffers(parameters)["out.running_mean"], 0.1 * several["x"].mean(0), atol=1e-6)


def main(folder):
    model = compiled(folder, SOURCE)
    for nodes, edges in ((8, 9), (1, 0)):
        model.step(model.initial_parameters(3), model.initial_state(), data(nodes, edges, 2), 2, model.options())
    expect(model, data(9, 9, 2), 2, "step: inputs.nodes is 9, and the model takes 1 to 8 (net.mimo:2)")
    expect(model, data(0, 0, 2), 2, "step: inputs.nodes is 0, and the model takes 1 to 8 (net.mimo:2)")
    expect(model, data(8, 10, 2), 2, "step: inputs.edges is 10, and the model takes 0 to 9 (net.mimo:3)")
    wrong = data(8, 9, 2)
    wrong["edge"][4, 1] = 8
    expect(model, wrong, 2, "step: inputs.edge[4, 1] is 8, which is not in [0, 8) (net.mimo:5)")
    fewer = data(5, 9, 2)
    fewer["edge"][2, 0] = 5
    expect(model, fewer, 2, "step: inputs.edge[2, 0] is 5, which is not in [0, 5) (net.mimo:5)")
    other = data(8, 9, 2)
    other["graph"][7] = 2
    expect(model, other, 2, "step: inputs.graph[7] is 2, which is not in [0, 2) (net.mimo:6)")
    needs_rows(compiled(f"{folder}/normed", NORMED))


main(sys.argv[1])
