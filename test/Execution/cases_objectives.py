"""Losses with all their options, at ordinary and at extreme values, and with every clause; class weights; losses of pairs."""
import numpy as np
import torch
import torch.nn.functional as F

from cases_losses import loss_case, selection
from twin import Batch, Case, Outcome, linear, model, reduced, shapes_of


# ----------------------------------------------------------------------------------------------------------- in PyTorch

def huber(delta):
    return lambda p, t: F.huber_loss(p, t, reduction="none", delta=delta)


def log_cosh(p, t):
    """log(cosh(p - t)), without what overflows or cancels."""
    d = p - t
    near = value_(d).abs() < 1
    small, size = torch.where(near, d, 0.0), torch.where(near, 1.0, d.abs())
    return torch.where(near, torch.log1p(2 * torch.sinh(small / 2) ** 2), size - np.log(2) + torch.log1p(torch.exp(-2 * size)))


def kl(log_target):
    return lambda p, t: F.kl_div(p, t, reduction="none", log_target=log_target)


def poisson(**options):
    return lambda p, t: F.poisson_nll_loss(p, t, reduction="none", **options)


def hinge(margin):
    return lambda p, t: (margin - t * p).clamp(min=0)


def hinge_embedding(margin):
    return lambda p, t: F.hinge_embedding_loss(p, t, margin=margin, reduction="none")


def sigmoid_focal(alpha, gamma):
    """torchvision.ops.sigmoid_focal_loss"""
    def loss(x, t):
        p = torch.sigmoid(x)
        ce = F.binary_cross_entropy_with_logits(x, t, reduction="none")
        p_t = p * t + (1 - p) * (1 - t)
        value = ce * ((1 - p_t) ** gamma)
        return value if alpha < 0 else (alpha * t + (1 - alpha) * (1 - t)) * value
    return loss


def class_focal(alpha, gamma):
    def loss(x, t):
        ce = F.cross_entropy(x, t, reduction="none")
        return (1 if alpha < 0 else alpha) * (1 - torch.exp(-ce)) ** gamma * ce
    return loss


def multi_margin(p, margin, weight=None):
    """F.multi_margin_loss, with its gradient made of gradients that there are rules for."""
    def loss(x, t):
        own = F.one_hot(t, x.shape[1])
        short = x - (x * own).sum(1, keepdim=True) + margin
        term = torch.where((short > 0) & (own == 0), short, 0.0)
        value = (term if p == 1 else term * term).sum(1) / x.shape[1]
        value = value if weight is None else value * weight[t]
        check = F.multi_margin_loss(value_(x), t, p=p, margin=margin, weight=weight, reduction="none")
        assert torch.allclose(value_(value), check)
        return value
    return loss


def positive(weights):
    weights = torch.tensor(weights, dtype=torch.float64)
    return lambda p, t: (1 - t) * p + (1 + (weights - 1) * t) * (torch.log1p(torch.exp(-p.abs())) + (-p).clamp(min=0))


# ------------------------------------------------------------------------------------------------- one head, all clauses

WIDTH = 3
SIGNS = lambda random, *shape: np.where(random.uniform(*shape) < 0.5, -1, 1).astype(np.float32)
TARGETS = {
    "normal": lambda random, rows: random.normal(rows, WIDTH),
    "unit": lambda random, rows: random.uniform(rows, WIDTH),
    "counts": lambda random, rows: random.integers(rows, WIDTH, high=6, dtype=np.float32),
    "signs": lambda random, rows: SIGNS(random, rows, WIDTH),
}
ELEMENTWISE = {
    "huber": ("huber(out, y)", huber(1.0), "normal"),
    "huber_delta": ("huber(out, y, delta = 0.25)", huber(0.25), "normal"),
    "log_cosh": ("log_cosh(out, y)", log_cosh, "normal"),
    "kl_divergence": ("kl_divergence(out, y)", kl(False), "unit"),
    "kl_divergence_log": ("kl_divergence(out, y, log_target = true)", kl(True), "normal"),
    "poisson": ("poisson(out, y)", poisson(), "counts"),
    "poisson_full": ("poisson(out, y, full = true)", poisson(full=True), "counts"),
    "hinge": ("hinge(out, y)", hinge(1.0), "signs"),
    "hinge_embedding": ("hinge_embedding(out, y, margin = 0.5)", hinge_embedding(0.5), "signs"),
    "focal": ("focal(out, y)", sigmoid_focal(0.25, 2.0), "unit"),
    "focal_plain": ("focal(out, y, alpha = -1, gamma = 1.5)", sigmoid_focal(-1, 1.5), "unit"),
    "pos_weight": ("bce_with_logits(out, y, pos_weight = 3)", positive([3.0]), "unit"),
    "pos_weights": ("bce_with_logits(out, y, pos_weight = (0.5, 2, 4))", positive([0.5, 2.0, 4.0]), "unit"),
}


def elementwise():
    for name, (call, function, target) in ELEMENTWISE.items():
        case = loss_case(name, call, function, WIDTH, f"target y: f32[batch, {WIDTH}]", TARGETS[target])
        case.batches = [batch for batch in case.batches if batch.name in ("some5", "none1", "one17")]
        case.full_gradients = False
        yield case


# -------------------------------------------------------------------------------------------- given values, as they come

def values_case(name, statements, inputs, targets, twin, batches, above=()):
    """Losses of inputs alone: `vjp` of heads would show nothing, so a scale that is multiplied in carries the gradient."""
    names = [text.split(":")[0] for text in inputs]
    lines = [f"input {text}" for text in inputs] + [f"target {text}" for text in targets]
    lines += [f"head {n}_ = {n} -> linear({w}, bias = false)" for n, w in above]
    source = model("Values", *lines, *statements, "minimize " + " + ".join(s.split()[1] for s in statements if s.startswith("loss")))
    parameters = {}
    for n, w in above:
        parameters[f"{n}_.weight"] = (w, w)

    def run(p, d):
        heads = {f"{n}_": linear(p, f"{n}_", d[n]) for n, _ in above}
        for head in heads.values():
            if hasattr(head, "bound"):
                head.bound.zero_()  # the identity rounds nothing: the losses see these very values
        values = twin(heads, d)
        return Outcome(heads, {n: v for n, v in values.items() if f"loss {n} =" in source}, {n: v for n, v in values.items() if f"metric {n} =" in source})

    def identity(random, parameter, shape):
        return np.eye(*shape, dtype=np.float32)

    assert names
    return Case(name, source, parameters, run, batches, {s.split()[1]: 1.0 for s in statements if s.startswith("loss")},
                vjp=False, draw_parameter=identity)


def fixed(**arrays):
    rows = len(next(iter(arrays.values())))
    return Batch("edges", rows, lambda random, n: {k: np.asarray(v) for k, v in arrays.items()})


def f32(*rows):
    return np.array(rows, np.float32)


def edges():
    """Each loss where its formula overflows, cancels or divides by zero if it is written naively."""
    bce = lambda p, t: F.binary_cross_entropy(p, t, reduction="none").mean()
    yield values_case("edge_bce", ["loss right = bce(x_, y)", "metric wrong = bce(x_, 1 - y)"], ["x: f32[batch, 1]"], ["y: f32[batch, 1]"],
                      lambda h, d: {"right": bce(h["x_"], d["y"]), "wrong": bce(h["x_"].detach(), 1 - d["y"])},
                      [fixed(x=f32([0], [1], [0.5], [0.25]), y=f32([0], [1], [0.25], [1]))], [("x", 1)])
    logits = f32([1000], [-1000], [1000], [-1000], [0], [30], [-30])
    for name in ("focal", "focal_plain", "pos_weight"):
        call, function, _ = ELEMENTWISE[name]
        call = call.replace("out", "x_")
        yield values_case(f"edge_{name}", [f"loss it = {call}"], ["x: f32[batch, 1]"], ["y: f32[batch, 1]"],
                          lambda h, d, f=function: {"it": f(h["x_"], d["y"]).mean()},
                          [fixed(x=logits, y=f32([0], [1], [1], [0], [1], [0], [1]))], [("x", 1)])
    yield values_case("edge_log_cosh", ["loss it = log_cosh(x_, y)"], ["x: f32[batch, 1]"], ["y: f32[batch, 1]"],
                      lambda h, d: {"it": log_cosh(h["x_"], d["y"]).mean()},
                      [fixed(x=f32([1000], [-1000], [0.125], [2 ** -20], [0], [30], [2]), y=f32([0], [0], [0.125], [0], [0], [-30], [2.5]))], [("x", 1)])
    rows = f32([1000, -1000, 0], [-1000, 1000, 0], [0, 0, 0], [1000, 1000, 1000], [88, 0, -88])
    label = np.array([0, 0, 1, 2, 2])
    options = {"plain": ("", {}), "weighted": ("weight = (1, 0.5, 2)", dict(weight=torch.tensor([1.0, 0.5, 2.0]))),
               "smooth": ("label_smoothing = 0.25", dict(label_smoothing=0.25)),
               "both": ("weight = (1, 0.5, 2), label_smoothing = 0.25", dict(weight=torch.tensor([1.0, 0.5, 2.0]), label_smoothing=0.25))}
    statements = [f"loss {n} = cross_entropy(x_, y{', ' + text if text else ''})" for n, (text, _) in options.items()]
    yield values_case("edge_cross_entropy", statements, ["x: f32[batch, 3]"], ["y: i64[batch]"],
                      lambda h, d: {n: F.cross_entropy(h["x_"], d["y"], **kw) for n, (_, kw) in options.items()},
                      [fixed(x=rows, y=label)], [("x", 3)])
    yield values_case("edge_multi_margin", ["loss m = multi_margin(x_, y)", "loss f = focal(x_, y, gamma = 1)"], ["x: f32[batch, 3]"], ["y: i64[batch]"],
                      lambda h, d: {"m": multi_margin(1, 1.0)(h["x_"], d["y"]).mean(), "f": class_focal(0.25, 1.0)(h["x_"], d["y"]).mean()},
                      [fixed(x=rows, y=label)], [("x", 3)])
    # PyTorch takes weights below 0, too: the mean divides by their sum, whatever its sign.
    signed = torch.tensor([1.0, -3.0, 0.5])
    text = "weight = (1, -3, 0.5)"
    yield values_case("edge_negative_weights", [f"loss c = cross_entropy(x_, y, {text})", f"loss n = nll(x_, y, {text})",
                                                f"loss s = cross_entropy(x_, y, {text}, label_smoothing = 0.25)", f"loss m = multi_margin(x_, y, {text})"],
                      ["x: f32[batch, 3]"], ["y: i64[batch]"],
                      lambda h, d: {"c": F.cross_entropy(h["x_"], d["y"], weight=signed), "n": F.nll_loss(h["x_"], d["y"], weight=signed),
                                    "s": F.cross_entropy(h["x_"], d["y"], weight=signed, label_smoothing=0.25),
                                    "m": multi_margin(1, 1.0, signed.double())(h["x_"], d["y"]).mean()},
                      [fixed(x=f32([1, -2, 0.5], [0.25, 3, -1], [-0.5, 0.75, 2], [2, 1.5, 0], [0.125, -1, -3]), y=np.array([0, 1, 1, 2, 0]))], [("x", 3)])
    vectors, others = f32([0, 0], [0, 0], [1, 0], [1, 1], [3, 4]), f32([0, 0], [1, 0], [2, 0], [-1, -1], [4, -3])
    yield values_case("edge_cosine", ["loss c = cosine_embedding(a_, b_, y, margin = -0.125)"], ["a: f32[batch, 2]", "b: f32[batch, 2]"], ["y: f32[batch]"],
                      lambda h, d: {"c": F.cosine_embedding_loss(h["a_"], h["b_"], d["y"], margin=-0.125)},
                      [fixed(a=vectors, b=others, y=np.array([1, -1, 1, -1, 1], np.float32))], [("a", 2), ("b", 2)])
    yield values_case("edge_kl", ["loss k = kl_divergence(x_, y)", "loss g = gaussian_nll(x_, y, v)"], ["x: f32[batch, 1]"],
                      ["y: f32[batch, 1]", "v: f32[batch, 1]"],
                      lambda h, d: {"k": F.kl_div(h["x_"], d["y"], reduction="mean"), "g": F.gaussian_nll_loss(h["x_"], d["y"], d["v"])},
                      [fixed(x=f32([0], [-1000], [-1]), y=f32([0], [0], [1]), v=f32([0], [1], [1e-3]))], [("x", 1)])


# --------------------------------------------------------------------------------------------------------------- classes

def classes():
    """Class weights, smoothing, probabilities, classes along other axes; means divide by the selected classes' weights."""
    w = torch.tensor([0.5, 2.0, 1.0, 3.0])
    text = "weight = (0.5, 2, 1, 3)"
    index = {
        "plain": ("cross_entropy(out, y)", lambda x, t: F.cross_entropy(x, t, reduction="none"), False),
        "weighted": (f"cross_entropy(out, y, {text})", lambda x, t: F.cross_entropy(x, t, weight=w.double(), reduction="none"), True),
        "smooth": ("cross_entropy(out, y, label_smoothing = 0.1)", lambda x, t: F.cross_entropy(x, t, label_smoothing=0.1, reduction="none"), False),
        "both": (f"cross_entropy(out, y, {text}, label_smoothing = 0.1)",
                 lambda x, t: F.cross_entropy(x, t, weight=w.double(), label_smoothing=0.1, reduction="none"), True),
        "likely": ("nll(out, y)", lambda x, t: F.nll_loss(x, t, reduction="none"), False),
        "likely_weighted": (f"nll(out, y, {text})", lambda x, t: F.nll_loss(x, t, weight=w.double(), reduction="none"), True),
        "margin": ("multi_margin(out, y)", multi_margin(1, 1.0), False),
        "margin_2": (f"multi_margin(out, y, p = 2, margin = 0.5, {text})",
                     multi_margin(2, 0.5, w.double()), False),
        "focus": ("focal(out, y)", class_focal(0.25, 2.0), False),
        "focus_each": ("focal(out, y, alpha = (0.25, 0.5, 0, 2))",
                       lambda x, t: class_focal(-1, 2.0)(x, t) * torch.tensor([0.25, 0.5, 0.0, 2.0]).double()[t], False),
        "focus_3": ("focal(out, y, alpha = -1, gamma = 3)", class_focal(-1, 3.0), False),
    }
    clauses = {"": (False, False, "mean"), "_m": (True, False, "mean"), "_mw": (True, True, "mean"), "_s": (True, True, "sum"),
               "_b": (True, False, "batch_mean"), "_v": (True, True, "weighted_mean")}
    for name, (call, function, weighs) in index.items():
        def statement(suffix, masked, weighted, reduction):
            return (f"loss l{suffix} = {call}" + (" where keep == 1" if masked else "") + (" weight w" if weighted else "")
                    + (f" reduce {reduction}" if reduction != "mean" else ""))

        def twin(p, d, function=function, weighs=weighs):
            out, losses = linear(p, "out", d["x"]), {}
            for suffix, (masked, weighted, reduction) in clauses.items():
                keep = d["keep"] == 1 if masked else torch.ones(len(d["y"]), dtype=torch.bool)
                values = function(out[keep], d["y"][keep])
                scale = d["w"][keep] if weighted else 1.0
                counts = w.double()[d["y"][keep]] if weighs else torch.ones(int(keep.sum()), dtype=torch.float64)
                divisor = {"mean": counts.sum(), "sum": 1.0, "batch_mean": len(d["y"]), "weighted_mean": (counts * scale).sum()}[reduction]
                total = (values * scale).sum()
                losses[f"l{suffix}"] = total / divisor if len(values) else total * 0.0
            return Outcome({"out": out}, losses)

        def draw(kind):
            return lambda random, rows: {"x": random.normal(rows, 3), "y": random.integers(rows, high=4), "w": random.uniform(rows, low=0.25),
                                         "keep": selection(random, rows, kind).astype(np.int32)}

        source = model("Classes", "input x: f32[batch, 3]", "target y: i64[batch]", "target keep: i32[batch]", "target w: f32[batch]",
                       "head out = x -> linear(4)", *(statement(s, *c) for s, c in clauses.items()),
                       "minimize " + " + ".join(f"l{s}" for s in clauses), "optimizer sgd(lr = 0.01)")
        yield Case(name, source, shapes_of("out", 3, 4), twin, [Batch(f"{k}{n}", n, draw(k)) for k in ("some", "none") for n in (2, 9)],
                   {f"l{s}": 1.0 for s in clauses}, lambda tensors: torch.optim.SGD(tensors, lr=0.01), vjp=False, full_gradients=name in ("both", "focus"))


def sequences():
    """Logits with more axes: classes last, and along axis 1 as PyTorch has them; probabilities as targets, and as what is trained."""
    w = torch.tensor([0.5, 2.0, 1.0]).double()
    text = "weight = (0.5, 2, 1)"
    source = model("Sequences", "input x: f32[batch, 4, 3]", "target y: i64[batch, 4]", "target z: i32[batch, 3]", "target t: f32[batch, 4, 3]",
                   "head out = x -> linear(3)", f"loss last = cross_entropy(out, y, {text}, label_smoothing = 0.2)", "loss first = cross_entropy(out, z, axis = 1)",
                   f"loss soft = cross_entropy(out, t, {text})", "loss softer = cross_entropy(out, t, label_smoothing = 0.3) where y > 0",
                   f"loss taught = cross_entropy(x, softmax(out), {text}, label_smoothing = 0.1)", f"loss likely = nll(out, z, axis = 1, weight = (1, 2, 3, 4)) where z > 0",
                   "metric right = accuracy(out, y)", "metric two = top_k(out, z, k = 2, axis = 1)",
                   "minimize last + first + soft + softer + taught + likely", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        out, y, z, t = linear(p, "out", d["x"]), d["y"], d["z"].long(), d["t"]
        side, some, seen = out.transpose(1, 2), d["y"] > 0, d["z"] > 0
        soft = lambda x, target, weight, s: F.cross_entropy(x.transpose(1, 2), target.transpose(1, 2), weight=weight, label_smoothing=s, reduction="none")
        found = soft(out, t, None, 0.3)[some]
        values = torch.tensor([1.0, 2.0, 3.0, 4.0]).double()
        likely = (-out * F.one_hot(z, 4).transpose(1, 2)).sum(1) * values[z]
        v = value_(out)
        return Outcome({"out": out}, {
            "last": F.cross_entropy(side, y, weight=w, label_smoothing=0.2), "first": F.cross_entropy(out, z), "soft": soft(out, t, w, 0.0).mean(),
            "softer": found.mean() if found.numel() else out.sum() * 0.0, "taught": soft(d["x"], out.softmax(2), w, 0.1).mean(),
            "likely": likely[seen].sum() / values[z][seen].sum() if seen.any() else out.sum() * 0.0},
            {"right": (v.argmax(2) == y).double().mean(), "two": ((v > v.gather(1, z.unsqueeze(1))).sum(1) < 2).double().mean()})

    def draw(random, rows):
        t = random.uniform(rows, 4, 3)
        return {"x": random.normal(rows, 4, 3), "y": random.integers(rows, 4, high=3), "z": random.integers(rows, 3, high=4, dtype=np.int32), "t": t}

    losses = ("last", "first", "soft", "softer", "taught", "likely")
    return Case("sequences", source, shapes_of("out", 3, 3), twin, [Batch(f"b{n}", n, draw) for n in (1, 7)], {n: 1.0 for n in losses},
                lambda tensors: torch.optim.SGD(tensors, lr=0.1), vjp=False)


def rows_of_pairs():
    """Embeddings: cosine, triplet and contrastive losses."""
    forms = {
        "triplet": ("triplet(a_, b_, c_)", dict()),
        "triplet_1": ("triplet(a_, b_, c_, margin = 0.5, p = 1)", dict(margin=0.5, p=1.0)),
        "triplet_3": ("triplet(a_, b_, c_, p = 3, swap = true)", dict(p=3.0, swap=True)),
        "triplet_swap": ("triplet(a_, b_, c_, margin = 2, swap = true)", dict(margin=2.0, swap=True)),
    }

    def triplet(heads, keep, **options):
        """F.triplet_margin_loss, with the smaller of two distances chosen by a comparison."""
        margin, p, swap = options.get("margin", 1.0), options.get("p", 2.0), options.get("swap", False)
        a, b, c = (heads[n][keep] for n in ("a_", "b_", "c_"))

        def distance(x, y):
            d = (x - y + 1e-6).abs()
            return d.sum(1) if p == 1 else (d ** p).sum(1).sqrt() if p == 2 else (d ** p).sum(1) ** (1 / p)
        near, far = distance(a, b), distance(a, c)
        if swap:
            other = distance(b, c)
            far = torch.where(other < far, other, far)
        value = (near - far + margin).relu()
        check = F.triplet_margin_loss(*(torch.as_tensor(value_(x)) for x in (a, b, c)), margin=margin, p=p, swap=swap, reduction="none")
        assert torch.allclose(value_(value), check)
        return value

    def cosine(heads, d, keep, margin):
        a, b, y = heads["a_"][keep], heads["b_"][keep], d["y"][keep]
        cos = (a * b).sum(1) / (((a * a).sum(1) + 1e-12) * ((b * b).sum(1) + 1e-12)).sqrt()
        return torch.where(y == 1, 1 - cos, (cos - margin).relu())

    def contrast(heads, keep, temperature, symmetric):
        s = heads["a_"][keep] @ heads["b_"][keep].T / temperature
        own = torch.arange(len(s))
        rows = F.cross_entropy(s, own, reduction="none")
        return (rows + F.cross_entropy(s.T, own, reduction="none")) / 2 if symmetric else rows

    lines = ["input a, b, c: f32[batch, 3]", "target y: f32[batch]", "target k: i64[batch]",
             *(f"head {n}_ = {n} -> linear(3)" for n in "abc")]
    losses = {name: (text, lambda h, d, keep, o=options: triplet(h, keep, **o)) for name, (text, options) in forms.items()}
    losses |= {"cosine": ("cosine_embedding(a_, b_, y)", lambda h, d, keep: cosine(h, d, keep, 0.0)),
               "cosine_margin": ("cosine_embedding(a_, b_, y, margin = 0.25)", lambda h, d, keep: cosine(h, d, keep, 0.25)),
               "nce": ("contrastive(a_, b_)", lambda h, d, keep: contrast(h, keep, 1.0, False)),
               "nce_cold": ("contrastive(a_, b_, temperature = 0.25, symmetric = true)", lambda h, d, keep: contrast(h, keep, 0.25, True))}
    for name, (text, function) in losses.items():
        def twin(p, d, function=function):
            heads = {f"{n}_": linear(p, f"{n}_", d[n]) for n in "abc"}
            every = torch.ones(len(d["k"]), dtype=torch.bool)
            some = d["k"] == 1
            values = function(heads, d, some) if some.any() else None
            return Outcome(heads, {"all": function(heads, d, every).mean(),
                                   "some": values.mean() if values is not None else heads["a_"].sum() * 0.0})

        def draw(kind):
            return lambda random, rows: {n: random.normal(rows, 3) for n in "abc"} | {
                "y": SIGNS(random, rows), "k": selection(random, rows, kind).astype(np.int64)}

        source = model("Pairs", *lines, f"loss all = {text}", f"loss some = {text} where k == 1", "minimize all + some", "optimizer sgd(lr = 0.01)")
        yield Case(name, source, shapes_of("a_", 3, 3) | shapes_of("b_", 3, 3) | shapes_of("c_", 3, 3), twin,
                   [Batch(f"{k}{n}", n, draw(k)) for k, n in (("some", 1), ("some", 6), ("one", 5), ("none", 3), ("some", 37))],
                   {"all": 1.0, "some": 1.0}, lambda tensors: torch.optim.SGD(tensors, lr=0.01), vjp=False)


def value_(x):
    return x.value if hasattr(x, "value") and hasattr(x, "bound") else x.detach()


def hand_written():
    """A variational autoencoder's KL term written with operators; with a mask, not even what overflows there does harm."""
    source = model("Written", "input x: f32[batch, 4]", "target k: i32[batch]", "target w: f32[batch]", "head mu = x -> linear(3)",
                   "head logvar = x -> linear(3)", *(f"loss kl{s} = -0.5 * (1 + logvar - mu ** 2 - exp(logvar)){c}" for s, c in (
                       ("", ""), ("_sum", " reduce sum"), ("_batch", " reduce batch_mean"), ("_some", " where k == 1 weight w"),
                       ("_weighted", " where k == 1 weight w reduce weighted_mean"))),
                   "loss rows = sum(-0.5 * (1 + logvar - mu ** 2 - exp(logvar)), axis = 1) where k == 1",
                   "minimize kl + kl_sum + kl_batch + kl_some + kl_weighted + rows", "optimizer sgd(lr = 0.01)")

    def twin(p, d):
        mu, logvar = linear(p, "mu", d["x"]), linear(p, "logvar", d["x"])
        values = lambda m, v: -0.5 * (1 + v - m * m - torch.exp(v))
        some = d["k"] == 1
        plain, chosen = values(mu, logvar), values(mu[some], logvar[some])
        weighted = (chosen * d["w"][some].unsqueeze(1)).sum()
        rows = int(some.sum())
        over = lambda total, n: total / n if rows else total * 0.0
        return Outcome({"mu": mu, "logvar": logvar}, {
            "kl": plain.mean(), "kl_sum": plain.sum(), "kl_batch": plain.sum() / len(plain), "kl_some": over(weighted, rows * 3),
            "kl_weighted": over(weighted, d["w"][some].sum() * 3), "rows": over(chosen.sum(), rows)})

    def draw(kind, wild=0.0):
        def drawn(random, rows):
            keep = selection(random, rows, kind)
            x = random.normal(rows, 4)
            x[~keep] += np.float32(wild)
            return {"x": x, "k": keep.astype(np.int32), "w": random.uniform(rows, low=0.25)}
        return drawn

    losses = ("kl", "kl_sum", "kl_batch", "kl_some", "kl_weighted", "rows")
    yield Case("hand_written", source, shapes_of("mu", 4, 3) | shapes_of("logvar", 4, 3), twin,
               [Batch(f"{k}{n}", n, draw(k)) for k in ("some", "none") for n in (3, 10)], {n: 1.0 for n in losses},
               lambda tensors: torch.optim.SGD(tensors, lr=0.01), vjp=False)
    only = source
    for name in ("kl", "kl_sum", "kl_batch"):
        only = "\n".join(line for line in only.split("\n") if not line.startswith(f"  loss {name} =")).replace(f"{name} + ", "", 1)

    def masked_only(p, d):
        outcome = twin(p, d)
        return Outcome(outcome.heads, {n: outcome.losses[n] for n in losses[3:]})

    yield Case("hand_written_overflow", only, shapes_of("mu", 4, 3) | shapes_of("logvar", 4, 3), masked_only,
               [Batch("some8", 8, draw("some", 1e4))], {n: 1.0 for n in losses[3:]}, lambda tensors: torch.optim.SGD(tensors, lr=0.01), vjp=False)


def likelihoods():
    """Losses with a third operand or a positive prediction."""
    source = model("Likely", "input x: f32[batch, 4]", "target y: f32[batch, 2]", "target k: i64[batch]",
                   "head mean = x -> linear(2)", "head raw = x -> linear(2)", "head one = x -> linear(1)", "spread = exp(raw)", "p = sigmoid(mean)",
                   "loss each = gaussian_nll(mean, y, spread)", "loss shared = gaussian_nll(mean, y, exp(one), full = true) where k == 1",
                   "loss rate = poisson(spread, y * y, log_input = false)", "loss rate_full = poisson(spread, 3 * y * y, log_input = false, full = true, eps = 1e-3)",
                   "loss chance = bce(p, sigmoid(y)) where k == 1", "loss drawn = bce(sigmoid(y), p)",
                   "loss told = kl_divergence(y, p)", "loss told_log = kl_divergence(y, mean, log_target = true)",
                   "minimize each + shared + rate + rate_full + chance + drawn + told + told_log", "optimizer sgd(lr = 0.01)")

    def twin(p_, d):
        mean, raw, one = (linear(p_, n, d["x"]) for n in ("mean", "raw", "one"))
        spread, p, y, some = raw.exp(), mean.sigmoid(), d["y"], d["k"] == 1
        zero = mean.sum() * 0.0
        mean_of = lambda v: v.mean() if v.numel() else zero
        bce = lambda q, t: -(t * q.log() + (1 - t) * torch.log1p(-q))
        losses = {"each": F.gaussian_nll_loss(mean, y, spread), "rate": F.poisson_nll_loss(spread, y * y, log_input=False),
                  "shared": F.gaussian_nll_loss(mean[some], y[some], one.exp()[some].expand(-1, 2), full=True) if some.any() else zero,
                  "rate_full": F.poisson_nll_loss(spread, 3 * y * y, log_input=False, full=True, eps=1e-3),
                  "chance": mean_of(bce(p[some], y.sigmoid()[some])), "drawn": bce(y.sigmoid(), p).mean(),
                  "told": (p * (p.log() - y)).mean(), "told_log": F.kl_div(y, mean, reduction="mean", log_target=True)}
        return Outcome({"mean": mean, "raw": raw, "one": one}, losses)

    def draw(kind):
        return lambda random, rows: {"x": random.normal(rows, 4), "y": random.normal(rows, 2), "k": selection(random, rows, kind).astype(np.int64)}

    names = ("each", "shared", "rate", "rate_full", "chance", "drawn", "told", "told_log")
    yield Case("likelihoods", source, shapes_of("mean", 4, 2) | shapes_of("raw", 4, 2) | shapes_of("one", 4, 1), twin,
               [Batch(f"{k}{n}", n, draw(k)) for k in ("some", "none") for n in (3, 12)], {n: 1.0 for n in names},
               lambda tensors: torch.optim.SGD(tensors, lr=0.01), vjp=False)


GROUPS = {
    "losses_elementwise": [*elementwise(), *hand_written(), *likelihoods()],
    "losses_edges": list(edges()),
    "losses_classes": [*classes(), sequences()],
    "losses_pairs": list(rows_of_pairs()),
}
