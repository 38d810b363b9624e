"""Metrics that are ratios of counts, and those that are made of sums over all rows."""
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


NOTHING = torch.tensor(float("nan"))


def weights_of(like, where, weight):
    """What each number counts, of the shape of `like`."""
    weight = torch.ones_like(like) if weight is None else weight.reshape(weight.shape + (1,) * (like.dim() - weight.dim())).expand(like.shape)
    return weight[where]


def root_mean_squared_error(p, t, where, weight):
    """Over all numbers, as torchmetrics has it."""
    w = weights_of(value_(t), where, weight)
    return (((p[where] - t[where]) ** 2 * w).sum() / w.sum()).sqrt() if w.sum() != 0 else NOTHING


def r2_score(p, t, where, weight):
    """sklearn.metrics.r2_score with its default, the uniform average over the outputs."""
    w, p, t = weights_of(value_(t), where, weight), p[where], t[where]
    if len(w) < 2:
        return NOTHING
    mean = (t * w).sum(0) / w.sum(0)
    return (1 - ((t - p) ** 2 * w).sum(0) / ((t - mean) ** 2 * w).sum(0)).mean()


def scores_of_classes(kind, predicted, actual, weight, average):
    """sklearn.metrics' precision_score, recall_score and f1_score of one-hot rows, the classes being those that occur."""
    hits, predicted, actual = ((x * weight).sum(0) for x in (predicted * actual, predicted, actual))
    if average == "micro":
        hits, predicted, actual = hits.sum(), predicted.sum(), actual.sum()
    base = {"precision": predicted, "recall": actual, "f1": (predicted + actual) / 2}[kind]
    if average == "micro":
        return hits / base if base != 0 else NOTHING
    occurs = predicted + actual != 0
    return torch.where(base == 0, 0.0, hits / base)[occurs].mean() if occurs.any() else NOTHING


def confusion_matrix(predicted, actual, weight, classes):
    """sklearn.metrics.confusion_matrix: a row for each true class."""
    table = torch.zeros(classes, classes)
    for p, t, w in zip(predicted.reshape(-1).tolist(), actual.reshape(-1).tolist(), weight.reshape(-1).tolist()):
        table[t, p] += w
    return table


CLAUSES = {"": "", "_some": " where keep == 1", "_w": " weight w", "_both": " where keep == 1 weight w reduce weighted_mean"}


def figures():
    """Root mean squared error, R2, averages over classes and tables of confusion; masked and weighted."""
    calls = {"rmse": "rmse(out, y)", "r2": "r2(out, y)", "r2_one": "r2(out[:, 0], y[:, 0])", "confusion": "confusion(logits, k)", "table": "confusion(out, bits, threshold = 0.25)"}
    calls |= {f"{kind}_{average}": f"{kind}(logits, k, average = {average})" for kind in ("precision", "recall", "f1") for average in ("micro", "macro")}
    calls |= {f"tags_{kind}_{average}": f"{kind}(out, bits, average = {average})" for kind in ("precision", "recall", "f1") for average in ("micro", "macro")}
    lines = [f"metric {name}{suffix} = {call}{clause}" for name, call in calls.items() for suffix, clause in CLAUSES.items()]
    source = model("Figures", "input x: f32[batch, 4]", "target y: f32[batch, 3]", "target bits: f32[batch, 3]", "target k: i32[batch]", "target keep: i32[batch]",
                   "target w: f32[batch]", "target e: f32[batch, 3]", "head out = x -> linear(3)", "head logits = x -> linear(6)", *lines,
                   "metric rmse_elements = rmse(out, y) where y > 0 weight e", "metric r2_elements = r2(out, y) weight e",
                   "metric tags_elements = f1(out, bits, average = macro) weight e", "loss fit = mse(out, y)", "minimize fit")

    def twin(p, d):
        out, logits = linear(p, "out", d["x"]), linear(p, "logits", d["x"])
        o, z, y, bits, e = (value_(v) for v in (out, logits, d["y"], d["bits"], d["e"]))
        keep, w, every, k = d["keep"] == 1, value_(d["w"]), torch.ones(len(o), dtype=torch.bool), d["k"].long()
        hot = lambda label: torch.nn.functional.one_hot(label, 6).double()
        found = {}
        for suffix, (where, weight) in {"": (every, None), "_some": (keep, None), "_w": (every, w), "_both": (keep, w)}.items():
            w_rows = (torch.ones(len(o)) if weight is None else weight)[where]
            found[f"rmse{suffix}"] = root_mean_squared_error(out, d["y"], where, weight)
            found[f"r2{suffix}"] = r2_score(out, d["y"], where, weight)
            found[f"r2_one{suffix}"] = r2_score(out[:, 0], d["y"][:, 0], where, weight)
            tables = {"confusion": confusion_matrix(z.argmax(1)[where], k[where], w_rows, 6),
                      "table": confusion_matrix((o > 0.25).long()[where], bits.long()[where], w_rows[:, None].expand(-1, 3), 2)}
            for name, table in tables.items():
                found[f"{name}{suffix}.counts"] = table
                found[f"{name}{suffix}"] = table.diag().sum() / table.sum() if table.sum() != 0 else NOTHING
            for kind in ("precision", "recall", "f1"):
                for average in ("micro", "macro"):
                    found[f"{kind}_{average}{suffix}"] = scores_of_classes(kind, hot(z.argmax(1))[where], hot(k)[where], w_rows[:, None], average)
                    found[f"tags_{kind}_{average}{suffix}"] = scores_of_classes(kind, (o > 0).double()[where], bits[where], w_rows[:, None], average)
        found |= {"rmse_elements": root_mean_squared_error(out, d["y"], y > 0, e), "r2_elements": r2_score(out, d["y"], every, e),
                  "tags_elements": scores_of_classes("f1", (o > 0).double(), bits, e, "macro")}
        return Outcome({"out": out, "logits": logits}, {"fit": reduced(lambda a, b: (a - b) ** 2, out, d["y"])}, found)

    def draw(kind):
        return lambda random, rows: {"x": random.normal(rows, 4, scale=3), "y": random.normal(rows, 3), "bits": random.integers(rows, 3, high=2, dtype=np.float32),
                                     "k": random.integers(rows, high=5, dtype=np.int32), "keep": selection(random, rows, kind).astype(np.int32),
                                     "w": random.integers(rows, low=1, high=9, dtype=np.float32) / 8, "e": random.integers(rows, 3, low=1, high=9, dtype=np.float32) / 8}

    return Case("figures", source, shapes_of("out", 4, 3) | shapes_of("logits", 4, 6), twin,
                [Batch(f"{k}{n}", n, draw(k)) for k, n in (("some", 1), ("some", 37), ("none", 4))], {"fit": 1.0}, vjp=False)


GROUPS = {"metrics": [metrics(), figures()]}
