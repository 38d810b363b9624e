"""graph_batches.py FOLDER: what a graph gives does not depend on the graphs that it is joined with, on where its nodes stand between theirs, or
on what the workspace held; graphs without edges and without nodes give numbers."""
import pathlib
import sys

import numpy as np

from compare import compile_model

SOURCE = """model Net {
  dim nodes <= 200
  dim edges <= 900
  input x: f32[nodes, 5]
  input edge: i64[edges, 2] < nodes
  input graph: i64[nodes] < batch
  input text: f32[batch, 3]
  own = x -> linear(19) -> tanh
  sent = take(own, edge[:, 0], axis = 0)
  weights = segment_softmax(sum(sent * take(own, edge[:, 1], axis = 0), axis = 1), edge[:, 1], nodes)
  mixed = own + segment_sum(sent * unsqueeze(weights, 1), edge[:, 1], nodes) / unsqueeze(1 + degree(edge[:, 1], nodes), 1)
  head node = concat(mixed, take(text, graph, axis = 0)) -> linear(7)
  pooled = concat(segment_sum(mixed, graph, batch), segment_mean(node, graph, batch), segment_max(mixed, graph, batch), text)
  head out = pooled -> linear(6)
}
"""
SIZES = ((5, 12), (1, 0), (31, 150), (17, 40), (2, 1), (64, 301), (9, 0))


def graph(random, nodes, edges):
    return {"x": random.standard_normal((nodes, 5)).astype(np.float32), "edge": random.randint(0, max(1, nodes), (edges, 2)),
            "text": random.standard_normal((1, 3)).astype(np.float32)}


def joined(graphs, places=None):
    """Graphs side by side; with `places`, where each of the joined nodes shall stand."""
    counts = [len(part["x"]) for part in graphs]
    before = np.cumsum(counts) - counts
    data = {"x": np.concatenate([part["x"] for part in graphs]), "text": np.concatenate([part["text"] for part in graphs]),
            "edge": np.concatenate([part["edge"] + start for part, start in zip(graphs, before)]).astype(np.int64),
            "graph": np.repeat(np.arange(len(graphs)), counts)}
    if places is not None:
        data["edge"] = places[data["edge"]]
        data["x"][places], data["graph"][places] = data["x"].copy(), data["graph"].copy()
    return data


def heads(model, parameters, data):
    return model.forward(parameters, data, len(data["text"]))


def same(one, other, what):
    assert one.tobytes() == other.tobytes(), f"{what}: not the same bits"


def compare(model, parameters, graphs, whole, where):
    """`where`: the rows of each graph's nodes among the joined ones."""
    for number, part in enumerate(graphs):
        alone = heads(model, parameters, joined([part]))
        same(alone["out"], whole["out"][number:number + 1], f"graph {number} alone")
        same(alone["node"], whole["node"][where[number]], f"the nodes of graph {number} alone")


def rows_of(graphs, places):
    counts = np.cumsum([0] + [len(part["x"]) for part in graphs])
    return [places[first:last] for first, last in zip(counts, counts[1:])]


def shuffled_between(random, graphs):
    """Places that mix the graphs' nodes, and keep the order within each."""
    owner = random.permutation(np.repeat(np.arange(len(graphs)), [len(part["x"]) for part in graphs]))
    return np.concatenate([np.nonzero(owner == number)[0] for number in range(len(graphs))])


def empty(model, parameters, random):
    """No edges at all, no nodes of one graph; each is what it is beside others."""
    parts = [graph(random, 3, 0), graph(random, 0, 0), graph(random, 4, 0)]
    whole = heads(model, parameters, joined(parts))
    assert all(np.isfinite(value).all() for value in whole.values())
    beside = heads(model, parameters, joined([graph(random, 6, 20), *parts]))
    same(whole["out"], beside["out"][1:], "graphs without edges")
    same(whole["node"], beside["node"][6:], "their nodes")


def main(folder):
    source = pathlib.Path(folder) / "net.mimo"
    source.write_text(SOURCE)
    for precision in ("f32", "f64"):
        model = compile_model(source, source.with_suffix(f".{precision}.so"), precision, [])
        random, parameters = np.random.RandomState(8), model.initial_parameters(1)
        graphs = [graph(random, *size) for size in SIZES]
        total = sum(len(part["x"]) for part in graphs)
        whole = heads(model, parameters, joined(graphs))
        compare(model, parameters, graphs, whole, rows_of(graphs, np.arange(total)))
        places = shuffled_between(random, graphs)
        mixed = heads(model, parameters, joined(graphs, places))
        same(mixed["out"], whole["out"], "graphs whose nodes stand between one another")
        compare(model, parameters, graphs, mixed, rows_of(graphs, places))
        empty(model, parameters, random)


main(sys.argv[1])
