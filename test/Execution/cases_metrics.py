"""Metrics that are ratios of counts."""
import numpy as np
import torch

from cases_losses import selection
from cases_objectives import value_
from twin import Batch, Case, Outcome, linear, model, reduced, shapes_of


def metrics():
    """Ratios of counts over logits with thresholds and over classes, masked and weighted."""
    pairs = {"precision": (lambda p, t: p * t, lambda p, t: p), "recall": (lambda p, t: p * t, lambda p, t: t),
             "f1": (lambda p, t: 2 * p * t, lambda p, t: p + t)}
    lines, figures = [], {}
    for name, (value, count) in pairs.items():
        for kind, call in (("", f"{name}(out, y)"), ("_half", f"{name}(sigmoid(out), y, threshold = 0.75)"), ("_class", f"{name}(logits, k, class_index = 2)")):
            lines += [f"metric {name}{kind} = {call} where keep == 1", f"metric {name}{kind}_w = {call} weight w reduce weighted_mean"]
            figures[f"{name}{kind}"] = (kind, value, count)
    source = model("Ratios", "input x: f32[batch, 4]", "target y: f32[batch, 2]", "target b: i32[batch, 2]", "target k: i64[batch]", "target keep: i32[batch]",
                   "target w: f32[batch]", "head out = x -> linear(2)", "head logits = x -> linear(4)", *lines,
                   "metric best = top_k(logits, k, k = 1)", "metric two = top_k(logits, k, k = 2) where keep == 1", "metric all = top_k(logits, k, k = 4)",
                   "metric right = accuracy(out, y)", "metric whole = accuracy(out, b) where keep == 1", "metric sure = accuracy(out, y, threshold = 0.5)",
                   "loss fit = mse(out, y)", "minimize fit")

    def twin(p, d):
        out, logits, keep = linear(p, "out", d["x"]), linear(p, "logits", d["x"]), d["keep"] == 1
        nothing = torch.tensor(float("nan"))
        over = lambda total, n: total / n if n != 0 else nothing
        o, z = value_(out), value_(logits)
        y, w = value_(d["y"]), value_(d["w"])
        of = {"": ((o > 0).double(), y), "_half": ((o.sigmoid() > 0.75).double(), y),
              "_class": ((z.argmax(1) == 2).double(), (d["k"] == 2).double())}
        found = {}
        for name, (kind, value, count) in figures.items():
            a, b = of[kind]
            weight = w.reshape([-1] + [1] * (a.dim() - 1))
            found[name] = over(value(a, b)[keep].sum(), count(a, b)[keep].sum())
            found[f"{name}_w"] = over((value(a, b) * weight).sum(), (count(a, b) * weight).sum())
        place = (z > z.gather(1, d["k"].unsqueeze(1))).sum(1)
        mean = lambda hits: hits.double().mean() if hits.numel() else nothing
        found |= {"best": mean(place < 1), "two": mean((place < 2)[keep]), "all": mean(place < 4), "right": mean((o > 0) == (y > 0.5)),
                  "whole": mean(((o > 0) == (d["b"] == 1))[keep]), "sure": mean((o > 0.5) == (y > 0.5))}
        return Outcome({"out": out, "logits": logits}, {"fit": reduced(lambda a, b: (a - b) ** 2, out, d["y"])}, found)

    def draw(kind):
        return lambda random, rows: {"x": random.normal(rows, 4, scale=3), "y": random.integers(rows, 2, high=2, dtype=np.float32),
                                     "b": random.integers(rows, 2, high=2, dtype=np.int32), "k": random.integers(rows, high=4),
                                     "keep": selection(random, rows, kind).astype(np.int32), "w": random.integers(rows, low=1, high=9, dtype=np.float32) / 8}

    return Case("ratios", source, shapes_of("out", 4, 2) | shapes_of("logits", 4, 4), twin,
                [Batch(f"{k}{n}", n, draw(k)) for k, n in (("some", 1), ("some", 23), ("none", 4))], {"fit": 1.0}, vjp=False)


GROUPS = {"metrics": [metrics()]}
