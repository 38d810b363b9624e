"""graph_data.py write FOLDER: data files of graphs for mimo, good and bad. graph_data.py same A B: two files of arrays hold the same bytes."""
import json
import pathlib
import struct
import sys

import numpy as np

NODES, EDGES = (3, 1, 5, 2, 4, 6), (4, 0, 9, 1, 7, 8)


def offsets(sizes):
    return np.concatenate([[0], np.cumsum(sizes)])


def graphs(random):
    """Graphs of a few nodes; one has no edges."""
    edge = [random.randint(0, nodes, (edges, 2)) for nodes, edges in zip(NODES, EDGES)]
    x = random.standard_normal((sum(NODES), 3)).astype(np.float32)
    label = random.randint(-1, 2, sum(NODES))
    return {"x": x, "edge": np.concatenate(edge), "text": random.standard_normal((len(NODES), 2)).astype(np.float32),
            "root": np.array([random.randint(nodes) for nodes in NODES], np.int32), "label": label,
            "y": random.standard_normal((len(NODES), 1)).astype(np.float32),
            "nodes.offsets": offsets(NODES), "edges.offsets": offsets(EDGES).astype(np.int32)}


def changed(data, **entries):
    return data | {name.replace("_of", ".offsets"): value for name, value in entries.items()}


def edited(array, place, value):
    array = array.copy()
    array[place] = value
    return array


def bad(data):
    edge, nodes = data["edge"], data["nodes.offsets"]
    yield "next", changed(data, edge=edited(edge, (4, 1), 5))        # a node of the next graph but one: row 0 of graph 2 has nodes 0 to 4
    yield "negative", changed(data, edge=edited(edge, (2, 0), -1))
    yield "falling", changed(data, nodes_of=edited(nodes, 2, 2))
    yield "first", changed(data, nodes_of=edited(nodes, 0, 1))
    yield "short", changed(data, nodes_of=nodes[:-1])
    yield "other", changed(data, edges_of=offsets((4, 9, 16)))
    yield "floats", changed(data, nodes_of=nodes.astype(np.float64))
    yield "large", changed(data, nodes_of=offsets((0, 13, 0, 0, 2, 6)), edge=edge * 0)
    yield "without", {name: value for name, value in data.items() if name != "edges.offsets"}
    yield "label", changed(data, label=edited(data["label"], 10, 2))
    yield "root", changed(data, root=edited(data["root"], 1, 1))
    yield "of_other", data | {"graph": edited(np.repeat(np.arange(len(NODES)), NODES), 7, 3)}


def write(folder):
    data = graphs(np.random.RandomState(5))
    np.savez(folder / "graphs.npz", **data)
    np.savez(folder / "graph.npz", **data, graph=np.repeat(np.arange(len(NODES)), NODES))
    np.save(folder / "offsets.npy", data["edges.offsets"])
    for name, broken in bad(data):
        np.savez(folder / f"{name}.npz", **broken)
    # The graphs as one: what joining them must give.
    shift = np.repeat(data["nodes.offsets"][:-1], EDGES)[:, None]
    joined = {"x": data["x"], "edge": data["edge"] + shift, "label": data["label"]}
    np.savez(folder / "joined.npz", **joined)
    table = np.column_stack([data["x"], data["label"]])
    head = "x.0,x.1,x.2,label"
    rows = [",".join([*(f"{v:.9g}" for v in row[:3]), "" if row[3] < 0 else str(int(row[3]))]) for row in table]
    (folder / "nodes.csv").write_text("\n".join([head, *rows]) + "\n")
    (folder / "edges.csv").write_text("\n".join(["edge.0,edge.1", *(f"{a},{b}" for a, b in joined["edge"])]) + "\n")


def arrays(path):
    if path.suffix == ".npz":
        return {name: (value.shape, value.tobytes()) for name, value in np.load(path).items()}
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    return {name: (tuple(row["shape"]), raw[8 + size:][slice(*row["data_offsets"])])
            for name, row in json.loads(raw[8:8 + size]).items() if name != "__metadata__"}


def same(first, second):
    first, second = arrays(pathlib.Path(first)), arrays(pathlib.Path(second))
    assert first.keys() == second.keys(), (first.keys(), second.keys())
    differing = [name for name in first if first[name] != second[name]]
    assert first and not differing, differing


if sys.argv[1] == "write":
    write(pathlib.Path(sys.argv[2]))
else:
    same(*sys.argv[2:])
