"""Images and sequences of another size, against torch.nn.functional.interpolate."""
import torch
import torch.nn.functional as F

from bounded import Bounded
from cases_structure import weightless


def taps(size, out, scale, mode, corners):
    """The matrix [out, size] of one dimension, as PyTorch's own rule says."""
    matrix = torch.zeros(out, size)
    step = 1 / scale if scale else size / out
    if corners:
        step = (size - 1) / (out - 1) if out > 1 else 0.0
    for j in range(out):
        place = j * step if mode == "nearest" or corners else max(0.0, (j + 0.5) * step - 0.5)
        below = min(int(place), size - 1)
        beyond = place - below if mode != "nearest" and below < size - 1 else 0.0
        matrix[j, below] += 1 - beyond
        if beyond:
            matrix[j, below + 1] += beyond
    return matrix


def resized(x, mode="nearest", size=None, scale=None, corners=False):
    """Sums of products, whose parts have bounds."""
    rank = x.dim() - 2
    pair = lambda value: (value,) * rank if not isinstance(value, tuple) else value
    scales = pair(scale)
    sizes = pair(size) if size else tuple(int(n * s) for n, s in zip(x.shape[2:], scales))
    y = x
    for i in range(rank):
        matrix = taps(x.shape[2 + i], sizes[i], scales[i], mode, corners)
        y = (y.movedim(2 + i, -1).unsqueeze(-2) * matrix).sum(-1).movedim(-1, 2 + i)
    if not isinstance(x, Bounded):
        word = mode if mode == "nearest" else ("linear", "bilinear")[rank - 1]
        wanted = F.interpolate(x, size=sizes if size else None, scale_factor=scales if scale else None, mode=word,
                               align_corners=None if mode == "nearest" else corners)
        assert torch.allclose(y, wanted), (y - wanted).abs().max()
    return y


def resizes():
    image, sequence = {"x": (2, 3, 4), "y": (3, 5)}, {"x": (3, 7)}
    yield weightless("nearest", image, {
        "twice": ("x -> upsample(2)", lambda x, y: resized(x, scale=2.0)), "uneven": ("x -> upsample((3, 1.5))", lambda x, y: resized(x, scale=(3.0, 1.5))),
        "sized": ("x -> upsample(size = (5, 3))", lambda x, y: resized(x, size=(5, 3))), "along": ("y -> upsample(2.5)", lambda x, y: resized(y, scale=2.5)),
        "smaller": ("x -> upsample(size = 2)", lambda x, y: resized(x, size=2))}, rows=(1, 4))
    yield weightless("bilinear", image, {
        "twice": ("x -> upsample(2, mode = bilinear)", lambda x, y: resized(x, "bilinear", scale=2.0)),
        "uneven": ("x -> upsample((3, 1.5), mode = bilinear)", lambda x, y: resized(x, "bilinear", scale=(3.0, 1.5))),
        "sized": ("x -> upsample(size = (5, 3), mode = bilinear)", lambda x, y: resized(x, "bilinear", size=(5, 3))),
        "along": ("y -> upsample(2.5, mode = bilinear)", lambda x, y: resized(y, "bilinear", scale=2.5)),
        "smaller": ("x -> upsample(size = 1, mode = bilinear)", lambda x, y: resized(x, "bilinear", size=1))}, rows=(1, 4))
    yield weightless("corners", image, {
        "twice": ("x -> upsample(2, mode = bilinear, align_corners = true)", lambda x, y: resized(x, "bilinear", scale=2.0, corners=True)),
        "sized": ("x -> upsample(size = (7, 2), mode = bilinear, align_corners = true)", lambda x, y: resized(x, "bilinear", size=(7, 2), corners=True)),
        "one": ("x -> upsample(size = 1, mode = bilinear, align_corners = true)", lambda x, y: resized(x, "bilinear", size=1, corners=True)),
        "along": ("y -> upsample(3, mode = bilinear, align_corners = true)", lambda x, y: resized(y, "bilinear", scale=3.0, corners=True))}, rows=(1, 4))
    yield weightless("wide", sequence, {"stretched": ("x -> upsample(7)", lambda x: resized(x, scale=7.0)),
                                        "linear": ("x -> upsample(size = 40, mode = bilinear)", lambda x: resized(x, "bilinear", size=40))}, rows=(2,))
    yield weightless("tiles", {"x": (3, 17, 19)}, {"twice": ("x -> upsample(2)", lambda x: resized(x, scale=2.0)),
                                                   "linear": ("x -> upsample(2, mode = bilinear)", lambda x: resized(x, "bilinear", scale=2.0))}, rows=(2,))


GROUPS = {"resizes": list(resizes())}
