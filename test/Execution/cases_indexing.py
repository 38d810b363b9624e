"""Reads and sums at indices that are data; embeddings, with dense gradients and with sparse ones."""
import numpy as np
import torch
import torch.nn.functional as F

from bounded import value_of
from twin import Case, Outcome, batches, linear, model, mse, reduced, shapes_of


class Rows:
    """An optimizer that leaves alone the rows of some parameters whose gradient is zero, and their state: what the
    language says of `sparse = true`. torch.optim.SparseAdam is of this kind."""

    def __init__(self, inner, sparse):
        self.inner, self.sparse, self.state = inner, sparse, inner.state

    def step(self):
        before = []
        for p in self.sparse:
            moments = {name: m.clone() for name, m in self.state[p].items() if isinstance(m, torch.Tensor)}
            before.append((p, (value_of(p.grad) != 0).any(1, keepdim=True), p.detach().clone(), moments))
        self.inner.step()
        with torch.no_grad():
            for p, touched, old, moments in before:
                p.copy_(torch.where(touched, p, old))
                for name, moment in self.state[p].items():
                    if name != "step" and isinstance(moment, torch.Tensor):
                        moment.copy_(torch.where(touched, moment, moments.get(name, torch.zeros_like(moment))))


def weightless(name, inputs, heads, rows=(1, 3, 8)):
    """inputs: name -> shape of numbers, or (shape, bound) of indices; a shape without the batch starts with None."""
    def declare(name, spec):
        shape, bound = spec if isinstance(spec[0], tuple) else (spec, None)
        sizes = shape[1:] if shape and shape[0] is None else ("batch", *shape)
        return f"input {name}: {'f32' if bound is None else 'i64'}[{', '.join(map(str, sizes))}]"

    def make(random, spec, n):
        shape, bound = spec if isinstance(spec[0], tuple) else (spec, None)
        sizes = shape[1:] if shape and shape[0] is None else (n, *shape)
        return random.normal(*sizes) if bound is None else random.integers(*sizes, high=bound)

    source = model("Indexing", *(declare(x, spec) for x, spec in inputs.items()),
                   *(f"head {head} = {text}" for head, (text, _) in heads.items()))
    twin = lambda p, d: Outcome({head: function(**d) for head, (_, function) in heads.items()})
    draw = lambda random, n: {x: make(random, spec, n) for x, spec in inputs.items()}
    return Case(name, source, {}, twin, batches(draw, *rows))


def indexing():
    yield weightless("take_rows", {"i": ((3,), 9), "j": ((), 9), "x": (None, 10, 7), "line": (None, 9)}, {
        "two": ("take(x, i, axis = 0)", lambda x, line, i, j: x[i]), "one": ("take(x, j, axis = 0)", lambda x, line, i, j: x[j]),
        "numbers": ("take(line, i, axis = 0)", lambda x, line, i, j: line[i] * 1),
        "summed": ("take(x, i, axis = 0) -> sum(axis = 1)", lambda x, line, i, j: x[i].sum(1)),
        "used": ("tanh(take(x, i, axis = -2)) * 2", lambda x, line, i, j: torch.tanh(x[i]) * 2)})
    yield weightless("take_wide", {"i": ((2,), 4), "x": (None, 5, 33), "z": (None, 4, 2, 3)}, {
        "rows": ("take(x, i, axis = 0)", lambda x, z, i: x[i]), "blocks": ("take(z, i, axis = 0)", lambda x, z, i: z[i])}, rows=(1, 17))
    yield weightless("take_inside", {"x": (6, 5), "flat": (11,), "i": ((None, 4), 5), "k": ((None, 2, 3), 5)}, {
        "columns": ("take(x, i, axis = 2)", lambda x, flat, i, k: x[:, :, i]), "rows": ("take(x, i, axis = 1)", lambda x, flat, i, k: x[:, i]),
        "flat_": ("take(flat, i, axis = 1)", lambda x, flat, i, k: flat[:, i]), "grid": ("take(x, k, axis = -1)", lambda x, flat, i, k: x[:, :, k])})
    yield weightless("gather", {"x": (6,), "y": (4, 5), "i": ((3,), 6), "j": ((9, 5), 4), "k": ((2, 3), 5)}, {
        "columns": ("gather(x, i, axis = 1)", lambda x, y, i, j, k: x.gather(1, i)),
        "used": ("gather(x, i, axis = -1) ** 2", lambda x, y, i, j, k: x.gather(1, i) ** 2),
        "rows": ("gather(y, j, axis = 1)", lambda x, y, i, j, k: y.gather(1, j)),
        "fewer": ("gather(y, k, axis = 2)", lambda x, y, i, j, k: y.gather(2, k))}, rows=(1, 3, 20))
    yield weightless("scatter_add", {"x": (6,), "s": (8,), "i": ((8,), 6), "few": ((5,), 6), "y": (3, 4), "u": (5, 4), "j": ((5, 4), 3)}, {
        "all_": ("scatter_add(x, i, s, axis = 1)", lambda x, s, i, few, y, u, j: x.scatter_add(1, i, s)),
        "fewer": ("scatter_add(x, few, s, axis = -1)", lambda x, s, i, few, y, u, j: x.scatter_add(1, few, s[:, :5])),
        "rows": ("scatter_add(y, j, u * 2, axis = 1)", lambda x, s, i, few, y, u, j: y.scatter_add(1, j, u * 2))}, rows=(1, 3, 9))
    yield weightless("one_hot", {"x": (4,), "i": ((), 4), "j": ((2, 3), 5)}, {
        "rows": ("one_hot(i, 4) * x", lambda x, i, j: F.one_hot(i, 4).double() * x),
        "grid": ("one_hot(j, classes = 5)", lambda x, i, j: F.one_hot(j, 5).double())})


def tables(name, lines, parameters, twin, data, optimizer, text, steps=5):
    """A table or two below a linear head that is fitted; optimizer: (parameters by position) -> optimizer."""
    source = model("Tables", *(f"input {x}: {spec}" for x, (spec, _) in data.items()), "target t: f32[batch, 3]", *lines,
                   "loss fit = mse(out, t)", "minimize fit", f"optimizer {text}")

    def outcome(p, d):
        out = linear(p, "out", twin(p, d))
        return Outcome({"out": out}, {"fit": reduced(mse, out, d["t"])})

    def draw(random, n):
        return {x: make(random, n) for x, (_, make) in data.items()} | {"t": random.normal(n, 3)}

    return Case(name, source, parameters, outcome, batches(draw, 1, 3, 16), {"fit": 1.0}, optimizer, steps,
                draw_parameter=lambda random, _, shape: random.normal(*shape, scale=0.5))


def ids(*shape, high, dtype=np.int64):
    kind = "i64" if dtype == np.int64 else "i32"
    return (f"{kind}[{', '.join(['batch', *map(str, shape)])}]", lambda random, n: random.integers(n, *shape, high=high, dtype=dtype))


def embeddings():
    sgd = lambda tensors: torch.optim.SGD(tensors, lr=0.1, momentum=0.9)
    adam = lambda tensors: torch.optim.Adam(tensors, lr=0.05)
    yield tables("one_id", ["branch e = i -> embedding(11, 5)", "head out = e -> linear(3)"],
                 {"e.weight": (11, 5)} | shapes_of("out", 5, 3), lambda p, d: F.embedding(d["i"], p["e.weight"]),
                 {"i": ids(high=11)}, sgd, "sgd(lr = 0.1, momentum = 0.9)")
    yield tables("several_ids", ["branch e = i -> embedding(7, 6, padding = 2) -> flatten", "head out = e -> linear(3)"],
                 {"e.0.weight": (7, 6)} | shapes_of("out", 18, 3),
                 lambda p, d: F.embedding(d["i"], p["e.0.weight"], padding_idx=2).flatten(1),
                 {"i": ids(3, high=7)}, adam, "adam(lr = 0.05)")
    yield tables("shared_table", ["layer table = embedding(9, 4, padding = -1)", "branch a = i -> table -> sum(axis = 1)", "branch b = j -> table",
                                  "head out = concat(a, b * 2) -> linear(3)"],
                 {"table.weight": (9, 4)} | shapes_of("out", 8, 3),
                 lambda p, d: torch.cat([F.embedding(d["i"], p["table.weight"], padding_idx=8).sum(1),
                                         F.embedding(d["j"].long(), p["table.weight"], padding_idx=8) * 2], 1),
                 {"i": ids(5, high=9), "j": ids(high=9, dtype=np.int32)}, adam, "adam(lr = 0.05)")


def bag(mode, padding=None, weights=None):
    """torch.nn.functional.embedding_bag, from parts whose rounding is known; a maximum is read where that function reads it."""
    def largest(p, d):
        table, kept = p["e.weight"], d["i"] != (-1 if padding is None else padding)
        values = value_of(table).detach()
        first = values[d["i"]].masked_fill(~kept[..., None], -torch.inf).argmax(1)
        empty = ~kept.any(1, keepdim=True).expand(-1, values.shape[1])
        found = table.gather(0, d["i"].gather(1, first)) * (~empty).double()
        check = F.embedding_bag(d["i"], values, mode="max", padding_idx=padding)
        assert torch.equal(value_of(found).detach(), check)
        return found

    def function(p, d):
        rows = F.embedding(d["i"], p["e.weight"], padding_idx=padding)
        kept = torch.ones_like(d["i"], dtype=torch.float64) if padding is None else (d["i"] != padding).double()
        factor = kept if weights is None else kept * d[weights]
        total = (rows * factor[..., None]).sum(-2)
        if mode == "sum":
            return total
        return total / kept.sum(-1, keepdim=True).clamp(min=1.0)
    return largest if mode == "max" else function


def embedding_bags():
    sgd = lambda tensors: torch.optim.SGD(tensors, lr=0.1)
    parameters = {"e.weight": (8, 5)} | shapes_of("out", 5, 3)
    weights = ("f32[batch, 4]", lambda random, n: random.normal(n, 4))
    for name, call, twin, data, optimizer in [
            ("sum", 'mode = sum', bag("sum"), {}, sgd), ("mean", "padding = 1", bag("mean", 1), {}, sgd),
            ("mean_of_all", "mode = mean", bag("mean"), {}, sgd),
            ("weighted", 'mode = sum, padding = 3, weights = w', bag("sum", 3, "w"), {"w": weights}, sgd),
            ("max", "mode = max", bag("max"), {}, sgd), ("max_padded", "mode = max, padding = 2", bag("max", 2), {}, sgd),
            ("max_sparse", "mode = max, padding = 0, sparse = true", bag("max", 0), {}, lambda tensors: Rows(sgd(tensors), tensors[:1])),
            ("sparse", 'padding = 0, sparse = true', bag("mean", 0), {}, lambda tensors: Rows(sgd(tensors), tensors[:1]))]:
        yield tables(f"bag_{name}", [f"branch e = i -> embedding_bag(8, 5, {call})", "head out = e -> linear(3)"], parameters, twin,
                     {"i": ids(4, high=8)} | data, optimizer, "sgd(lr = 0.1)")


def sparse_embeddings():
    """The table is the first parameter."""
    sgd = lambda tensors: Rows(torch.optim.SGD(tensors, lr=0.1), tensors[:1])
    momentum = lambda tensors: Rows(torch.optim.SGD(tensors, lr=0.1, momentum=0.9, weight_decay=0.01), tensors[:1])
    adam = lambda tensors: Rows(torch.optim.Adam(tensors, lr=0.05), tensors[:1])
    twin = lambda p, d: F.embedding(d["i"], p["e.0.weight"], padding_idx=2).flatten(1)
    for name, optimizer, text in [("sgd", sgd, "sgd(lr = 0.1)"), ("momentum", momentum, "sgd(lr = 0.1, momentum = 0.9, weight_decay = 0.01)"),
                                  ("adam", adam, "adam(lr = 0.05)")]:
        yield tables(f"sparse_{name}", ["branch e = i -> embedding(40, 6, padding = 2, sparse = true) -> flatten", "head out = e -> linear(3)"],
                     {"e.0.weight": (40, 6)} | shapes_of("out", 18, 3), twin, {"i": ids(3, high=40)}, optimizer, text)
    yield tables("sparse_shared", ["layer table = embedding(20, 4, padding = 0, sparse = true)", "branch a = i -> table -> sum(axis = 1)",
                                   "branch b = j -> table", "head out = concat(a, b * 2) -> linear(3)"],
                 {"table.weight": (20, 4)} | shapes_of("out", 8, 3),
                 lambda p, d: torch.cat([F.embedding(d["i"], p["table.weight"], padding_idx=0).sum(1),
                                         F.embedding(d["j"].long(), p["table.weight"], padding_idx=0) * 2], 1),
                 {"i": ids(5, high=20), "j": ids(high=20, dtype=np.int32)}, adam, "adam(lr = 0.05)")


GROUPS = {"indexing": list(indexing()), "embeddings": list(embeddings()), "embedding_bags": list(embedding_bags()), "sparse_embeddings": list(sparse_embeddings())}
