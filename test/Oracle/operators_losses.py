"""Losses and metrics before their reduction, and random numbers."""
import numpy as np

import tape
from operators_shape import logsumexp
from registry import operator
from rounded import Rounded, U
from tape import Traced


@operator("mse")
def mse(op, x, t):
    d = x - t
    return d * d


@operator("l1", "mae")
def l1(op, x, t):
    return tape.absolute(x - t)


@operator("smooth_l1")
def smooth_l1(op, x, t):
    d, beta = tape.absolute(x - t), op["beta"]
    return d if beta == 0 else tape.where(d < beta, d * d * (0.5 / beta), d - 0.5 * beta)


@operator("bce_with_logits")
def bce_with_logits(op, x, t):
    return tape.relu(x) - x * t + tape.log1p(tape.exp(-tape.absolute(x)))


@operator("cross_entropy")
def cross_entropy(op, x, label):
    inside = (label >= 0) & (label < x.shape[1])
    chosen = tape.take(x, (np.arange(len(label)), np.where(inside, label, 0)))
    return logsumexp(x, 1) - tape.where(inside, chosen, 0.0)


@operator("one_hot")
def one_hot(op, label):
    return Traced(label[:, None] == np.arange(op["classes"]))


@operator("accuracy")
def accuracy(op, x, label):
    return Traced(Rounded(np.argmax(x.value, 1) == label, unsettled(x)))


def unsettled(x):
    """A bound for what depends on which of a row's elements is the largest: as large as can be where rounding decides."""
    top = np.argmax(x.value, 1)[:, None]
    best, reach = np.take_along_axis(x.value, top, 1), np.take_along_axis(x.data.bound, top, 1)
    close = (best - x.value <= 2 * U * (reach + x.data.bound)) & (reach + x.data.bound > 0)
    np.put_along_axis(close, top, False, 1)
    return np.where(close.any(1), 1 / U, 0.0)
