"""Pooling: windows that overlap, are padded, dilated or cut off, and ties."""
import itertools
import math

import torch
import torch.nn.functional as F

from bounded import Ambiguous, Bounded, F32_ROUNDOFF, aten, bound_of, rule, value_of
from cases_metrics import confusion_matrix
from cases_models import example, rename
from cases_structure import weightless
from twin import Case, Outcome, accuracy, batches, cross_entropy, model, mse, reduced


def pair(numbers):
    return tuple(numbers) * 2 if len(numbers) == 1 else tuple(numbers)


def overlaps(kernel, stride):
    """How many windows one element is in, at most."""
    count = 1
    for k, s in zip(pair(kernel), pair(stride)):
        count *= -(-k // s)
    return count


@rule(aten.max_pool2d_with_indices.default)
def max_pool(x, kernel, stride=(), padding=(0,), dilation=(1,), ceil_mode=False):
    value, bound = value_of(x), bound_of(x)
    largest, index = aten.max_pool2d_with_indices(value, kernel, stride, padding, dilation, ceil_mode)
    its = bound.flatten(2).gather(2, index.flatten(2)).reshape(largest.shape)
    k, s, p, d = pair(kernel), pair(stride or kernel), pair(padding), pair(dilation)
    room = [max(0, (n - 1) * step + dil * (side - 1) + 1 - size - before)
            for n, step, dil, side, size, before in zip(largest.shape[2:], s, d, k, value.shape[2:], p)]
    around = (p[1], room[1], p[0], room[0])
    values, bounds = F.pad(value, around, value=-torch.inf), F.pad(bound, around)
    for i, j in itertools.product(range(k[0]), range(k[1])):
        seen = (..., slice(i * d[0], i * d[0] + s[0] * (largest.shape[2] - 1) + 1, s[0]), slice(j * d[1], j * d[1] + s[1] * (largest.shape[3] - 1) + 1, s[1]))
        reach = (bounds[seen] + its) * F32_ROUNDOFF * 2
        # The window's own element is near itself; another one may not be, unless both are exact.
        row = torch.arange(largest.shape[2]).reshape(-1, 1) * s[0] - p[0] + i * d[0]
        column = torch.arange(largest.shape[3]) * s[1] - p[1] + j * d[1]
        other = index != row * value.shape[3] + column
        if (other & (reach > 0) & ((largest - values[seen]).abs() <= reach)).any():
            raise Ambiguous("maxpool")
    return Bounded(largest, its), index


@rule(aten.max_pool2d_with_indices_backward.default)
def max_pool_backward(g, x, kernel, stride, padding, dilation, ceil_mode, index):
    spread = lambda g: aten.max_pool2d_with_indices_backward(g, value_of(x), kernel, stride, padding, dilation, ceil_mode, index)
    terms = overlaps(kernel, stride or kernel) - 1
    return Bounded(spread(value_of(g)), spread(bound_of(g)) + terms * spread(value_of(g).abs()))


@rule(aten.avg_pool2d.default)
def avg_pool(x, kernel, *options):
    pooled = lambda x: aten.avg_pool2d(x, kernel, *options)
    places = pair(kernel)[0] * pair(kernel)[1]
    return Bounded(pooled(value_of(x)), pooled(bound_of(x)) + (places + 1) * pooled(value_of(x).abs()))


@rule(aten.avg_pool2d_backward.default)
def avg_pool_backward(g, x, kernel, stride, *options):
    spread = lambda g: aten.avg_pool2d_backward(g, value_of(x), kernel, stride, *options)
    return Bounded(spread(value_of(g)), spread(bound_of(g)) + (overlaps(kernel, stride or kernel) + 1) * spread(value_of(g).abs()))


def length(pool, *sizes):
    """The same along one dimension."""
    return lambda x, s: pool(s.unsqueeze(2), *[(1, n) for n in sizes]).squeeze(2)


def adaptive(x, size):
    """Means of slices, as the documentation of nn.AdaptiveAvgPool2d has them."""
    bounds = lambda o, n, size: slice(o * size // n, -(-(o + 1) * size // n))
    rows, columns = size
    found = torch.stack([torch.stack([x[..., bounds(i, rows, x.shape[-2]), bounds(j, columns, x.shape[-1])].mean((-2, -1)) for j in range(columns)], -1)
                         for i in range(rows)], -2)
    if not isinstance(x, Bounded):
        assert torch.allclose(found, F.adaptive_avg_pool2d(x, size))
    return found


def pools():
    yield weightless("maxpool", {"x": (3, 7, 8), "s": (2, 11)}, {
        "two": ("x -> maxpool(2)", lambda x, s: F.max_pool2d(x, 2)), "padded": ("maxpool(x, 3, stride = 2, pad = 1)", lambda x, s: F.max_pool2d(x, 3, 2, 1)),
        "dense": ("maxpool(x, 3, 1, 1)", lambda x, s: F.max_pool2d(x, 3, 1, 1)),
        "dilated": ("maxpool(x, (3, 2), stride = (2, 1), dilation = (2, 3))", lambda x, s: F.max_pool2d(x, (3, 2), (2, 1), dilation=(2, 3))),
        "ceiling": ("maxpool(x, 2, ceil_mode = true)", lambda x, s: F.max_pool2d(x, 2, ceil_mode=True)),
        "ceiling_padded": ("maxpool(x, 3, stride = 4, pad = 1, ceil_mode = true)", lambda x, s: F.max_pool2d(x, 3, 4, 1, ceil_mode=True)),
        "whole": ("maxpool(x, (7, 8))", lambda x, s: F.max_pool2d(x, (7, 8))), "one": ("maxpool(x, 1, stride = 3)", lambda x, s: F.max_pool2d(x, 1, 3)),
        "along": ("maxpool(s, 3, stride = 2)", length(F.max_pool2d, 3, 2)), "along_default": ("s -> maxpool(4)", length(F.max_pool2d, 4))}, rows=(1, 3))
    yield ties()
    yield weightless("avgpool", {"x": (3, 7, 8), "s": (2, 11)}, {
        "two": ("x -> avgpool(2)", lambda x, s: F.avg_pool2d(x, 2)), "padded": ("avgpool(x, 3, stride = 2, pad = 1)", lambda x, s: F.avg_pool2d(x, 3, 2, 1)),
        "unpadded": ("avgpool(x, 3, 1, 1, count_include_pad = false)", lambda x, s: F.avg_pool2d(x, 3, 1, 1, False, False)),
        "ceiling": ("avgpool(x, (2, 3), ceil_mode = true)", lambda x, s: F.avg_pool2d(x, (2, 3), ceil_mode=True)),
        "both": ("avgpool(x, 4, stride = 3, pad = 2, ceil_mode = true)", lambda x, s: F.avg_pool2d(x, 4, 3, 2, True)),
        "neither": ("avgpool(x, 4, stride = 3, pad = 2, ceil_mode = true, count_include_pad = false)", lambda x, s: F.avg_pool2d(x, 4, 3, 2, True, False)),
        "along": ("avgpool(s, 3, stride = 2)", length(F.avg_pool2d, 3, 2))}, rows=(1, 3))
    yield weightless("adaptive", {"x": (3, 7, 8), "s": (2, 11)}, {
        "even": ("adaptive_avgpool(x, (7, 4))", lambda x, s: adaptive(x, (7, 4))), "uneven": ("x -> adaptive_avgpool(3)", lambda x, s: adaptive(x, (3, 3))),
        "larger": ("adaptive_avgpool(x, (9, 1))", lambda x, s: adaptive(x, (9, 1))), "along": ("adaptive_avgpool(s, 4)", lambda x, s: adaptive(s.unsqueeze(2), (1, 4)).squeeze(2)),
        "all_": ("x -> global_avgpool", lambda x, s: x.mean((2, 3))), "all_along": ("global_avgpool(s)", lambda x, s: s.mean(2))}, rows=(1, 3))
    yield network()
    yield digits_cnn()
    yield simple_cnn()


def digits_cnn():
    """The example, with fewer channels, so that rounding decides no maximum, as a nn.Sequential of the same names. Its dropout is
    off: random numbers are no part of a case."""
    source = rename(example("digits_cnn"), [("conv2d(32,", "conv2d(3,"), ("conv2d(64,", "conv2d(4,"), ("linear(128)", "linear(12)")])
    shapes = {"features.0": (3, 1, 3, 3), "features.3": (4, 3, 3, 3), "features.8": (12, 16), "logits": (10, 12)}

    def twin(p, d):
        layer = lambda f, name, x, **options: f(x, p[f"{name}.weight"], p[f"{name}.bias"], **options)
        x = torch.cat([d["left"].reshape(-1, 1, 8, 4), d["right"].reshape(-1, 1, 8, 4)], 3)
        x = F.max_pool2d(layer(F.conv2d, "features.0", x, padding=1).relu(), 2)
        x = F.max_pool2d(layer(F.conv2d, "features.3", x, padding=1).relu(), 2)
        logits = layer(F.linear, "logits", layer(F.linear, "features.8", x.flatten(1)).relu())
        weights = [w for name, w in p.items() if name.endswith("weight")]
        return Outcome({"logits": logits}, {"ce": reduced(cross_entropy, logits, d["label"]), "l2_all": sum((w * w).sum() for w in weights),
                                            "l1_all": sum(w.abs().sum() for w in weights)}, {"accuracy": accuracy(logits, d["label"])})

    parameters = {name: shape for layer, weight in shapes.items() for name, shape in ((f"{layer}.weight", weight), (f"{layer}.bias", weight[:1]))}
    pixels = lambda random, n: random.integers(n, 32, high=17).astype("float32") / 16
    draw = lambda random, n: {"left": pixels(random, n), "right": pixels(random, n), "label": random.integers(n, high=10)}
    return Case("digits_cnn", source, parameters, twin, batches(draw, 1, 4), {"ce": 1.0, "l2_all": 1e-4, "l1_all": 1e-6},
                lambda tensors: torch.optim.SGD(tensors, lr=0.05, momentum=0.9))


def of_fan(random, name, shape):
    """PyTorch's default for convolutions and linear layers; smaller weights, smaller bounds, fewer ambiguous maxima."""
    bound = 1 / math.sqrt(math.prod(shape[1:]) if len(shape) > 1 else 25)
    return random.uniform(*shape, low=-bound, high=bound)


def simple_cnn():
    """The example, with fewer channels and units."""
    source = rename(example("simple_cnn"), [("conv2d(6,", "conv2d(2,"), ("conv2d(16,", "conv2d(3,"), ("linear(120)", "linear(8)"), ("linear(84)", "linear(6)"), ("lr = 0.02", "lr = 0.0005")])
    shapes = {"features.conv1": (2, 1, 5, 5), "features.conv2": (3, 2, 5, 5), "features.fc1": (8, 75), "features.fc2": (6, 8), "logits": (10, 6)}

    def twin(p, d):
        layer = lambda f, name, x: f(x, p[f"{name}.weight"], p[f"{name}.bias"])
        x = F.max_pool2d(layer(F.conv2d, "features.conv1", d["image"]).relu(), 2)
        x = F.max_pool2d(layer(F.conv2d, "features.conv2", x).relu(), 2)
        x = layer(F.linear, "features.fc2", layer(F.linear, "features.fc1", x.flatten(1)).relu()).relu()
        logits = layer(F.linear, "logits", x)
        right, label = accuracy(logits, d["label"]), value_of(d["label"])
        table = confusion_matrix(value_of(logits).argmax(1), label, torch.ones(len(label)), 10)
        return Outcome({"logits": logits}, {"ce": reduced(cross_entropy, logits, d["label"])},
                       {"accuracy": right, "confused": right, "confused.counts": table})

    parameters = {name: shape for layer, weight in shapes.items() for name, shape in ((f"{layer}.weight", weight), (f"{layer}.bias", weight[:1]))}
    draw = lambda random, n: {"image": random.normal(n, 1, 32, 32), "label": random.integers(n, high=10)}
    return Case("simple_cnn", source, parameters, twin, batches(draw, 1, 2), {"ce": 1.0}, lambda tensors: torch.optim.SGD(tensors, lr=0.0005, momentum=0.9),
                draw_parameter=of_fan)


def ties():
    """Equal elements: the gradient goes to the first, in every overlapping window."""
    case = weightless("maxpool_ties", {"x": (2, 6, 6)}, {
        "two": ("maxpool(x, 2)", lambda x: F.max_pool2d(x, 2)), "dense": ("maxpool(x, 3, 1, 1)", lambda x: F.max_pool2d(x, 3, 1, 1)),
        "relu_": ("x -> relu -> maxpool(3, stride = 2)", lambda x: F.max_pool2d(x.relu(), 3, 2))}, rows=(4,))
    case.batches = batches(lambda random, n: {"x": random.integers(n, 2, 6, 6, low=-1, high=2).astype("float32")}, 4)
    return case


def network():
    source = model("Pooled", "input x: f32[batch, 1, 8, 8]", "target t: f32[batch, 3]",
                   "trunk body = x -> conv2d(4, 3, pad = 1) -> maxpool(2) -> relu -> conv2d(6, 3, pad = 1) -> relu -> avgpool(2)",
                   "head out = body -> flatten -> linear(3)", "head mean_ = body -> global_avgpool -> linear(3)",
                   "loss fit = mse(out, t)", "loss other = mse(mean_, t)", "minimize fit + other", "optimizer sgd(lr = 0.01)")

    def twin(p, d):
        body = F.max_pool2d(F.conv2d(d["x"], p["body.0.weight"], p["body.0.bias"], padding=1), 2).relu()
        body = F.avg_pool2d(F.conv2d(body, p["body.3.weight"], p["body.3.bias"], padding=1).relu(), 2)
        heads = {"out": F.linear(body.flatten(1), p["out.1.weight"], p["out.1.bias"]), "mean_": F.linear(body.mean((2, 3)), p["mean_.1.weight"], p["mean_.1.bias"])}
        return Outcome(heads, {"fit": reduced(mse, heads["out"], d["t"]), "other": reduced(mse, heads["mean_"], d["t"])})

    parameters = {"body.0.weight": (4, 1, 3, 3), "body.0.bias": (4,), "body.3.weight": (6, 4, 3, 3), "body.3.bias": (6,),
                  "out.1.weight": (3, 24), "out.1.bias": (3,), "mean_.1.weight": (3, 6), "mean_.1.bias": (3,)}
    draw = lambda random, n: {"x": random.normal(n, 1, 8, 8), "t": random.normal(n, 3)}
    return Case("network", source, parameters, twin, batches(draw, 1, 3), {"fit": 1.0, "other": 1.0}, lambda tensors: torch.optim.SGD(tensors, lr=0.01))


GROUPS = {"pools": list(pools())}
