"""Every loss with every mask, weight and reduction; penalties, coefficients and metrics."""
import numpy as np
import torch

from twin import (Batch, Case, Outcome, accuracy, bce_with_logits, chain, cross_entropy, l1, linear, model, mse, reduced,
                  shapes_of, smooth_l1)

REDUCTIONS = ("mean", "sum", "batch_mean", "weighted_mean")
SELECTIONS = ("all", "some", "none", "one")


def selection(random, rows, kind):
    """Which rows are selected."""
    chosen = {"all": np.ones(rows, bool), "none": np.zeros(rows, bool), "one": np.arange(rows) == rows // 2,
              "some": random.uniform(rows) < 0.5}[kind]
    return chosen


def combinations(function_text, mask, weight):
    """loss name -> (text, has mask, has weight, reduction)"""
    for masked in (False, True):
        for weighted in (False, True):
            for reduction in REDUCTIONS:
                if reduction == "weighted_mean" and not weighted:
                    continue
                name = f"{'m' if masked else ''}{'w' if weighted else ''}_{reduction}".strip("_")
                text = function_text + (f" where {mask}" if masked else "") + (f" weight {weight}" if weighted else "")
                if reduction != "mean":
                    text += f" reduce {reduction}"
                yield name, text, masked, weighted, reduction


def loss_case(name, call, function, width, target, draw_target):
    """One head and every combination of clauses. `target` declares y, `draw_target` draws it."""
    texts = list(combinations(call, "keep == 1", "w"))
    source = model("Losses", "input x: f32[batch, 4]", target, "target keep: i32[batch]", "target w: f32[batch]",
                   f"head out = x -> linear({width})", *(f"loss {loss} = {text}" for loss, text, *_ in texts),
                   "minimize " + " + ".join(loss for loss, _, masked, *_ in texts if masked),
                   "optimizer sgd(lr = 0.01)")

    def twin(p, d):
        out = linear(p, "out", d["x"])
        losses = {}
        for loss, _, masked, weighted, reduction in texts:
            where = d["keep"] == 1 if masked else None
            losses[loss] = reduced(function, out, d["y"], where, d["w"] if weighted else None, reduction)
        return Outcome({"out": out}, losses)

    def draw(kind):
        def drawn(random, rows):
            keep = selection(random, rows, kind)
            return {"x": random.normal(rows, 4), "y": draw_target(random, rows), "keep": keep.astype(np.int32),
                    "w": random.uniform(rows, low=0.25, high=2)}
        return drawn

    return Case(name, source, shapes_of("out", 4, width), twin,
                [Batch(f"{kind}{rows}", rows, draw(kind)) for kind in SELECTIONS for rows in (1, 5, 17)],
                {loss: 1.0 for loss, _, masked, *_ in texts if masked}, lambda tensors: torch.optim.SGD(tensors, lr=0.01),
                vjp=False)


def spoiled_case(name, call, function, width, target, draw_target, spoil, mask):
    """Targets that are not selected are NaN or out of range (`spoil` makes them so), and their weights are NaN; the
    values are as if they were not there."""
    mask_text, mask_of = mask
    texts = [row for row in combinations(call, mask_text, "w") if row[2]]
    source = model("Spoiled", "input x: f32[batch, 4]", target, "target w: f32[batch]", f"head out = x -> linear({width})",
                   *(f"loss {loss} = {text}" for loss, text, *_ in texts),
                   "minimize " + " + ".join(f"0.5 * {loss}" for loss, *_ in texts), "optimizer adam(lr = 0.01)")

    def twin(p, d):
        out = linear(p, "out", d["x"])
        losses = {}
        for loss, _, _, weighted, reduction in texts:
            losses[loss] = reduced(function, out, d["y"], mask_of(d["y"]), d["w"] if weighted else None, reduction)
        return Outcome({"out": out}, losses)

    def draw(kind):
        def drawn(random, rows):
            keep = selection(random, rows, kind)
            y, w = draw_target(random, rows), random.uniform(rows, low=0.25, high=2)
            w[~keep] = np.nan
            return {"x": random.normal(rows, 4), "y": spoil(random, y, keep), "w": w}
        return drawn

    return Case(name, source, shapes_of("out", 4, width), twin,
                [Batch(f"{kind}{rows}", rows, draw(kind)) for kind in SELECTIONS for rows in (2, 9)],
                {loss: 0.5 for loss, *_ in texts}, lambda tensors: torch.optim.Adam(tensors, lr=0.01), vjp=False)


def nan_rows(random, y, keep):
    y = y.copy()
    y[~keep] = np.nan
    return y


def wild_ids(random, y, keep):
    y = y.copy()
    y[~keep] = random.integers(int((~keep).sum()), low=-9, high=0, dtype=y.dtype)
    return y


NOT_NAN = ("not isnan(y)", lambda y: ~y.isnan())


def regression():
    functions = {"mse": ("mse(out, y)", mse), "l1": ("l1(out, y)", l1), "smooth_l1": ("smooth_l1(out, y)", smooth_l1(1.0)),
                 "smooth_l1_beta": ("smooth_l1(out, y, beta = 0.25)", smooth_l1(0.25))}
    for name, (call, function) in functions.items():
        for width in (1, 3) if name == "mse" else (3,):
            draw = lambda random, rows, width=width: random.normal(rows, width)
            suffix = f"_{width}" if name == "mse" else ""
            yield loss_case(name + suffix, call, function, width, f"target y: f32[batch, {width}]", draw)
            # The mask has the values' shape here: element by element.
            yield spoiled_case(name + suffix + "_nan", call, function, width, f"target y: f32[batch, {width}]", draw,
                               nan_rows, NOT_NAN)
    bce = lambda random, rows: random.uniform(rows, 3)
    yield loss_case("bce", "bce_with_logits(out, y)", bce_with_logits, 3, "target y: f32[batch, 3]", bce)
    yield spoiled_case("bce_nan", "bce_with_logits(out, y)", bce_with_logits, 3, "target y: f32[batch, 3]", bce, nan_rows, NOT_NAN)


def classification():
    for dtype, text in ((np.int64, "i64"), (np.int32, "i32")):
        draw = lambda random, rows, dtype=dtype: random.integers(rows, high=7, dtype=dtype)
        yield loss_case(f"cross_entropy_{text}", "cross_entropy(out, y)", cross_entropy, 7, f"target y: {text}[batch]", draw)
        yield spoiled_case(f"cross_entropy_{text}_wild", "cross_entropy(out, y)", cross_entropy, 7, f"target y: {text}[batch] < 7", draw,
                           wild_ids, ("y >= 0", lambda y: y >= 0))
    yield elementwise_masks()


def elementwise_masks():
    """Masks and weights of the values' shape, of a leading part of it, and with trailing ones."""
    clauses = {"elements": ("where m == 1", "m", None), "rows": ("where r == 1", "r", None), "column": ("where c == 1", "c", None),
               "element_weights": ("weight u", None, "u"), "column_weights": ("where m == 1 weight v reduce weighted_mean", "m", "v"),
               "row_mean": ("where r == 1 weight u reduce weighted_mean", "r", "u")}
    source = model("Masks", "input x: f32[batch, 4]", "target y: f32[batch, 3]", "target m: i32[batch, 3]", "target r: i64[batch]",
                   "target c: i32[batch, 1]", "target u: f32[batch, 3]", "target v: f32[batch, 1]", "head out = x -> linear(3)",
                   *(f"loss {name} = mse(out, y) {text}" for name, (text, *_) in clauses.items()),
                   "minimize " + " + ".join(clauses), "optimizer sgd(lr = 0.01)")

    def twin(p, d):
        out = linear(p, "out", d["x"])
        every = lambda x: x.reshape(x.shape[0], -1).expand(out.shape)
        losses = {}
        for name, (text, mask, weight) in clauses.items():
            where = every(d[mask]) == 1 if mask else None
            losses[name] = reduced(mse, out, d["y"], where, every(d[weight]) if weight else None,
                                   "weighted_mean" if "weighted_mean" in text else "mean")
        return Outcome({"out": out}, losses)

    def draw(random, rows):
        return {"x": random.normal(rows, 4), "y": random.normal(rows, 3), "m": random.integers(rows, 3, high=2, dtype=np.int32),
                "r": random.integers(rows, high=2), "c": random.integers(rows, 1, high=2, dtype=np.int32),
                "u": random.uniform(rows, 3, low=0.25), "v": random.uniform(rows, 1, low=0.25)}

    return Case("elementwise_masks", source, shapes_of("out", 4, 3), twin, [Batch(f"b{n}", n, draw) for n in (1, 6, 33)],
                {name: 1.0 for name in clauses}, lambda tensors: torch.optim.SGD(tensors, lr=0.01), vjp=False)


# --------------------------------------------------------------------------------------- penalties, coefficients, metrics

def weights_of(p, prefix=""):
    return [w for name, w in p.items() if w.dim() >= 2 and name.startswith(prefix)]


def squares(tensors):
    return sum((w * w).sum() for w in tensors)


def absolutes(tensors):
    return sum(w.abs().sum() for w in tensors)


def penalties():
    source = model("Penalties", "input x: f32[batch, 4]", "target y: f32[batch, 2]",
                   "trunk body = x -> linear(5) -> tanh -> linear(3)", "head out = body -> linear(2)", "head other = body -> linear(2)",
                   "loss fit = mse(out, y)", "loss far = l1(other, y)", "loss watched = smooth_l1(other, y)",
                   "minimize fit + 0.25 * far + 1e-2 * l2(all) + 3e-3 * l1(all) + 0.5 * l2(body) + 0.125 * l1(out)",
                   "optimizer sgd(lr = 0.1, momentum = 0.9)")

    def twin(p, d):
        body = chain(p, "body", d["x"], "linear", torch.tanh, "linear")
        out, other = linear(p, "out", body), linear(p, "other", body)
        return Outcome({"out": out, "other": other},
                       {"fit": reduced(mse, out, d["y"]), "far": reduced(l1, other, d["y"]),
                        "watched": reduced(smooth_l1(1.0), other, d["y"]),
                        "l2_all": squares(weights_of(p)), "l1_all": absolutes(weights_of(p)),
                        "l2_body": squares(weights_of(p, "body.")), "l1_out": absolutes(weights_of(p, "out."))})

    draw = lambda random, rows: {"x": random.normal(rows, 4), "y": random.normal(rows, 2)}
    parameters = shapes_of("body.0", 4, 5) | shapes_of("body.2", 5, 3) | shapes_of("out", 3, 2) | shapes_of("other", 3, 2)
    return Case("penalties", source, parameters, twin, [Batch(f"b{n}", n, draw) for n in (1, 7)],
                {"fit": 1.0, "far": 0.25, "l2_all": 1e-2, "l1_all": 3e-3, "l2_body": 0.5, "l1_out": 0.125},
                lambda tensors: torch.optim.SGD(tensors, lr=0.1, momentum=0.9))


def signs_of_minimize():
    """Differences, and products with numbers on either side."""
    source = model("Signs", "input x: f32[batch, 4]", "target y: f32[batch, 2]", "head out = x -> linear(2)",
                   "loss a = mse(out, y)", "loss b = l1(out, y)", "loss c = smooth_l1(out, y)",
                   "minimize 2 * a - 0.5 * b + c / 4", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        out = linear(p, "out", d["x"])
        return Outcome({"out": out}, {"a": reduced(mse, out, d["y"]), "b": reduced(l1, out, d["y"]), "c": reduced(smooth_l1(1.0), out, d["y"])})

    draw = lambda random, rows: {"x": random.normal(rows, 4), "y": random.normal(rows, 2)}
    return Case("signs_of_minimize", source, shapes_of("out", 4, 2), twin, [Batch(f"b{n}", n, draw) for n in (3,)],
                {"a": 2.0, "b": -0.5, "c": 0.25}, lambda tensors: torch.optim.SGD(tensors, lr=0.1))


def metrics():
    """Metrics with masks and weights; logits with equal maxima count for the first."""
    source = model("Metrics", "input x: f32[batch, 4]", "target label: i64[batch]", "target y: f32[batch, 2]", "target w: f32[batch]",
                   "head logits = x -> linear(5)", "head out = x -> linear(2)",
                   "loss ce = cross_entropy(logits, label) where label >= 0",
                   "metric right = accuracy(logits, label) where label >= 0", "metric error = mae(out, y)",
                   "metric weighted = mae(out, y) where label >= 0 weight w reduce weighted_mean", "metric squares = mse(out, y) reduce sum",
                   "minimize ce", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        logits, out = linear(p, "logits", d["x"]), linear(p, "out", d["x"])
        known = d["label"] >= 0
        nothing = torch.tensor(float("nan"))
        return Outcome({"logits": logits, "out": out},
                       {"ce": reduced(cross_entropy, logits, d["label"], known)},
                       {"right": accuracy(logits[known], d["label"][known]) if known.any() else nothing,
                        "error": reduced(l1, out, d["y"]),
                        "weighted": reduced(l1, out, d["y"], known, d["w"], "weighted_mean") if known.any() else nothing,
                        "squares": reduced(mse, out, d["y"], reduce="sum")})

    def draw(labels):
        return lambda random, rows: {"x": random.normal(rows, 4), "label": random.integers(rows, low=labels, high=max(1, labels + 6)),
                                     "y": random.normal(rows, 2), "w": random.uniform(rows, low=0.25)}

    return Case("metrics", source, shapes_of("logits", 4, 5) | shapes_of("out", 4, 2), twin,
                [Batch("b1", 1, draw(-1)), Batch("b17", 17, draw(-1)), Batch("none", 5, draw(-6))], {"ce": 1.0},
                lambda tensors: torch.optim.SGD(tensors, lr=0.1), vjp=False)


GROUPS = {
    "regression": list(regression()),
    "classification": list(classification()),
    "objectives": [penalties(), signs_of_minimize(), metrics()],
}
