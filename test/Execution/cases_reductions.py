"""Reductions with their edge cases, running sums, and what normalises."""
import numpy as np
import torch
import torch.nn.functional as F

import bounded_reductions  # noqa: F401  registers the bounds
from bounded import value_of
from cases_structure import weightless
from twin import Case, Draw, Outcome, batches, model, mse, reduced

INF, NAN = float("inf"), float("nan")


def special(name, shape, rows_of, heads, rows=3, outputs=False):
    """A model of one input x, whose rows `rows_of(random, n)` makes. Outputs may hold indices and have no gradient."""
    word = "output" if outputs else "head"
    source = model("Reductions", f"input x: f32[{', '.join(['batch', *map(str, shape)])}]",
                   *(f"{word} {head} = {text}" for head, (text, _) in heads.items()))
    twin = lambda p, d: Outcome({head: function(d["x"]) for head, (_, function) in heads.items()})
    return Case(name, source, {}, twin, batches(lambda random, n: {"x": rows_of(random, n)}, rows), vjp=not outputs)


def ties(random, n, width=6):
    return random.integers(n, width, low=-1, high=2).astype("float32")


def with_nan(random, n):
    x = random.normal(n, 6)
    x[0, 2], x[1, :], x[2, 4] = NAN, NAN, INF
    return x


def with_infinities(random, n):
    x = random.normal(n, 6)
    x[0, 2], x[1, :], x[2, 4] = INF, -INF, -INF
    return x


def with_zeros(random, n):
    x = random.normal(n, 6)
    x[0, 2], x[1, 1], x[1, 4], x[2, :] = 0, 0, 0, 0
    return x


def logarithmic(x):
    return x.logsumexp(1)


def arguments():
    return {
        "largest": ("argmax(x, axis = 1)", lambda x: x.argmax(1)), "kept": ("argmax(x, axis = -1, keepdim = true)", lambda x: x.argmax(-1, True)),
        "smallest": ("argmin(x, axis = 1)", lambda x: x.argmin(1)), "whole": ("argmin(x)", lambda x: x.argmin()),
        "down": ("argmax(x, axis = 0)", lambda x: x.argmax(0))}


def extrema():
    yield weightless("rows", {"x": (37,), "y": (1,)}, {
        "largest": ("max(x, axis = 1)", lambda x, y: x.amax(1)), "kept": ("x -> max(axis = -1, keepdim = true)", lambda x, y: x.amax(-1, True)),
        "smallest": ("min(x, axis = 1)", lambda x, y: x.amin(1)), "single": ("max(y, axis = 1)", lambda x, y: y.amax(1)),
        "range": ("max(x, axis = 1) - min(x, axis = 1)", lambda x, y: x.amax(1) - x.amin(1))}, rows=(1, 5))
    yield weightless("rank_4", {"x": (3, 4, 5)}, {
        "channels": ("max(x, axis = 1)", lambda x: x.amax(1)), "image": ("max(x, axis = (2, 3))", lambda x: x.amax((2, 3))),
        "apart": ("min(x, axis = (-1, 1), keepdim = true)", lambda x: x.amin((1, 3), True))}, rows=(1, 3))
    yield weightless("rank_8", {"x": (2, 1, 3, 1, 2, 1, 3)}, {
        "two": ("max(x, axis = (3, -1))", lambda x: x.amax((3, -1))), "units": ("min(x, axis = (2, 4, 6))", lambda x: x.amin((2, 4, 6))),
        "most": ("max(x, axis = (1, 2, 3, 4, 5, 6, 7), keepdim = true)", lambda x: x.amax((1, 2, 3, 4, 5, 6, 7), True))}, rows=(1, 2))
    yield weightless("columns_batch", {"x": (4, 3)}, {
        "columns": ("x - max(x, axis = 0)", lambda x: x - x.amax(0)), "all_": ("x - min(x)", lambda x: x - x.amin()),
        "outer": ("x * max(x, axis = (0, 2), keepdim = true)", lambda x: x * x.amax((0, 2), True))}, rows=(1, 6))
    both = {"largest": ("max(x, axis = 1)", lambda x: x.amax(1)), "smallest": ("min(x, axis = 1)", lambda x: x.amin(1))}
    yield special("ties", (6,), ties, both, 5)
    yield special("nan", (6,), with_nan, both)
    yield special("infinities", (6,), with_infinities, both)


def indices():
    plain = lambda random, n: random.normal(n, 6)
    yield special("plain_batch", (6,), plain, arguments(), 5, outputs=True)
    yield special("ties_batch", (6,), ties, arguments(), 5, outputs=True)
    yield special("nan_batch", (6,), with_nan, arguments(), outputs=True)
    yield special("infinities_batch", (6,), with_infinities, arguments(), outputs=True)
    yield special("long", (133,), lambda random, n: ties(random, n, 133), {
        "largest": ("argmax(x, axis = 1)", lambda x: x.argmax(1)), "smallest": ("argmin(x, axis = 1)", lambda x: x.argmin(1))}, 3, outputs=True)
    yield special("rank_4", (3, 1, 5), lambda random, n: random.normal(n, 3, 1, 5), {
        "middle": ("argmax(x, axis = 1)", lambda x: x.argmax(1)), "unit": ("argmin(x, axis = 2)", lambda x: x.argmin(2)),
        "sample": ("argmax(x, axis = (1, 2, 3))", lambda x: x.flatten(1).argmax(1)),
        "chosen": ("select(argmax(x, axis = 3, keepdim = true) == 2, x, 0.0)", lambda x: torch.where(x.argmax(3, True) == 2, x, 0.0))},
        4, outputs=True)


def statistics():
    yield weightless("variance", {"x": (10,), "y": (3, 4)}, {
        "sample": ("variance(x, axis = 1)", lambda x, y: x.var(1)),
        "population": ("variance(x, axis = 1, correction = 0)", lambda x, y: x.var(1, correction=0)),
        "half": ("variance(x, axis = 1, correction = 1.5)", lambda x, y: x.var(1, correction=1.5)),
        "shifted": ("variance(x + 1000, axis = -1, keepdim = true)", lambda x, y: (x + 1000).var(-1, keepdim=True)),
        "inner": ("variance(y, axis = 2)", lambda x, y: y.var(2)), "middle": ("variance(y, axis = 1, keepdim = true)", lambda x, y: y.var(1, keepdim=True)),
        "both": ("variance(y, axis = (1, 2))", lambda x, y: y.var((1, 2)))}, rows=(1, 4))
    yield weightless("std", {"x": (10,), "y": (3, 4)}, {
        "rows": ("std(x, axis = 1)", lambda x, y: x.std(1)), "middle": ("std(y, axis = 1, correction = 0)", lambda x, y: y.std(1, correction=0)),
        "standard": ("(x - mean(x, axis = 1, keepdim = true)) / std(x, axis = 1, keepdim = true)",
                     lambda x, y: (x - x.mean(1, True)) / x.std(1, keepdim=True))}, rows=(1, 4))
    yield weightless("columns_batch", {"x": (5,)}, {
        "columns": ("x * variance(x, axis = 0)", lambda x: x * x.var(0)), "all_": ("x * std(x)", lambda x: x * x.std())}, rows=(2, 9))
    yield weightless("too_few", {"x": (1,)}, {"nothing": ("variance(x, axis = 1)", lambda x: x.var(1))}, rows=(2,))
    yield special("constant_rows", (6,), lambda random, n: 0 * random.normal(n, 6), {"zero": ("std(x, axis = 1)", lambda x: x.std(1))})
    yield weightless("logsumexp", {"x": (10,), "y": (3, 4)}, {
        "rows": ("logsumexp(x, axis = 1)", lambda x, y: x.logsumexp(1)), "large": ("logsumexp(1000 * x, axis = -1, keepdim = true)", lambda x, y: (1000 * x).logsumexp(-1, True)),
        "middle": ("logsumexp(y, axis = 1)", lambda x, y: y.logsumexp(1)), "both": ("logsumexp(y, axis = (1, 2))", lambda x, y: y.logsumexp((1, 2)))}, rows=(1, 4))
    yield special("logsumexp_infinite", (6,), with_infinities, {"rows": ("logsumexp(x, axis = 1)", logarithmic)})
    yield special("logsumexp_nan", (6,), with_nan, {"rows": ("logsumexp(x, axis = 1)", logarithmic)})
    yield special("logsumexp_batch", (6,), lambda random, n: random.normal(n, 6), {"columns": ("x - logsumexp(x, axis = 0)", lambda x: x - x.logsumexp(0))}, 4)


def products():
    yield weightless("plain", {"x": (5,), "y": (3, 4)}, {
        "rows": ("prod(x, axis = 1)", lambda x, y: x.prod(1)), "kept": ("prod(x, axis = -1, keepdim = true)", lambda x, y: x.prod(-1, True)),
        "middle": ("prod(y, axis = 1)", lambda x, y: y.prod(1)), "both": ("prod(y, axis = (1, 2))", lambda x, y: y.flatten(1).prod(1))}, rows=(1, 4))
    yield special("zeros", (6,), with_zeros, {"rows": ("prod(x, axis = 1)", lambda x: x.prod(1))})
    yield weightless("columns_batch", {"x": (3,)}, {"columns": ("x * prod(x, axis = 0)", lambda x: x * x.prod(0))}, rows=(1, 4))


def norms():
    def of(p):
        return lambda x, y: torch.linalg.vector_norm(x, p, 1)

    yield weightless("orders", {"x": (7,), "y": (3, 4)}, {
        "two": ("norm(x, axis = 1)", of(2)), "one": ("norm(x, 1, axis = 1)", of(1)), "three": ("norm(x, p = 3, axis = 1)", of(3)),
        "half": ("norm(x, p = 0.5, axis = 1)", of(0.5)), "between": ("norm(x, 1.5, axis = 1)", of(1.5)), "none": ("norm(x, 0, axis = 1) + 0 * x[:, 0]", of(0)),
        "largest": ("norm(x, inf, axis = 1)", of(INF)), "smallest": ("norm(x, -inf, axis = 1)", of(-INF)),
        "matrix": ("norm(y, axis = (1, 2))", lambda x, y: torch.linalg.vector_norm(y, 2, (1, 2))),
        "middle": ("norm(y, 1, axis = 1, keepdim = true)", lambda x, y: torch.linalg.vector_norm(y, 1, 1, True))}, rows=(1, 4))
    orders = {"two": 2, "one": 1, "three": 3, "between": 1.5, "largest": INF}
    yield special("zeros", (6,), with_zeros, {
        name: (f"norm(x, {p}, axis = 1)", lambda x, p=p: torch.linalg.vector_norm(x, p, 1)) for name, p in orders.items()})
    yield special("ties", (6,), ties, {"largest": ("norm(x, inf, axis = 1)", lambda x: torch.linalg.vector_norm(x, INF, 1))}, 5)
    yield weightless("all_batch", {"x": (4,)}, {"all_": ("x / norm(x)", lambda x: x / torch.linalg.vector_norm(x))}, rows=(1, 5))


def scans():
    back = lambda x, axis: x.flip(axis).cumsum(axis).flip(axis)
    yield weightless("rows", {"x": (9,), "y": (3, 5)}, {
        "last": ("cumsum(x, axis = 1)", lambda x, y: x.cumsum(1)), "middle": ("cumsum(y, axis = 1)", lambda x, y: y.cumsum(1)),
        "inner": ("y -> cumsum(-1)", lambda x, y: y.cumsum(-1)), "reverse": ("cumsum(x, axis = 1, reverse = true)", lambda x, y: back(x, 1)),
        "exclusive": ("cumsum(y, axis = 2, exclusive = true)", lambda x, y: y.cumsum(2) - y),
        "both": ("cumsum(y, axis = 1, exclusive = true, reverse = true)", lambda x, y: back(y, 1) - y)}, rows=(1, 5, 19))
    yield weightless("columns_batch", {"x": (4,), "y": (2, 3)}, {
        "down": ("cumsum(x, axis = 0)", lambda x, y: x.cumsum(0)), "up": ("cumsum(y, axis = 0, reverse = true)", lambda x, y: back(y, 0)),
        "exclusive": ("cumsum(x, axis = 0, exclusive = true)", lambda x, y: x.cumsum(0) - x)}, rows=(1, 2, 7))


def trained(name, shape, lines, parameters, forward, rows=(2, 5)):
    """x [batch, shape] through what has weights; loss against t of its shape."""
    sizes = ", ".join(["batch", *map(str, shape)])
    source = model("Normalized", f"input x: f32[{sizes}]", f"target t: f32[{sizes}]", *lines, "loss fit = mse(out, t)",
                   "minimize fit", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        out = forward(p, d["x"])
        return Outcome({"out": out}, {"fit": reduced(mse, out, d["t"])})

    draw = lambda random, n: {"x": random.normal(n, *shape), "t": random.normal(n, *shape)}
    return Case(name, source, parameters, twin, batches(draw, *rows), {"fit": 1.0}, lambda tensors: torch.optim.SGD(tensors, lr=0.1))


def rms(x, dims, eps):
    return x / ((x * x).mean(dims, True) + eps).sqrt()


def normal(x, dims, eps=1e-5):
    centred = x - x.mean(dims, True)
    return centred / ((centred * centred).mean(dims, True) + eps).sqrt()


def normalizations():
    yield weightless("softmaxes", {"x": (10,), "y": (3, 4)}, {
        "log_": ("log_softmax(x)", lambda x, y: x.log_softmax(-1)), "log_large": ("x * 500 -> log_softmax(axis = 1)", lambda x, y: (x * 500).log_softmax(1)),
        "log_middle": ("log_softmax(y, axis = 1)", lambda x, y: y.log_softmax(1)), "softmin_": ("softmin(x)", lambda x, y: F.softmin(x, -1)),
        "softmin_middle": ("softmin(y, axis = -2)", lambda x, y: F.softmin(y, -2))}, rows=(1, 4))
    yield weightless("length", {"x": (10,), "y": (3, 4)}, {
        "rows": ("l2_normalize(x)", lambda x, y: F.normalize(x)), "middle": ("l2_normalize(y, axis = 1)", lambda x, y: F.normalize(y, dim=1)),
        "both": ("l2_normalize(y, axis = (1, 2))", lambda x, y: y / torch.linalg.vector_norm(y, 2, (1, 2), True)),
        "below": ("l2_normalize(x, eps = 100.0)", lambda x, y: F.normalize(x, eps=100.0))}, rows=(1, 4))
    yield special("length_zero", (6,), with_zeros, {"rows": ("l2_normalize(x)", F.normalize)})
    yield weightless("weightless", {"x": (10,), "y": (3, 4)}, {
        "layer": ("layernorm(x, affine = false)", lambda x, y: normal(x, -1)), "two": ("layernorm(y, affine = false, axis = 1)", lambda x, y: normal(y, (1, 2))),
        "eps": ("x -> layernorm(0.1, affine = false)", lambda x, y: normal(x, -1, 0.1)),
        "rms_": ("rmsnorm(x, eps = 1e-3, affine = false)", lambda x, y: rms(x, -1, 1e-3))}, rows=(1, 4))
    affine = {"out.weight": (6,), "out.bias": (6,)}
    yield trained("layernorm", (6,), ["head out = x -> layernorm"], affine, lambda p, x: normal(x, -1) * p["out.weight"] + p["out.bias"])
    yield trained("layernorm_one", (1,), ["head out = x -> layernorm"], {"out.weight": (1,), "out.bias": (1,)},
                  lambda p, x: normal(x, -1) * p["out.weight"] + p["out.bias"])
    yield trained("layernorm_rank_3", (3, 4), ["head out = x -> layernorm(bias = false)"], {"out.weight": (4,)},
                  lambda p, x: normal(x, -1) * p["out.weight"])
    yield trained("layernorm_two", (3, 4), ["head out = x -> layernorm(axis = 1, eps = 1e-3)"], {"out.weight": (3, 4), "out.bias": (3, 4)},
                  lambda p, x: normal(x, (1, 2), 1e-3) * p["out.weight"] + p["out.bias"])
    yield trained("rmsnorm", (3, 4), ["head out = x -> rmsnorm(eps = 1e-6)"], {"out.weight": (4,)}, lambda p, x: rms(x, -1, 1e-6) * p["out.weight"])
    yield trained("in_a_chain", (6,), ["head out = x -> linear(6) -> norm1: layernorm -> tanh -> linear(6) -> rmsnorm(1e-4)"],
                  {"out.0.weight": (6, 6), "out.0.bias": (6,), "out.norm1.weight": (6,), "out.norm1.bias": (6,),
                   "out.3.weight": (6, 6), "out.3.bias": (6,), "out.4.weight": (6,)},
                  lambda p, x: rms(F.linear(torch.tanh(normal(F.linear(x, p["out.0.weight"], p["out.0.bias"]), -1) * p["out.norm1.weight"] + p["out.norm1.bias"]),
                                            p["out.3.weight"], p["out.3.bias"]), -1, 1e-4) * p["out.4.weight"])


def conditions():
    """any and all; sums, products and running sums of whole numbers."""
    some = lambda bound: (lambda x: torch.as_tensor(value_of(x)) > bound)
    pick = lambda c: c.double()
    yield weightless("conditions", {"x": (6,), "y": (3, 17)}, {
        "one": ("select(any(x > 1, axis = 1), 1.0, 0.0)", lambda x, y: pick(some(1)(x).any(1))),
        "each": ("select(all(y > -1.5, axis = -1), 1.0, 0.0)", lambda x, y: pick(some(-1.5)(y).all(2))),
        "kept": ("select(any(y > 1.5, axis = 1, keepdim = true), y, 0.0)", lambda x, y: y * pick(some(1.5)(y).any(1, keepdim=True))),
        "both": ("select(all(y > -2.5, axis = (1, 2)), 1.0, 2.0)", lambda x, y: 2 - pick(some(-2.5)(y).flatten(1).all(1))),
        "rows": ("select(any(x > 1.5, axis = 0), x, 0.0)", lambda x, y: x * pick(some(1.5)(x).any(0))),
        "whole": ("select(x > 0 and all(x < 3), x, 0.0)", lambda x, y: x * pick(some(0)(x) & bool((torch.as_tensor(value_of(x)) < 3).all())))}, rows=(1, 3, 8))
    yield whole_numbers()


def whole_numbers():
    """Sums, products and running sums are compared with whole numbers that come as inputs; those of i32 are i64, so they do not overflow."""
    back = lambda x, axis: np.flip(np.cumsum(np.flip(x, axis), axis), axis)
    forms = {
        "total": ("sum(i, axis = 1)", lambda i, j, k, n: i.sum(1)), "totals": ("sum(j, axis = (1, -1), keepdim = true)", lambda i, j, k, n: j.sum((1, 2), keepdims=True)),
        "all_rows": ("sum(j, axis = 0)", lambda i, j, k, n: np.tile(j.sum(0), (len(j), 1, 1))), "everything": ("sum(k)", lambda i, j, k, n: np.full(len(k), k.sum())),
        "product": ("prod(i + 1, axis = 1)", lambda i, j, k, n: (i + 1).prod(1)), "products": ("prod(j - 2, axis = 2)", lambda i, j, k, n: (j - 2).prod(2)),
        "running": ("cumsum(i, axis = 1)", lambda i, j, k, n: i.cumsum(1)), "before": ("cumsum(j, axis = -1, exclusive = true)", lambda i, j, k, n: j.cumsum(2) - j),
        "reversed": ("cumsum(j, axis = 1, reverse = true)", lambda i, j, k, n: back(j, 1)), "rows_back": ("cumsum(k, axis = 0, reverse = true)", lambda i, j, k, n: back(k, 0)),
        "wide": ("sum(n, axis = 1)", lambda i, j, k, n: n.astype(np.int64).sum(1)), "wide_running": ("cumsum(n, axis = 1)", lambda i, j, k, n: n.astype(np.int64).cumsum(1)),
        "wide_product": ("prod(n[:, 0:2], axis = 1)", lambda i, j, k, n: n.astype(np.int64)[:, 0:2].prod(1)),
    }

    def draw(random, rows):
        data = {"i": random.integers(rows, 9, high=7), "j": random.integers(rows, 3, 4, high=5), "k": random.integers(rows, high=4),
                "n": random.integers(rows, 4, low=2 ** 30, high=2 ** 31 - 1, dtype=np.int32)}
        return data | {f"{name}_": np.ascontiguousarray(function(**data)) for name, (_, function) in forms.items()}

    kinds = {"i": "i64[batch, 9]", "j": "i64[batch, 3, 4]", "k": "i64[batch]", "n": "i32[batch, 4]"}
    for name, array in draw(Draw(1), 2).items():
        kinds.setdefault(name, f"i64[{', '.join(['batch', *map(str, array.shape[1:])])}]")
    source = model("Whole", *(f"input {name}: {kind}" for name, kind in kinds.items()),
                   *(f"head {name} = select({text} == {name}_, 1.0, 0.0)" for name, (text, _) in forms.items()))
    twin = lambda p, d: Outcome({name: torch.ones(d[f"{name}_"].shape) for name in forms})
    return Case("whole_numbers", source, {}, twin, batches(draw, 1, 3, 8), vjp=False)


GROUPS = {"extrema": list(extrema()), "indices": list(indices()), "statistics": list(statistics()), "row_products": list(products()),
          "norms": list(norms()), "scans": list(scans()), "normalizations": list(normalizations()), "conditions": list(conditions())}
