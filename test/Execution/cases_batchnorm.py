"""Normalisation over a batch: its statistics in training, running ones in evaluation, and what steps make of these."""
import torch
import torch.nn.functional as F

import cases_convolution  # registers its rules
from bounded import Bounded
from twin import Case, Outcome, batches, model, mse, reduced

KEPT = ("running_mean", "running_var", "num_batches_tracked")


def buffers_of(name, channels):
    return {f"{name}.{kept}": () if kept == "num_batches_tracked" else (channels,) for kept in KEPT}


def vectors_of(name, channels):
    return {f"{name}.weight": (channels,), f"{name}.bias": (channels,)}


class Norms:
    """The batchnorm layers of one call of a twin, and what they leave in their buffers."""

    def __init__(self, p, training):
        self.p, self.training = p, training
        self.nexts = {name: value for name, value in p.items() if name.endswith(KEPT)}

    def __call__(self, name, x, momentum=0.1, eps=1e-5, frozen=False):
        """The formula of nn.BatchNorm, whose parts have bounds; of a frozen one in evaluation mode."""
        training = self.training and not frozen
        dims = [0, *range(2, x.dim())]
        spread = (1, -1) + (1,) * (x.dim() - 2)
        kept = [self.nexts[f"{name}.{part}"] for part in KEPT]
        mean, var, tracked = kept
        if training:
            share = 1 / (tracked + 1) if momentum is None else momentum
            mean = x.mean(dims)
            centred = x - mean.reshape(spread)
            var = (centred * centred).mean(dims)
            n = x.numel() // x.shape[1]
            fresh = [kept[0] * (1 - share) + mean.detach() * share, kept[1] * (1 - share) + var.detach() * (n / (n - 1)) * share, tracked + 1]
            self.nexts |= {f"{name}.{part}": value for part, value in zip(KEPT, fresh)}
        weight, bias = self.p.get(f"{name}.weight"), self.p.get(f"{name}.bias")
        y = (x - mean.reshape(spread)) / (var + eps).sqrt().reshape(spread)
        y = y if weight is None else y * weight.reshape(spread) + bias.reshape(spread)
        if not isinstance(y, Bounded):
            self.compare(x, y, kept, weight, bias, training, momentum, eps, [self.nexts[f"{name}.{part}"] for part in KEPT])
        return y

    @staticmethod
    def compare(x, y, kept, weight, bias, training, momentum, eps, fresh):
        layer = (torch.nn.BatchNorm1d if x.dim() < 4 else torch.nn.BatchNorm2d)(x.shape[1], eps, momentum, affine=weight is not None).double()
        layer.load_state_dict(dict(zip(KEPT, kept)) | ({"weight": weight, "bias": bias} if weight is not None else {}))
        layer.train(training)
        assert torch.allclose(y, layer(x.detach()))
        assert all(torch.allclose(getattr(layer, name).double(), value.double()) for name, value in zip(KEPT, fresh))


def normalized(name, shape, lines, parameters, buffers, forward, rows=(2, 5), optimizer=None, out=None, frozen=()):
    """x [batch, shape] through what has weights; loss against t of the head's shape."""
    wide = lambda sizes: ", ".join(["batch", *map(str, sizes)])
    source = model("Normalized", f"input x: f32[{wide(shape)}]", f"target t: f32[{wide(out or shape)}]", *lines, "loss fit = mse(out, t)",
                   "minimize fit", "optimizer " + (optimizer[0] if optimizer else "sgd(lr = 0.1)"))

    def twin(p, d, training):
        norms = Norms(p, training)
        out = forward(norms, p, d["x"])
        return Outcome({"out": out}, {"fit": reduced(mse, out, d["t"])}, buffers=norms.nexts)

    draw = lambda random, n: {"x": random.normal(n, *shape), "t": random.normal(n, *(out or shape))}
    return Case(name, source, parameters, twin, batches(draw, *rows), {"fit": 1.0},
                optimizer[1] if optimizer else lambda tensors: torch.optim.SGD(tensors, lr=0.1), buffers=buffers, frozen=frozen)


def layers():
    yield normalized("features", (3,), ["head out = x -> batchnorm"], vectors_of("out", 3), buffers_of("out", 3),
                     lambda norm, p, x: norm("out", x), rows=(3, 8, 17))
    yield normalized("sequences", (3, 5), ["head out = x -> batchnorm(momentum = 0.25, eps = 1e-3)"], vectors_of("out", 3), buffers_of("out", 3),
                     lambda norm, p, x: norm("out", x, 0.25, 1e-3), rows=(1, 4))
    yield normalized("images", (2, 3, 4), ["head out = x -> batchnorm(momentum = none)"], vectors_of("out", 2), buffers_of("out", 2),
                     lambda norm, p, x: norm("out", x, None), rows=(1, 3))
    yield normalized("not_affine", (3, 2, 2), ["trunk h = x -> conv2d(2, 1) -> batchnorm(affine = false) -> tanh", "head out = h -> conv2d(3, 1)"],
                     {"h.0.weight": (2, 3, 1, 1), "h.0.bias": (2,), "out.weight": (3, 2, 1, 1), "out.bias": (3,)}, buffers_of("h.1", 2),
                     lambda norm, p, x: F.conv2d(norm("h.1", F.conv2d(x, p["h.0.weight"], p["h.0.bias"])).tanh(), p["out.weight"], p["out.bias"]),
                     rows=(1, 6))


def networks():
    conv = {"h.conv1.weight": (4, 2, 3, 3), "h.conv2.weight": (4, 4, 3, 3), **vectors_of("h.bn1", 4), **vectors_of("h.bn2", 4),
            "out.1.weight": (3, 4), "out.1.bias": (3,)}
    yield normalized("residual", (2, 4, 4),
                     ["default conv2d(bias = false)", "trunk h = x -> conv1: conv2d(4, 3, pad = 1) -> bn1: batchnorm -> tanh"
                      " -> conv2: conv2d(4, 3, pad = 1) -> bn2: batchnorm", "head out = h -> global_avgpool -> linear(3)"],
                     conv, {**buffers_of("h.bn1", 4), **buffers_of("h.bn2", 4)},
                     lambda norm, p, x: F.linear(norm("h.bn2", F.conv2d(norm("h.bn1", F.conv2d(x, p["h.conv1.weight"], padding=1)).tanh(),
                                                                        p["h.conv2.weight"], padding=1)).mean([2, 3]), p["out.1.weight"], p["out.1.bias"]),
                     rows=(2, 3), out=(3,),
                     optimizer=("sgd(lr = 1e-3)", lambda tensors: torch.optim.SGD(tensors, lr=1e-3)))
    # A shared layer: each use normalises with its own statistics, and goes on from the running ones that the use before has left.
    tower = {"tower.0.weight": (4, 3), "tower.0.bias": (4,), **vectors_of("tower.1", 4), "out.weight": (2, 8), "out.bias": (2,)}

    def siamese(norm, p, x):
        use = lambda part: norm("tower.1", F.linear(part, p["tower.0.weight"], p["tower.0.bias"]))
        return F.linear(torch.cat([use(x[:, :3]), use(x[:, 3:])], 1).tanh(), p["out.weight"], p["out.bias"])
    yield normalized("shared", (6,), ["layer tower = linear(4) -> batchnorm", "trunk h = concat(x[:, 0:3] -> tower, x[:, 3:6] -> tower) -> tanh",
                                      "head out = h -> linear(2)"], tower, buffers_of("tower.1", 4), siamese, rows=(3, 7), out=(2,),
                     optimizer=("sgd(lr = 0.1, momentum = 0.9, weight_decay = 0.1)", lambda tensors: torch.optim.SGD(tensors, lr=0.1, momentum=0.9, weight_decay=0.1)))


def frozen_layers():
    """A frozen batchnorm keeps its statistics and computes with them in training, too; the gradient goes on to what is before it."""
    parameters = {"h.0.weight": (4, 3), "h.0.bias": (4,), **vectors_of("h.1", 4), **vectors_of("out.0", 4), "out.1.weight": (2, 4), "out.1.bias": (2,)}

    def forward(norm, p, x):
        h = norm("h.1", F.linear(x, p["h.0.weight"], p["h.0.bias"]), frozen=True).tanh()
        return F.linear(norm("out.0", h), p["out.1.weight"], p["out.1.bias"])
    lines = ["trunk h = x -> linear(4) -> batchnorm -> tanh", "head out = h -> batchnorm -> linear(2)"]
    buffers = {**buffers_of("h.1", 4), **buffers_of("out.0", 4)}
    yield normalized("frozen_norm", (3,), [*lines, "freeze h.1"], parameters, buffers, forward, rows=(3, 8), out=(2,), frozen=("h.1.weight", "h.1.bias", *buffers_of("h.1", 4)))
    yield normalized("frozen_trunk", (3,), [*lines, "freeze h"], parameters, buffers, forward, rows=(3, 8), out=(2,),
                     frozen=tuple(name for name in {**parameters, **buffers} if name.startswith("h.")))


GROUPS = {"batchnorm": [*layers(), *networks(), *frozen_layers()]}
