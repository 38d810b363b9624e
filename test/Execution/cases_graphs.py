"""Run-time sizes besides the batch, and operators on segments: graphs of any number of nodes and edges."""
import torch

from bounded import value_of
from twin import Case, Outcome, accuracy, batches, chain, cross_entropy, linear, model, mse, reduced, shapes_of

SIZES = ("dim nodes <= 40", "dim edges <= 90")
BATCHES = (1, 2, 9, 30)  # nodes; one node has no edges


def edges_of(n):
    return 0 if n == 1 else 3 * n


def zeros(like, count):
    return torch.zeros(count, *like.shape[1:], dtype=torch.float64)


def segment_sum(x, index, count):
    return zeros(x, count).index_put((index,), x, accumulate=True)


def degree(index, count):
    return torch.zeros(count, dtype=torch.float64).index_add(0, index, torch.ones(len(index), dtype=torch.float64))


def column(x, like):
    """x with a dimension of size 1 for each dimension of `like` but the first."""
    return x.reshape(x.shape + (1,) * (like.dim() - 1))


def segment_mean(x, index, count):
    return segment_sum(x, index, count) / column(degree(index, count).clamp(min=1.0), x)


def segment_max(x, index, count):
    if len(index) == 0:
        return segment_sum(x, index, count)
    belongs = column(index[None] == torch.arange(count)[:, None], x)
    largest = torch.where(belongs, x[None], -torch.inf).amax(1)
    found = torch.where(belongs.any(1), largest, 0.0)
    plain, at = value_of(x).detach(), column(index, x).expand(x.shape)
    assert torch.equal(value_of(found).detach(), zeros(plain, count).scatter_reduce(0, at, plain, "amax", include_self=False))
    return found


def segment_max_of_computed(x, index, count):
    """The same where nothing is equal: rounding decides no comparison."""
    values = value_of(x).detach()
    belongs = column(index[None] == torch.arange(count)[:, None], values)
    first = torch.where(belongs, values[None], -torch.inf).argmax(1)
    return x.gather(0, first)


def segment_softmax(x, index, count):
    powers = torch.exp(x - segment_max(x, index, count).detach()[index])
    return powers / segment_sum(powers, index, count)[index]


OPERATORS = {"segment_sum": segment_sum, "segment_mean": segment_mean, "segment_max": segment_max, "segment_softmax": segment_softmax}


def graph(random, n, width):
    return {"x": random.normal(n, width), "source": random.integers(edges_of(n), high=n), "to": random.integers(edges_of(n), high=n)}


def segments(name, declared, count, draw, shape):
    """Every operator on messages `m` and indices `i`, whose sizes `declared` says; `draw` gives them and how many segments there are."""
    heads = {f"of_{operator[8:]}": f"{operator}(m, i, {count})" for operator in OPERATORS}
    source = model("Segments", *declared, *(f"head {head} = {text}" for head, text in heads.items()),
                   f"output counts = degree(i, {count})")

    def twin(p, d):
        n = shape(d)
        found = {f"of_{name[8:]}": function(d["m"], d["i"], n) for name, function in OPERATORS.items()}
        return Outcome(found | {"counts": degree(d["i"], n)})
    return Case(name, source, {}, twin, batches(draw, *BATCHES))


def operators():
    yield segments("segments", [*SIZES, "input x: f32[nodes, 2]", "input m: f32[edges, 3]", "input i: i64[edges] < nodes"], "nodes",
                   lambda random, n: {"x": random.normal(n, 2), "m": random.normal(edges_of(n), 3), "i": random.integers(edges_of(n), high=n)},
                   lambda d: len(d["x"]))
    yield segments("segments_of_batch", ["dim nodes <= 120", "input graph: f32[batch, 2]", "input m: f32[nodes, 2, 2]", "input i: i32[nodes] < batch"],
                   "batch", lambda random, n: {"graph": random.normal(n, 2), "m": random.normal(4 * n, 2, 2),
                                               "i": random.integers(4 * n, high=n).astype("int32")},
                   lambda d: len(d["graph"]))
    yield segments("segments_fixed", ["dim edges <= 90", "input m: f32[edges]", "input i: i64[edges]"], "7",
                   lambda random, n: {"m": random.integers(3 * n, high=4).astype("float32"), "i": random.integers(3 * n, high=7)}, lambda d: 7)
    yield segments("segments_static", ["input other: f32[batch, 1]", "input m: f32[12, 3]", "input i: i64[12]"], "5",
                   lambda random, n: {"other": random.normal(n, 1), "m": random.normal(12, 3), "i": random.integers(12, high=5)}, lambda d: 5)



def indexing():
    source = model("Along", *SIZES, "input x: f32[nodes, 3]", "input e: f32[edges, 3]", "input at: i64[edges, 3]", "input source: i64[edges] < nodes",
                   "input of: i64[nodes] < batch", "input whole: f32[batch, 2]",
                   "head rows = take(x, source, axis = 0)", "head squares = take(x * x, source, axis = 0) * e",
                   "head spread = take(whole, of, axis = 0)", "head elements = gather(x, at, axis = 0) * 2",
                   "head added = scatter_add(x, at, e * e, axis = 0)")

    def twin(p, d):
        x, e, source, at = d["x"], d["e"], d["source"], d["at"]
        return Outcome({"rows": x[source], "squares": (x * x)[source] * e, "spread": d["whole"][d["of"]],
                        "elements": x.gather(0, at) * 2, "added": x.scatter_add(0, at, e * e)})

    def draw(random, n):
        nodes = 3 * n
        return {"x": random.normal(nodes, 3), "e": random.normal(5 * n, 3), "at": random.integers(5 * n, 3, high=nodes),
                "source": random.integers(5 * n, high=nodes), "of": random.integers(nodes, high=n), "whole": random.normal(n, 2)}
    yield Case("along_a_size", source, {}, twin, batches(draw, 1, 3, 10))


def rows():
    """Nodes and edges side by side: reductions over them, masks, losses, metrics, random features of the one next to those of the other."""
    source = model("Sides", *SIZES, "input x: f32[nodes, 5]", "input e: f32[edges, 2]", "target label: i64[nodes]", "target strength: f32[edges, 1]",
                   "trunk h = x -> linear(7) -> tanh", "head logits = h - mean(h, axis = 0, keepdim = true) -> linear(3)",
                   "head weight = e -> linear(4) -> sigmoid -> linear(1)", "output total = sum(x, axis = 0)",
                   "loss cls = cross_entropy(logits, label) where label >= 0", "loss reg = mse(weight, strength) reduce sum",
                   "metric accuracy = accuracy(logits, label) where label >= 0", "minimize cls + 0.1 * reg", "optimizer adam(lr = 0.02)")
    parameters = shapes_of("h.0", 5, 7) | shapes_of("logits", 7, 3) | shapes_of("weight.0", 2, 4) | shapes_of("weight.2", 4, 1)

    def twin(p, d):
        h = chain(p, "h", d["x"], "linear", torch.tanh)
        logits = linear(p, "logits", h - h.mean(0, keepdim=True))
        weight = chain(p, "weight", d["e"], "linear", torch.sigmoid, "linear")
        kept = d["label"] >= 0
        losses = {"cls": reduced(cross_entropy, logits, d["label"], kept), "reg": reduced(mse, weight, d["strength"], reduce="sum")}
        hits = accuracy(logits[kept], d["label"][kept]) if kept.any() else torch.tensor(torch.nan)
        return Outcome({"logits": logits, "weight": weight, "total": d["x"].sum(0)}, losses, {"accuracy": hits})

    def draw(random, n):
        label = random.integers(n, low=-1, high=3)
        return {"x": random.normal(n, 5), "e": random.normal(edges_of(n), 2), "label": label, "strength": random.normal(edges_of(n), 1)}
    yield Case("nodes_and_edges", source, parameters, twin, batches(draw, *BATCHES), {"cls": 1.0, "reg": 0.1},
               lambda tensors: torch.optim.Adam(tensors, lr=0.02))


def pooled():
    """A batch of graphs: the nodes of all of them side by side, a text for each graph (ABI: `graph` says which graph a node is of)."""
    source = model("Pooled", *SIZES, "input x: f32[nodes, 4]", "input edge: i64[edges, 2] < nodes", "input graph: i64[nodes] < batch",
                   "input text: f32[batch, 3]", "target y: f32[batch, 2]",
                   "trunk h = x -> linear(6) -> tanh",
                   "sent = take(h, edge[:, 0], axis = 0)",
                   "trunk mixed = h + segment_mean(sent, edge[:, 1], nodes) -> linear(5) -> tanh",
                   "pool = concat(segment_sum(mixed, graph, batch), segment_max(mixed, graph, batch))",
                   "head out = concat(pool, text) -> linear(2)", "loss fit = mse(out, y)", "minimize fit", "optimizer sgd(lr = 0.05, momentum = 0.9)")
    parameters = shapes_of("h.0", 4, 6) | shapes_of("mixed.0", 6, 5) | shapes_of("out", 13, 2)

    def twin(p, d):
        h = chain(p, "h", d["x"], "linear", torch.tanh)
        sent, of = h[d["edge"][:, 0]], d["graph"]
        mixed = chain(p, "mixed", h + segment_mean(sent, d["edge"][:, 1], len(d["x"])), "linear", torch.tanh)
        n = len(d["text"])
        out = linear(p, "out", torch.cat([segment_sum(mixed, of, n), segment_max_of_computed(mixed, of, n), d["text"]], 1))
        return Outcome({"out": out}, {"fit": reduced(mse, out, d["y"])})

    def draw(random, n):  # every graph has nodes
        nodes = 3 * n
        return {"x": random.normal(nodes, 4), "edge": random.integers(5 * n, 2, high=nodes), "graph": random.random.permutation(nodes) % n,
                "text": random.normal(n, 3), "y": random.normal(n, 2)}
    yield Case("pooled", source, parameters, twin, batches(draw, 1, 3, 12), {"fit": 1.0},
               lambda tensors: torch.optim.SGD(tensors, lr=0.05, momentum=0.9))


GROUPS = {"graphs": [*operators(), *indexing(), *rows(), *pooled()]}
