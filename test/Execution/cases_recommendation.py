"""Models of examples/zoo that live on embeddings."""
import pathlib

import torch
import torch.nn.functional as F

from cases_indexing import Rows
from twin import Case, Outcome, bce_with_logits, batches, chain, reduced, shapes_of

ZOO = pathlib.Path(__file__).resolve().parents[2] / "examples" / "zoo"


def zoo(name):
    return (ZOO / name / "model.mimo").read_text()


def clicks(random, n):
    return random.integers(n, 1, high=2).astype("float32")


def small(random, _, shape):
    return random.normal(*shape, scale=0.4)


def deepfm():
    def twin(p, d):
        first = F.embedding(d["feature"], p["first.0.weight"]).sum(1)
        v = F.embedding(d["feature"], p["v.weight"])
        second = 0.5 * (v.sum(1) ** 2 - (v ** 2).sum(1)).sum(1, keepdim=True)
        click = first + second + chain(p, "deep", v, lambda x: x.flatten(1), "linear", torch.relu, "linear", torch.relu, "linear")
        return Outcome({"click": click, "probability": click.sigmoid()}, {"fit": reduced(bce_with_logits, click, d["clicked"])})

    draw = lambda random, n: {"feature": random.integers(n, 6, high=60), "clicked": clicks(random, n)}
    parameters = ({"first.0.weight": (60, 1), "v.weight": (60, 4)} | shapes_of("deep.1", 24, 16) | shapes_of("deep.3", 16, 16)
                  | shapes_of("deep.5", 16, 1))
    return Case("deepfm", zoo("deepfm"), parameters, twin, batches(draw, 1, 7, 32), {"fit": 1.0},
                lambda tensors: torch.optim.Adam(tensors, lr=0.02), draw_parameter=small)


def dlrm():
    def twin(p, d):
        bottom = chain(p, "bottom", d["dense"], "linear", torch.relu, "linear", torch.relu)
        vectors = [bottom, F.embedding(d["user"], p["user_table.weight"]), F.embedding(d["item"], p["item_table.weight"]),
                   F.embedding(d["tag"], p["tag_table.weight"], padding_idx=0).mul((d["tag"] != 0)[..., None].double()).sum(1)]
        pairs = [(vectors[i] * vectors[j]).sum(1, keepdim=True) for i in range(4) for j in range(i + 1, 4)]
        top = chain(p, "top", torch.cat([bottom, *pairs], 1), "linear", torch.relu, "linear")
        return Outcome({"top": top, "probability": top.sigmoid()}, {"fit": reduced(bce_with_logits, top, d["clicked"])})

    draw = lambda random, n: {"dense": random.normal(n, 5), "user": random.integers(n, high=50), "item": random.integers(n, high=40),
                              "tag": random.integers(n, 4, high=30) * (random.integers(n, 4, high=3) > 0), "clicked": clicks(random, n)}
    parameters = (shapes_of("bottom.0", 5, 16) | shapes_of("bottom.2", 16, 8)
                  | {"user_table.weight": (50, 8), "item_table.weight": (40, 8), "tag_table.weight": (30, 8)}
                  | shapes_of("top.0", 14, 16) | shapes_of("top.2", 16, 1))
    return Case("dlrm", zoo("dlrm"), parameters, twin, batches(draw, 1, 7, 32), {"fit": 1.0},
                lambda tensors: Rows(torch.optim.SGD(tensors, lr=0.1), tensors[4:7]), draw_parameter=small)


GROUPS = {"recommendation": [deepfm(), dlrm()]}
