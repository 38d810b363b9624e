"""Recurrences unrolled by a list that names its own elements, and what stands still for gradients."""
import torch
import torch.nn.functional as F

from twin import Case, Outcome, batches, linear, model, mse, reduced, shapes_of

STEPS, SIZE, UNITS = 4, 3, 5

GRU = """block gru(units)(h, x) {
  ar, az, an = x -> ih: linear(3 * units) -> split(3)
  br, bz, bn = h -> hh: linear(3 * units) -> split(3)
  z = sigmoid(az + bz)
  n = tanh(an + sigmoid(ar + br) * bn)
  return (1 - z) * n + z * h
}"""


def gru():
    """nn.GRU with the parameters of nn.GRUCell. The state is the last element of the list so far."""
    source = model("Gru", "input x: f32[batch, 4, 3]", "target y: f32[batch, 1]", "layer cell = gru(5)",
                   "start = broadcast(0 * x[:, 0, 0:1], 5)",
                   "h = [(start if t == 0 else h[t - 1], x[:, t]) -> cell for t in 0 .. 4]",
                   "head out = stack(h, axis = 1)", "head last = h[-1] -> linear(1)", "loss fit = mse(last, y)", "minimize fit",
                   "optimizer adam(lr = 0.01)", above=GRU + "\n")

    def twin(p, d):
        h, outs = 0 * d["x"][:, 0, 0:1].expand(-1, UNITS), []
        for t in range(STEPS):
            a, b = linear(p, "cell.ih", d["x"][:, t]), linear(p, "cell.hh", h)
            part = lambda v, i: v[:, i * UNITS:(i + 1) * UNITS]
            z = (part(a, 1) + part(b, 1)).sigmoid()
            n = (part(a, 2) + (part(a, 0) + part(b, 0)).sigmoid() * part(b, 2)).tanh()
            h = (1 - z) * n + z * h
            outs.append(h)
        last = linear(p, "last", h)
        return Outcome({"out": torch.stack(outs, 1), "last": last}, {"fit": reduced(mse, last, d["y"])})

    draw = lambda random, n: {"x": random.normal(n, STEPS, SIZE), "y": random.normal(n, 1)}
    return Case("gru", source, shapes_of("cell.ih", SIZE, 3 * UNITS) | shapes_of("cell.hh", UNITS, 3 * UNITS) | shapes_of("last", UNITS, 1),
                twin, batches(draw, 1, 6), {"fit": 1.0}, lambda tensors: torch.optim.Adam(tensors, lr=0.01))


def straight_through():
    """The codes of a VQ-VAE (van den Oord et al. 2017): an index passes no gradient, detach passes it by."""
    source = model("Codes", "input x: f32[batch, 4]", "trunk z = x -> linear(3)", "trunk book = parameter(6, 3, init = normal(0, 1))",
                   "q = take(book, argmin(sum((unsqueeze(z, 1) - book) ** 2, axis = 2), axis = 1), axis = 0)",
                   "head y = z + detach(q - z) -> linear(4)", "loss rebuilt = mse(y, x)", "loss codes = (detach(z) - q) ** 2",
                   "loss commit = (z - detach(q)) ** 2", "minimize rebuilt + codes + 0.25 * commit", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        z = linear(p, "z", d["x"])
        q = F.embedding(((z[:, None] - p["book"]) ** 2).sum(2).argmin(1), p["book"])
        y = linear(p, "y", z + (q - z).detach())
        mean = lambda v: (v * v).mean()
        return Outcome({"y": y}, {"rebuilt": reduced(mse, y, d["x"]), "codes": mean(z.detach() - q), "commit": mean(z - q.detach())})

    draw = lambda random, n: {"x": random.normal(n, 4)}
    return Case("straight_through", source, shapes_of("z", 4, 3) | {"book": (6, 3)} | shapes_of("y", 3, 4), twin, batches(draw, 1, 9),
                {"rebuilt": 1.0, "codes": 1.0, "commit": 0.25}, lambda tensors: torch.optim.SGD(tensors, lr=0.1))


def converted():
    """Counts, times and conditions as numbers; what is floating-point keeps its gradient."""
    source = model("Converted", "input n: i64[batch, 3]", "input k: i32[batch]", "input x: f32[batch, 3]", "target label: i64[batch] < 2",
                   "target y: f32[batch]",
                   "trunk h = concat(log1p(float(n)), float(x), unsqueeze(float(k), 1) / 7) -> linear(2)",
                   "head power = x ** float(n)", "head mask = float(x > 0) * x", "head out = h[:, 0]",
                   "loss sure = bce_with_logits(h[:, 1], float(label))", "loss fit = mse(out, y) weight float(label == 1) + 0.5",
                   "minimize sure + fit", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        n, x, label = d["n"].double(), d["x"], d["label"].double()
        h = linear(p, "h", torch.cat([n.log1p(), x, d["k"].double()[:, None] / 7], 1))
        logit = h[:, 1]
        sure = (F.softplus(logit) - logit * label).mean()
        power = torch.stack([torch.stack([x[i, j] ** int(d["n"][i, j]) for j in range(3)]) for i in range(x.shape[0])])
        weight = (d["label"] == 1).double() + 0.5
        return Outcome({"power": power, "mask": (x > 0).double() * x, "out": h[:, 0]},
                       {"sure": sure, "fit": ((h[:, 0] - d["y"]) ** 2 * weight).mean()})

    draw = lambda random, n: {"n": random.integers(n, 3, high=4), "k": random.integers(n, high=9, dtype="int32"), "x": random.normal(n, 3),
                              "label": random.integers(n, high=2), "y": random.normal(n)}
    return Case("converted", source, shapes_of("h", 7, 2), twin, batches(draw, 1, 8), {"sure": 1.0, "fit": 1.0},
                lambda tensors: torch.optim.SGD(tensors, lr=0.1))


GROUPS = {"recurrences": [gru()], "constants": [straight_through(), converted()]}
