"""Operators on images [batch, channels, spatial...]: windows are taken and put one place of the kernel after the other."""
import itertools

import numpy as np

import tape
from operators_products import add_first, optional
from registry import operator
from rounded import Ambiguous, Rounded, U
from tape import Traced


def places(op, kernel):
    """Where each place of a kernel stands in the window."""
    return itertools.product(*(range(0, d * k, d) for d, k in zip(op["dilation"], kernel)))


def steps(op, place, windows):
    """The elements that one place of the kernel sees, window by window."""
    return tuple(slice(p, p + s * (n - 1) + 1, s) for p, s, n in zip(place, op["stride"], windows))


def inside(op, sizes):
    return tuple(slice(before, before + n) for before, n in zip(op["before"], sizes))


def padded_sizes(op, sizes):
    return tuple(n + before + after for n, before, after in zip(sizes, op["before"], op["after"]))


def group_of(x, groups, g, axis=1):
    size = x.shape[axis] // groups
    return tape.take(x, (slice(None),) * axis + (slice(g * size, (g + 1) * size),))


def as_rows(x):
    """[batch, channels, spatial...] -> [batch * places, channels]."""
    order = (0, *range(2, x.rank), 1)
    return tape.reshape(tape.transpose(x, order), (-1, x.shape[1]))


def as_image(rows, batch, sizes):
    image = tape.reshape(rows, (batch, *sizes, rows.shape[-1]))
    return tape.transpose(image, (0, image.rank - 1, *range(1, image.rank - 1)))


@operator("conv1d", "conv2d")
def convolution(op, x, weight, bias=None):
    """Every window is a row, and the weight one matrix a group."""
    sizes, kernel, batch = x.shape[2:], weight.shape[2:], x.shape[0]
    room = padded_sizes(op, sizes)
    windows = tuple((n - d * (k - 1) - 1) // s + 1 for n, d, k, s in zip(room, op["dilation"], kernel, op["stride"]))
    padded = tape.put_add((*x.shape[:2], *room), (slice(None), slice(None), *inside(op, sizes)), x)
    parts = []
    for g in range(op["groups"]):
        own, matrix = group_of(padded, op["groups"], g), group_of(weight, op["groups"], g, axis=0)
        patches = tape.concatenate([as_rows(tape.take(own, (slice(None), slice(None), *steps(op, place, windows))))
                                    for place in places(op, kernel)], 1)
        order = (*range(2, weight.rank), 1, 0)  # [kernel..., in, out]
        matrix = tape.reshape(tape.transpose(matrix, order), (-1, matrix.shape[0]))
        parts.append(tape.matmul(patches, matrix))
    product = tape.concatenate(parts, 1)
    if bias is not None:
        product = add_first(product, bias, parts[0].parents[0][0].shape[1])
    return as_image(product, batch, windows)


@operator("conv_transpose2d")
def transposed_convolution(op, x, weight, bias=None):
    """Every element of x is spread over a window."""
    windows, kernel, sizes = x.shape[2:], weight.shape[2:], tuple(op["size"])
    room = padded_sizes(op, sizes)
    parts = []
    for g in range(op["groups"]):
        rows, matrices = as_rows(group_of(x, op["groups"], g)), group_of(weight, op["groups"], g, axis=0)
        total = Traced(np.zeros((x.shape[0], weight.shape[1], *room)))
        for place, index in zip(places(op, kernel), np.ndindex(*kernel)):
            spread = tape.matmul(rows, tape.take(matrices, (slice(None), slice(None), *index)))
            total = total + tape.put_add(total.shape, (slice(None), slice(None), *steps(op, place, windows)), as_image(spread, x.shape[0], windows))
        parts.append(tape.take(total, (slice(None), slice(None), *inside(op, sizes))))
    image = tape.concatenate(parts, 1)
    return image if bias is None else image + tape.reshape(bias, (bias.shape[0], 1, 1))


# -------------------------------------------------------------------------------------------------------------- pooling

def windows_of(op, x, counts, dilation):
    """Index arrays into a flat image, and whether they lie in it: both [places, windows]."""
    axes = []
    for i, (count, size) in enumerate(zip(counts, x.shape[2:])):
        starts = np.arange(count) * op["stride"][i] - op["pad"][i]
        axes.append((starts[None, :] + dilation[i] * np.arange(op["kernel"][i])[:, None], size))
    index, inside = np.zeros((1, 1), np.int64), np.ones((1, 1), bool)
    for at, size in axes:
        index = (index[:, None, :, None] * size + at[None, :, None, :]).reshape(index.shape[0] * at.shape[0], -1)
        inside = (inside[:, None, :, None] & ((at >= 0) & (at < size))[None, :, None, :]).reshape(index.shape)
    return np.where(inside, index, 0), inside


def flat(x):
    return tape.reshape(x, (*x.shape[:2], -1))


@operator("maxpool")
def maxpool(op, x):
    counts = op.result_types[0].shape[2:]
    index, inside = windows_of(op, x, counts, op["dilation"])
    seen = np.where(inside, flat(x).value[:, :, index], -np.inf)  # [batch, channels, places, windows]
    nan = np.isnan(seen)
    last = seen.shape[2] - 1 - np.argmax(nan[:, :, ::-1], axis=2)
    best = np.where(nan.any(axis=2), last, np.argmax(np.where(nan, -np.inf, seen), axis=2))
    bound = np.where(inside, flat(x).data.bound[:, :, index], 0.0)
    pick = lambda v: np.take_along_axis(v, best[:, :, None], axis=2)
    reach = 2 * U * (bound + pick(bound))
    others = np.arange(seen.shape[2])[:, None] != best[:, :, None]
    with np.errstate(invalid="ignore"):
        if (others & (reach > 0) & (np.abs(seen - pick(seen)) <= reach)).any():
            raise Ambiguous("maxpool")
    place = np.take_along_axis(np.broadcast_to(index, seen.shape), best[:, :, None], axis=2)[:, :, 0]
    batch, channel = np.ogrid[:x.shape[0], :x.shape[1]]
    return tape.reshape(tape.take(flat(x), (batch[..., None], channel[..., None], place)), (*x.shape[:2], *counts))


@operator("avgpool")
def avgpool(op, x):
    counts, rank = op.result_types[0].shape[2:], x.rank - 2
    index, inside = windows_of(op, x, counts, [1] * rank)
    seen = tape.where(inside, tape.take(flat(x), (slice(None), slice(None), index)), 0.0)
    divisors = np.ones(1)
    for i, (count, size) in enumerate(zip(counts, x.shape[2:])):
        pad = op["pad"][i] if op["count_include_pad"] else 0
        starts = np.arange(count) * op["stride"][i] - op["pad"][i]
        lengths = np.minimum(starts + op["kernel"][i], size + pad) - np.maximum(starts, -pad)
        divisors = (divisors[:, None] * lengths).reshape(-1)
    return tape.reshape(tape.sum_over(seen, 2) / Traced(divisors), (*x.shape[:2], *counts))


@operator("adaptive_avgpool")
def adaptive_avgpool(op, x):
    """Each dimension times a matrix of means."""
    for axis, (windows, size) in enumerate(zip(op["size"], x.shape[2:]), 2):
        means = np.zeros((size, windows))
        for o in range(windows):
            first, last = o * size // windows, -(-(o + 1) * size // windows)
            means[first:last, o] = 1 / (last - first)
        order = [a for a in range(x.rank) if a != axis] + [axis]
        product = tape.matmul(tape.transpose(x, order), Traced(Rounded(means, np.abs(means))))
        x = tape.transpose(product, np.argsort(order))
    return x


@operator("global_avgpool")
def global_avgpool(op, x):
    return tape.mean_over(x, list(range(2, x.rank)))


# -------------------------------------------------------------------------------------------------------- normalisation

@operator("groupnorm", "instancenorm")
def groupnorm(op, *operands):
    x, weight, bias = optional(op, operands)
    rows = tape.reshape(x, (x.shape[0], x.shape[1] if op.name == "mimo.instancenorm" else op["groups"], -1))
    d = rows - tape.mean_over(rows, 2, True)
    y = tape.reshape(d / tape.sqrt(tape.mean_over(d * d, 2, True) + op["eps"]), x.shape)
    of_channels = lambda p: tape.reshape(p, (x.shape[1],) + (1,) * (x.rank - 2))
    y = y if weight is None else y * of_channels(weight)
    return y if bias is None else y + of_channels(bias)


@operator("batchnorm", mode=True)
def batchnorm(op, *operands, training):
    """The output, and the statistics that it is normalised with."""
    x, mean, variance, weight, bias = optional(op, operands)
    of_channels = lambda p: tape.reshape(p, (x.shape[1],) + (1,) * (x.rank - 2))
    axes = (0, *range(2, x.rank))
    if training:
        mean = tape.mean_over(x, axes)
        d = x - of_channels(mean)
        variance = tape.mean_over(d * d, axes)
    y = (x - of_channels(mean)) / tape.sqrt(of_channels(variance) + op["eps"])
    y = y if weight is None else y * of_channels(weight)
    return (y if bias is None else y + of_channels(bias)), mean, variance


# ----------------------------------------------------------------------------------------------------------------- sizes

def neighbours(op, i, size):
    """Of every element of the result along one dimension: the element below its place in x, the one behind it, and that one's share."""
    at = np.arange(op["size"][i], dtype=np.float64)
    place = at * op["step"][i] if op["corners"] or not op["linear"] else np.maximum(0.0, (at + 0.5) * op["step"][i] - 0.5)
    below = np.minimum(place.astype(np.int64), size - 1)
    share = np.where(below < size - 1, place - below, 0.0) if op["linear"] else np.zeros_like(place)
    return below, np.minimum(below + 1, size - 1), share


@operator("upsample")
def upsample(op, x):
    for axis in range(2, x.rank):
        below, behind, share = neighbours(op, axis - 2, x.shape[axis])
        picked = lambda index: tape.take(x, (slice(None),) * axis + (index,))
        along = (-1,) + (1,) * (x.rank - 1 - axis)
        x = picked(below) * (1.0 - share).reshape(along) + picked(behind) * share.reshape(along)
    return x
