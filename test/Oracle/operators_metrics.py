"""Metrics: values before their reduction, and sums of a batch of which the figure is made."""
import numpy as np

from operators_losses import axis_of, last
from registry import operator
from rounded import Rounded, U
from tape import Traced


@operator("accuracy")
def accuracy(op, x, label):
    if label.shape == x.shape:
        p, t = positives(op, x, label)
        return Traced(Rounded(p.value == t, p.bound))
    x = last(x, axis_of(op))
    return Traced(Rounded(np.argmax(x.value, -1) == label, unsettled(x)))


def positives(op, x, target):
    """Where numbers are above a threshold and where their targets are positive."""
    actual = target.value > 0.5 if isinstance(target, Traced) else target > 0
    if not isinstance(x, Traced):
        return Rounded(x > 0), actual
    threshold = op.attributes.get("threshold", 0.0)
    close = (np.abs(x.value - threshold) <= 2 * U * x.data.bound) & (x.data.bound > 0)
    return Rounded(x.value > threshold, np.where(close, 1 / U, 0.0)), actual


def one_hot(x, label):
    """Rows of classes: which is predicted (none where a logit is NaN), and which it is."""
    classes = np.arange(x.shape[-1])
    predicted = (np.argmax(x.value, -1)[..., None] == classes) & ~np.isnan(x.value).any(-1, keepdims=True)
    return Rounded(predicted, unsettled(x)[..., None]), label[..., None] == classes


def beside(counts, rank):
    """How much each element counts, for values of this rank."""
    if counts is None:
        return Rounded(1.0)
    return counts.data.move(lambda v: v.reshape(v.shape + (1,) * (rank - v.ndim)))


def over_rows(terms, shape, keep_last=False):
    """Sums over all axes, or all but the last, of what is broadcast to the shape."""
    terms = terms.move(lambda v: np.broadcast_to(v, shape))
    return Traced(terms.sum(range(len(shape) - keep_last)))


@operator("rmse")
def rmse(op, x, target, counts=None):
    d, counts = (x - target).data, beside(counts, len(x.shape))
    return over_rows(d * d * counts, x.shape), over_rows(counts, x.shape)


@operator("r2")
def r2(op, x, target, counts=None):
    t, d, counts, each = target.data, (target - x).data, beside(counts, len(x.shape)), len(x.shape) > 1
    return tuple(over_rows(terms, x.shape, each) for terms in (counts, t * counts, t * t * counts, d * d * counts))


@operator("precision", "recall", "f1")
def of_positives(op, x, target, counts=None):
    """Hits, what was predicted, what there is."""
    p, t = positives(op, x, target) if x.shape == target.shape else one_hot(x, target)
    if x.shape != target.shape and op["average"] == "binary":
        p, t = p.move(lambda v: v[..., op["class_index"]] if v.shape[-1] > 1 else v[..., 0]), t[..., op["class_index"]]
    each, t = op["average"] == "macro", Rounded(t)
    counts = beside(counts, len(t.shape))
    return tuple(over_rows(terms, t.shape, each) for terms in (p * t * counts, p * counts, t * counts))


@operator("confusion")
def confusion(op, x, target, counts=None):
    if x.shape == target.shape:
        p, t = (Rounded(v) if isinstance(v, np.ndarray) else v for v in positives(op, x, target))
        p, t = ([1.0 - v, v] for v in (p, t))
        counts = beside(counts, len(x.shape))
        cells = [over_rows(a * b * counts, x.shape).data for a in t for b in p]
        table = Rounded([c.value for c in cells], [c.bound for c in cells])
        return (Traced(table.move(lambda v: v.reshape(2, 2))),)
    p, t = one_hot(x, target)
    rows = p.move(lambda v: v[..., None, :]) * Rounded(t[..., None]) * beside(counts, len(x.shape) + 1)
    return (Traced(rows.sum(range(len(x.shape) - 1))),)


@operator("top_k")
def top_k(op, x, label):
    """Fewer than k come before the label's: larger ones, and equal ones of lower classes."""
    x = last(x, axis_of(op))
    place = np.where((label >= 0) & (label < x.shape[-1]), label, 0)[..., None]
    own, reach = (np.take_along_axis(v, place, -1) for v in (x.value, x.data.bound))
    other = np.arange(x.shape[-1]) != label[..., None]
    before = (x.value > own) | ((x.value == own) & (np.arange(x.shape[-1]) < label[..., None]))
    close = (np.abs(x.value - own) <= 2 * U * (reach + x.data.bound)) & (reach + x.data.bound > 0) & other
    before |= np.isnan(own)
    return Traced(Rounded(before.sum(-1) < op["k"], np.where(close.any(-1), 1 / U, 0.0)))


def unsettled(x):
    """A bound for what depends on which of a row's elements is the largest: as large as can be where rounding decides."""
    top = np.argmax(x.value, -1)[..., None]
    best, reach = np.take_along_axis(x.value, top, -1), np.take_along_axis(x.data.bound, top, -1)
    close = (best - x.value <= 2 * U * (reach + x.data.bound)) & (reach + x.data.bound > 0)
    np.put_along_axis(close, top, False, -1)
    return np.where(close.any(-1), 1 / U, 0.0)
