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


def far_from_zero(random, name, shape):
    """Small, but for what a tower ends with: rounding moves the direction of a short vector too much to compare."""
    return random.normal(*shape, scale=2.0 if name.endswith("_tower.2.bias") else 0.4)


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


def two_tower():
    def bag(p, name, ids):
        return F.embedding(ids, p[name], padding_idx=0).mul((ids != 0)[..., None].double()).sum(1)

    def twin(p, d):
        tower = lambda name, *parts: F.normalize(chain(p, name, torch.cat(parts, 1), "linear", torch.relu, "linear"))
        seen = bag(p, "seen.weight", d["history"]) / (d["history"] != 0).double().sum(1, keepdim=True).clamp(min=1.0)
        user = tower("user_tower", F.embedding(d["user"], p["who.weight"]), seen)
        item = tower("item_tower", F.embedding(d["item"], p["what.weight"]), bag(p, "about.weight", d["topic"]))
        fit = F.cross_entropy(user @ item.T / 0.5, torch.arange(len(user)))
        return Outcome({"user_tower": user, "item_tower": item, "similarity": (user * item).sum(1)}, {"fit": fit})

    filled = lambda random, n, width, high: random.integers(n, width, high=high) * (random.integers(n, width, high=3) > 0)
    draw = lambda random, n: {"user": random.integers(n, high=40), "history": filled(random, n, 5, 30), "item": random.integers(n, high=30),
                              "topic": filled(random, n, 3, 12)}
    tables = {"who.weight": (40, 4), "seen.weight": (30, 4), "what.weight": (30, 4), "about.weight": (12, 4)}
    towers = {}
    for name in ("user_tower", "item_tower"):
        towers |= shapes_of(f"{name}.0", 8, 8) | shapes_of(f"{name}.2", 8, 4)
    return Case("two_tower", zoo("two_tower"), tables | towers, twin, batches(draw, 2, 7, 32), {"fit": 1.0},
                lambda tensors: Rows(torch.optim.Adagrad(tensors, lr=0.01, initial_accumulator_value=0.125), tensors[:4]), draw_parameter=far_from_zero)


GROUPS = {"recommendation": [deepfm(), dlrm(), two_tower()]}
