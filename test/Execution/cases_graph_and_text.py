"""The models of examples/graph_and_text: the karate club, whole, and discussions as they are joined to batches."""
import csv

import numpy as np
import torch

from cases_graph_layers import gcn_conv, mean_of, sage_conv
from cases_graphs import degree, segment_max_of_computed, segment_mean, segment_sum
from cases_models import EXAMPLES
from twin import Case, Outcome, accuracy, batches, cross_entropy, linear, mse, reduced, shapes_of

FOLDER = EXAMPLES / "graph_and_text"


def table(name):
    with open(FOLDER / "data" / name) as file:
        return list(csv.DictReader(file))


def karate_data(random, n):
    members, ties = table("members.csv"), table("ties.csv")
    column = lambda name, dtype: np.array([float(row[name]) for row in members]).astype(dtype)
    return {"member": column("member", np.int64), "tie": np.array([[int(row["tie.0"]), int(row["tie.1"])] for row in ties]),
            "club": column("club", np.int64), "known": column("known", np.int32), "share": column("share", np.float32)[:, None],
            "measured": column("measured", np.int32)}


def rmse(p, t):
    return torch.sqrt(((p - t) ** 2).mean())


def karate():
    shapes = {"person.weight": (34, 16)}
    for name, units in {"h.conv": 16, "clubs": 2, "shares": 1}.items():
        shapes |= shapes_of(f"{name}.lin", 16, units, bias=False) | {f"{name}.bias": (units,)}

    def twin(p, d):
        h = torch.relu(gcn_conv(p, "h.conv", p["person.weight"][d["member"]], d["tie"]))
        clubs, shares = gcn_conv(p, "clubs", h, d["tie"]), gcn_conv(p, "shares", h, d["tie"])
        known, measured = d["known"] == 1, d["measured"] == 1
        return Outcome({"clubs": clubs, "shares": shares},
                       {"choice": reduced(cross_entropy, clubs, d["club"], known), "side": reduced(mse, shares, d["share"], measured)},
                       {"accuracy": accuracy(clubs[~known], d["club"][~known]), "error": rmse(shares[~measured], d["share"][~measured])})
    return Case("karate", (FOLDER / "karate.mimo").read_text(), shapes, twin, batches(karate_data, 34), {"choice": 1.0, "side": 1.0},
                lambda tensors: torch.optim.Adam(tensors, lr=1e-2, weight_decay=5e-4))


def discussions_data(random, n):
    """Graphs of 6 to 11 participants, as many as there are rows, one after the other."""
    nodes = random.integers(n, low=6, high=12)
    before = np.cumsum(nodes) - nodes
    answers = [start + random.integers(2 * count, 2, high=count) for start, count in zip(before, nodes)]
    return {"activity": random.normal(nodes.sum(), 2), "answer": np.concatenate(answers), "discussion": np.repeat(np.arange(n), nodes),
            "text": random.normal(n, 6), "kind": random.integers(n, high=3), "rating": random.normal(n, 1)}


def discussions():
    shapes = shapes_of("both.0", 54, 16) | shapes_of("kinds_of", 16, 3) | shapes_of("ratings", 16, 1)
    for name, inputs in (("person.first", 3), ("person.second", 16)):
        shapes |= shapes_of(f"{name}.lin_l", inputs, 16) | shapes_of(f"{name}.lin_r", inputs, 16, bias=False)

    def twin(p, d):
        edge, of, n = d["answer"], d["discussion"], len(d["text"])
        h = torch.cat([d["activity"], torch.log1p(degree(edge[:, 1], len(of)))[:, None]], 1)
        for name in ("person.first", "person.second"):
            h = torch.relu(sage_conv(p, name, h, mean_of(h, edge)))
        pooled = torch.cat([segment_mean(h, of, n), segment_max_of_computed(h, of, n), 0.1 * segment_sum(h, of, n), d["text"]], 1)
        both = torch.relu(linear(p, "both.0", pooled))
        kinds, ratings = linear(p, "kinds_of", both), linear(p, "ratings", both)
        return Outcome({"kinds_of": kinds, "ratings": ratings},
                       {"kind_loss": reduced(cross_entropy, kinds, d["kind"]), "rating_loss": reduced(mse, ratings, d["rating"])},
                       {"accuracy": accuracy(kinds, d["kind"]), "error": rmse(ratings, d["rating"])})
    return Case("discussions", (FOLDER / "discussions.mimo").read_text(), shapes, twin, batches(discussions_data, 1, 5),
                {"kind_loss": 1.0, "rating_loss": 1.0}, lambda tensors: torch.optim.Adam(tensors, lr=1e-2))


GROUPS = {"graph_and_text": [karate(), discussions()]}
