"""Normalisation of channels within a sample: groups of them, and each by itself."""
import torch
import torch.nn.functional as F

from bounded import Bounded
from cases_reductions import trained
from cases_structure import weightless


def grouped(x, groups, weight=None, bias=None, eps=1e-5):
    """The formula of nn.GroupNorm, whose parts have bounds."""
    rows = x.reshape(x.shape[0], groups, -1)
    centred = rows - rows.mean(2, True)
    y = (centred / ((centred * centred).mean(2, True) + eps).sqrt()).reshape(x.shape)
    spread = (-1,) + (1,) * (x.dim() - 2)
    y = y if weight is None else y * weight.reshape(spread) + bias.reshape(spread)
    if not isinstance(y, Bounded):
        assert torch.allclose(y, F.group_norm(x, groups, weight, bias, eps))
    return y


def instances(x, weight=None, bias=None, eps=1e-5):
    y = grouped(x, x.shape[1], weight, bias, eps)
    if not isinstance(y, Bounded):
        assert torch.allclose(y, F.instance_norm(x, weight=weight, bias=bias, eps=eps))
    return y


def layers():
    six = {"out.weight": (6,), "out.bias": (6,)}
    affine = lambda p: (p["out.weight"], p["out.bias"])
    yield trained("groups", (6, 3, 4), ["head out = x -> groupnorm(2)"], six, lambda p, x: grouped(x, 2, *affine(p)))
    yield trained("one_group", (6, 5), ["head out = x -> groupnorm(1, eps = 1e-3)"], six, lambda p, x: grouped(x, 1, *affine(p), eps=1e-3))
    yield weightless("plain", {"x": (4, 2, 3), "y": (3, 5)}, {
        "groups": ("x * 2 -> groupnorm(4, affine = false)", lambda x, y: grouped(x * 2, 4)), "instances": ("x -> instancenorm", lambda x, y: instances(x)),
        "along": ("instancenorm(y)", lambda x, y: instances(y)), "two": ("groupnorm(x, 2, affine = false)", lambda x, y: grouped(x, 2))}, rows=(1, 4))
    yield trained("features", (6,), ["head out = x -> groupnorm(3)"], six, lambda p, x: grouped(x, 3, *affine(p)))
    yield trained("affine_instances", (6, 7), ["head out = x -> instancenorm(affine = true, eps = 1e-3)"], six, lambda p, x: instances(x, *affine(p), eps=1e-3))
    yield trained("in_a_network", (2, 4, 4), ["head out = x -> conv2d(4, 3, pad = 1) -> norm: groupnorm(2) -> relu -> conv2d(2, 1)"],
                  {"out.0.weight": (4, 2, 3, 3), "out.0.bias": (4,), "out.norm.weight": (4,), "out.norm.bias": (4,), "out.3.weight": (2, 4, 1, 1), "out.3.bias": (2,)},
                  lambda p, x: F.conv2d(grouped(F.conv2d(x, p["out.0.weight"], p["out.0.bias"], padding=1), 2, p["out.norm.weight"], p["out.norm.bias"]).relu(),
                                        p["out.3.weight"], p["out.3.bias"]))


GROUPS = {"channel_norms": list(layers())}
