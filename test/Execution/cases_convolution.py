"""Convolutions: strides, paddings, dilations, groups; one, two and transposed."""
import itertools

import torch
import torch.nn.functional as F

from bounded import Bounded, aten, bound_of, rule, value_of
from twin import Case, Outcome, batches, model, mse, reduced


def taps(weight, groups, transposed):
    """The products in one element of the result, and in one of the input's cotangent."""
    window = weight[0, 0].numel()
    result, cotangent = weight.shape[1] * window, weight.shape[0] // groups * window
    return (cotangent, result) if transposed else (result, cotangent)


@rule(aten.convolution.default)
def convolution(x, weight, bias, stride, padding, dilation, transposed, output_padding, groups):
    options = (stride, padding, dilation, transposed, output_padding, groups)
    a, w, terms = value_of(x), value_of(weight), taps(weight, groups, transposed)[0]
    spread = lambda a, w: torch.ops.aten.convolution(a, w, None, *options)
    value = torch.ops.aten.convolution(a, w, None if bias is None else value_of(bias), *options)
    error = spread(bound_of(x), w.abs()) + spread(a.abs(), bound_of(weight)) + terms * spread(a.abs(), w.abs())
    if bias is not None:  # an accumulator may start from it
        error = error + (bound_of(bias) + (terms + 1) * value_of(bias).abs()).reshape(-1, *[1] * (value.dim() - 2))
    return Bounded(value, error)


@rule(aten.convolution_backward.default)
def convolution_backward(g, x, weight, bias_sizes, stride, padding, dilation, transposed, output_padding, groups, mask):
    def parts(g, x, w):
        return torch.ops.aten.convolution_backward(g, x, w, bias_sizes, stride, padding, dilation, transposed, output_padding, groups, [True] * 3)

    a, b, c = value_of(g), value_of(x), value_of(weight)
    sums = a.shape[0] * (b if transposed else a)[0, 0].numel()
    terms = (taps(weight, groups, transposed)[1], sums, a.shape[0] * a[0, 0].numel())
    sizes = parts(a.abs(), b.abs(), c.abs())
    of_g = parts(bound_of(g), b.abs(), c.abs())
    of_x, of_weight = parts(a.abs(), bound_of(x), c.abs()), parts(a.abs(), b.abs(), bound_of(weight))
    errors = (of_g[0] + of_weight[0], of_g[1] + of_x[1], of_g[2])
    return tuple(Bounded(value, error + count * size) if wanted else None
                 for value, error, count, size, wanted in zip(parts(a, b, c), errors, terms, sizes, mask))


def trained(name, shape, layers, rows=(1, 3)):
    """A head for each layer: (text, shape of the weight, has a bias, function of x, weight, bias)."""
    sizes = ", ".join(["batch", *map(str, shape)])
    heads = {f"h{i}": layer for i, layer in enumerate(layers)}
    like = torch.zeros(1, *shape, dtype=torch.float64)
    results = {head: function(like, torch.zeros(weight, dtype=torch.float64), None).shape[1:] for head, (_, weight, _, function) in heads.items()}
    lines = [f"input x: f32[{sizes}]"]
    lines += [f"target t{head}: f32[batch, {', '.join(map(str, result))}]" for head, result in results.items()]
    lines += [f"head {head} = x -> {text}" for head, (text, *_) in heads.items()]
    lines += [f"loss l{head} = mse({head}, t{head})" for head in heads]
    source = model("Convolutions", *lines, "minimize " + " + ".join(f"l{head}" for head in heads), "optimizer sgd(lr = 0.1)")
    parameters = {}
    for head, (_, weight, bias, function) in heads.items():
        parameters[f"{head}.weight"] = weight
        if bias:
            parameters[f"{head}.bias"] = (results[head][0],)

    def twin(p, d):
        out = {head: function(d["x"], p[f"{head}.weight"], p.get(f"{head}.bias")) for head, (*_, function) in heads.items()}
        return Outcome(out, {f"l{head}": reduced(mse, value, d[f"t{head}"]) for head, value in out.items()})

    def draw(random, n):
        return {"x": random.normal(n, *shape)} | {f"t{head}": random.normal(n, *result) for head, result in results.items()}

    return Case(name, source, parameters, twin, batches(draw, *rows), {f"l{head}": 1.0 for head in heads},
                lambda tensors: torch.optim.SGD(tensors, lr=0.1))


def layer(text, weight, bias=True, **options):
    function = {3: F.conv1d, 4: F.conv2d}[len(weight)]
    return text, weight, bias, lambda x, w, b: function(x, w, b, **options)


def transposed(text, weight, bias=True, **options):
    return text, weight, bias, lambda x, w, b: F.conv_transpose2d(x, w, b, **options)


def padded(text, weight, amounts, **options):
    """`amounts` as F.pad counts them: from the last dimension on."""
    return text, weight, True, lambda x, w, b: F.conv2d(F.pad(x, amounts), w, b, **options)


def convolutions():
    yield trained("windows", (3, 7, 9), [
        layer("conv2d(4, 3)", (4, 3, 3, 3)), layer("conv2d(5, 1, bias = false)", (5, 3, 1, 1), False),
        layer("conv2d(2, (3, 2), pad = 1)", (2, 3, 3, 2), padding=1), layer("conv2d(4, 3, stride = 2, pad = 1)", (4, 3, 3, 3), stride=2, padding=1),
        layer("conv2d(1, 2, stride = (3, 2), pad = (0, 1))", (1, 3, 2, 2), stride=(3, 2), padding=(0, 1)),
        layer("conv2d(4, (7, 9))", (4, 3, 7, 9))])
    yield trained("dilated", (2, 9, 8), [
        layer("conv2d(3, 3, dilation = 2)", (3, 2, 3, 3), dilation=2), layer("conv2d(3, (2, 3), dilation = (3, 1), stride = 2, pad = 2)", (3, 2, 2, 3), dilation=(3, 1), stride=2, padding=2),
        layer("conv2d(4, 1, stride = 3)", (4, 2, 1, 1), stride=3)])
    yield trained("padded", (2, 5, 6), [
        padded("conv2d(3, 3, pad = (0, 2, 1, 0))", (3, 2, 3, 3), (1, 0, 0, 2)), layer("conv2d(3, 3, same = true)", (3, 2, 3, 3), padding="same"),
        layer("conv2d(3, (2, 4), same = true)", (3, 2, 2, 4), padding="same"),
        layer("conv2d(2, 2, dilation = 3, same = true)", (2, 2, 2, 2), padding="same", dilation=3), layer("conv2d(2, 5, pad = 7, stride = 4)", (2, 2, 5, 5), padding=7, stride=4)])
    yield trained("grouped", (6, 5, 5), [
        layer("conv2d(4, 3, groups = 2)", (4, 3, 3, 3), groups=2), layer("conv2d(6, 3, groups = 6, pad = 1)", (6, 1, 3, 3), groups=6, padding=1),
        layer("conv2d(12, 2, groups = 6, stride = 2, bias = false)", (12, 1, 2, 2), False, groups=6, stride=2),
        layer("conv2d(3, 2, groups = 3, dilation = 2)", (3, 2, 2, 2), groups=3, dilation=2)])
    yield trained("depthwise", (19, 4, 5), [layer("conv2d(19, 3, groups = 19, pad = 1, stride = 2)", (19, 1, 3, 3), groups=19, padding=1, stride=2)])
    yield trained("one_channel", (1, 6, 8), [
        layer("conv2d(8, 3, pad = 1)", (8, 1, 3, 3), padding=1), layer("conv2d(1, 3, pad = 1)", (1, 1, 3, 3), padding=1), layer("conv2d(17, 2, stride = 2)", (17, 1, 2, 2), stride=2)])
    yield trained("tiles", (17, 9, 18), [layer("conv2d(33, 3, pad = 1)", (33, 17, 3, 3), padding=1), layer("conv2d(40, 1)", (40, 17, 1, 1))], rows=(2,))
    yield trained("lengths", (4, 11), [
        layer("conv1d(5, 3)", (5, 4, 3)), layer("conv1d(3, 4, stride = 3, pad = 2)", (3, 4, 4), stride=3, padding=2),
        ("conv1d(2, 3, pad = (1, 2))", (2, 4, 3), True, lambda x, w, b: F.conv1d(F.pad(x, (1, 2)), w, b)),
        layer("conv1d(4, 3, groups = 4, dilation = 2, same = true)", (4, 1, 3), groups=4, dilation=2, padding="same"),
        layer("conv1d(6, 1, groups = 2, bias = false)", (6, 2, 1), False, groups=2)])
    yield trained("transposed", (4, 3, 5), [
        transposed("conv_transpose2d(3, 3)", (4, 3, 3, 3)), transposed("conv_transpose2d(2, 2, stride = 2, bias = false)", (4, 2, 2, 2), False, stride=2),
        transposed("conv_transpose2d(3, 3, stride = 2, pad = 1, output_pad = 1)", (4, 3, 3, 3), stride=2, padding=1, output_padding=1),
        transposed("conv_transpose2d(4, (2, 3), stride = (3, 1), dilation = (1, 2), groups = 2, output_pad = (2, 0))", (4, 2, 2, 3),
                   stride=(3, 1), dilation=(1, 2), groups=2, output_padding=(2, 0)),
        transposed("conv_transpose2d(4, 2, groups = 4, pad = 1)", (4, 1, 2, 2), groups=4, padding=1)])


def chained():
    """What a convolution gives is taken by another, joined with its input, and flattened."""
    source = model("Chained", "input x: f32[batch, 2, 6, 6]", "target t: f32[batch, 3]",
                   "trunk body = x -> conv2d(4, 3, pad = 1) -> relu -> conv2d(4, 3, pad = 1, stride = 2)",
                   "trunk skip = body + (x -> down: conv2d(4, 1, stride = 2, bias = false))", "trunk joined = concat(skip, relu(skip))",
                   "head out = joined -> flatten -> linear(3)", "loss fit = mse(out, t)", "minimize fit", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        hidden = F.conv2d(F.conv2d(d["x"], p["body.0.weight"], p["body.0.bias"], padding=1).relu(), p["body.2.weight"], p["body.2.bias"], padding=1, stride=2)
        skip = hidden + F.conv2d(d["x"], p["skip.down.weight"], stride=2)
        out = F.linear(torch.cat([skip, skip.relu()], 1).flatten(1), p["out.1.weight"], p["out.1.bias"])
        return Outcome({"out": out}, {"fit": reduced(mse, out, d["t"])})

    parameters = {"body.0.weight": (4, 2, 3, 3), "body.0.bias": (4,), "body.2.weight": (4, 4, 3, 3), "body.2.bias": (4,),
                  "skip.down.weight": (4, 2, 1, 1), "out.1.weight": (3, 72), "out.1.bias": (3,)}
    draw = lambda random, n: {"x": random.normal(n, 2, 6, 6), "t": random.normal(n, 3)}
    return Case("chained", source, parameters, twin, batches(draw, 1, 5), {"fit": 1.0}, lambda tensors: torch.optim.SGD(tensors, lr=0.1))


GROUPS = {"convolutions": list(itertools.chain(convolutions(), [chained()]))}
