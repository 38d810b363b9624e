"""Losses and metrics before their reduction."""
import math

import numpy as np

import tape
from operators_products import log_softmax
from registry import OPERATORS, operator
from rounded import Rounded, U, compare, rounded
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


@operator("huber")
def huber(op, x, t):
    d, delta = tape.absolute(x - t), op["delta"]
    return tape.where(d < delta, 0.5 * (d * d), delta * (d - 0.5 * delta))


@operator("log_cosh")
def log_cosh(op, x, t):
    value = lambda v: np.where(np.abs(v) < 1, np.log1p(2 * np.sinh(np.clip(v, -1, 1) / 2) ** 2), np.abs(v) - math.log(2) + np.log1p(np.exp(-2 * np.abs(v))))
    return tape.function(x - t, value, np.tanh, 3 * tape.FUNCTION_ULPS)


@operator("bce")
def bce(op, x, t):
    """At 0 and 1, where the logarithms are bounded, the slope is PyTorch's: (x - t) / 1e-12."""
    edge = compare(x.data, 0.0, np.equal) | compare(x.data, 1.0, np.equal)
    bounded = lambda y: tape.clamp(y, -100.0, np.inf, lambda v: (v > -100) * 1.0)
    safe = tape.where(edge, 0.5, x)
    limit = 100 * np.where(x.value == 1, 1 - t.value, t.value)
    at_edge = Traced(rounded(limit), (x, lambda g: g * ((x.data - t.data) / 1e-12)))
    return tape.where(edge, at_edge, -(t * bounded(tape.log(safe))) - (1.0 - t) * bounded(tape.log1p(-safe)))


@operator("bce_with_logits")
def bce_with_logits(op, x, t):
    """-w t log s(x) - (1 - t) log s(-x)."""
    tail = tape.log1p(tape.exp(-tape.absolute(x)))
    weight = op.attributes.get("pos_weight") or [1.0]
    positive, negative = tape.relu(-x) + tail, tape.relu(x) + tail  # -log s(x), -log s(-x)
    if weight == [1.0]:
        return tape.relu(x) - x * t + tail
    return Traced(numbers(weight)) * t * positive + (1.0 - t) * negative


def numbers(given):
    return rounded(np.array(given))


@operator("kl_divergence")
def kl_divergence(op, x, t):
    if op["log_target"]:
        return tape.exp(t) * (t - x)
    zero = t.value == 0
    return tape.where(zero, 0.0, t * tape.log(tape.where(zero, 1.0, t))) - t * x


@operator("poisson")
def poisson(op, x, t):
    value = tape.exp(x) - t * x if op["log_input"] else x - t * tape.log(x + op["eps"])
    if not op["full"]:
        return value
    large = t.value > 1
    safe = tape.where(large, t, 1.0)
    return value + tape.where(large, safe * tape.log(safe) - safe + 0.5 * tape.log(2 * math.pi * safe), 0.0)


@operator("gaussian_nll")
def gaussian_nll(op, x, t, variance):
    """Where the variance is raised to eps, its gradient passes all the same."""
    v = variance + Traced(np.maximum(op["eps"] - variance.value, 0.0))
    d = x - t
    value = 0.5 * (tape.log(v) + d * d / v)
    return value + 0.5 * math.log(2 * math.pi) if op["full"] else value


operator("hinge")(lambda op, x, t: tape.relu(op["margin"] - t * x))


@operator("hinge_embedding")
def hinge_embedding(op, x, t):
    return tape.where(t.value != -1, x, 0.0) + tape.where(t.value != 1, tape.relu(op["margin"] - x), 0.0)


# --------------------------------------------------------------------------------------------------------- of classes

def last(x, axis):
    """The axis of classes, moved to the end."""
    axis %= len(x.shape)
    order = [i for i in range(len(x.shape)) if i != axis] + [axis]
    return tape.transpose(x, order) if isinstance(x, Traced) else x.transpose(order)


def chosen(x, label):
    """x[..., label] for classes at the end; 0 for a label that is none."""
    inside = (label >= 0) & (label < x.shape[-1])
    return tape.where(inside, tape.take(x, (*np.indices(label.shape), np.where(inside, label, 0))), 0.0)


def axis_of(op):
    axis = op.attributes.get("axis")
    return -1 if axis is None else axis


def class_weights(op, classes):
    return Traced(numbers(op.attributes.get("weight") or [1.0] * classes))


@operator("cross_entropy")
def cross_entropy(op, x, target):
    x = last(x, axis_of(op))
    classes, smoothing = x.shape[-1], op.attributes.get("label_smoothing", 0.0)
    negative = -log_softmax({"axis": -1}, x)
    if op.attributes.get("weight"):
        negative = negative * class_weights(op, classes)
    if isinstance(target, Traced):
        target = last(target, axis_of(op))
        target = target if smoothing == 0 else target * (1 - smoothing) + smoothing / classes
        return tape.sum_over(negative * target, [-1])
    value = chosen(negative, target)
    return value if smoothing == 0 else (1 - smoothing) * value + (smoothing / classes) * tape.sum_over(negative, [-1])


@operator("nll")
def nll(op, x, label):
    x = last(x, axis_of(op))
    return chosen(-x * class_weights(op, x.shape[-1]), label)


@operator("focal")
def focal(op, x, target):
    alphas, gamma = op.attributes.get("alpha") or [0.25], op.attributes.get("gamma", 2.0)
    alpha = alphas[0]
    if isinstance(target, Traced):  # torchvision's sigmoid_focal_loss
        p, cost = tape.sigmoid(x), tape.relu(x) - x * target + tape.log1p(tape.exp(-tape.absolute(x)))
        missed = 1.0 - (p * target + (1.0 - p) * (1.0 - target))
        share = alpha * target + (1 - alpha) * (1.0 - target) if alpha >= 0 else 1.0
        return cost * tape.power(missed, gamma) * share
    x = last(x, axis_of(op))
    q = chosen(log_softmax({"axis": -1}, x), target)
    if len(alphas) == 1:
        share = -alpha if alpha >= 0 else -1.0
    else:
        share = -chosen(Traced(numbers(alphas)) + x * 0.0, target)
    return share * tape.power(1.0 - tape.exp(q), gamma) * q


@operator("multi_margin")
def multi_margin(op, x, label):
    x = last(x, axis_of(op))
    classes = x.shape[-1]
    own = chosen(x, label)
    short = tape.relu(op.attributes.get("margin", 1.0) - tape.reshape(own, (*own.shape, 1)) + x)
    cost = tape.where(label[..., None] == np.arange(classes), 0.0, short if op.attributes.get("p", 1) == 1 else short * short)
    weight = chosen(class_weights(op, classes) + x * 0.0, label) if op.attributes.get("weight") else 1.0
    return weight * tape.sum_over(cost, [-1]) / float(classes)


@operator("one_hot_like")
def one_hot_like(op, label, like):
    axis = op["axis"] % len(like.shape)
    shape = [-1 if i == axis else 1 for i in range(len(like.shape))]
    return Traced(np.expand_dims(label, axis) == np.arange(like.shape[axis]).reshape(shape))


# ------------------------------------------------------------------------------------------------------ of embeddings

@operator("cosine_embedding")
def cosine_embedding(op, a, b, target):
    dot, squares = tape.sum_over(a * b, [-1]), (tape.sum_over(a * a, [-1]) + 1e-12) * (tape.sum_over(b * b, [-1]) + 1e-12)
    cosine = dot / tape.sqrt(squares)
    sign = target.value if isinstance(target, Traced) else target  # floating-point or integer
    return tape.where(sign == 1, 1.0 - cosine, 0.0) + tape.where(sign == -1, tape.relu(cosine - op["margin"]), 0.0)


@operator("triplet")
def triplet(op, anchor, positive, negative):
    p, eps = op["p"], op["eps"]

    def distance(a, b):
        size = tape.absolute(a - b + eps)
        return tape.sqrt(tape.sum_over(size * size, [-1])) if p == 2 else tape.power(tape.sum_over(tape.power(size, p), [-1]), 1 / p)
    far = distance(anchor, negative)
    if op["swap"]:
        other = distance(positive, negative)
        far = OPERATORS["minimum"](None, far, other)
    return tape.relu(op["margin"] + distance(anchor, positive) - far)


@operator("contrastive")
def contrastive(op, a, b, mask=None):
    """-log softmax of the similarities of row i at i, over the selected rows."""
    seen = np.ones(a.shape[0], bool) if mask is None else mask.reshape(-1)
    scores = tape.matmul(a, tape.transpose(b, (1, 0))) / op["temperature"]
    diagonal = (np.arange(a.shape[0]),) * 2

    def one_way(s):
        hidden = tape.where(seen, s, -np.inf)
        shift = tape.largest(hidden, -1, keepdims=True) if seen.any() else Traced(np.zeros((a.shape[0], 1)))
        total = tape.sum_over(tape.where(seen, tape.exp(tape.where(seen, s - shift, 0.0)), 0.0), [-1])
        return tape.where(seen, tape.log(tape.where(seen, total, 1.0)) + tape.reshape(shift, (a.shape[0],)) - tape.take(s, diagonal), 0.0)
    there = one_way(scores)
    return 0.5 * (there + one_way(tape.transpose(scores, (1, 0)))) if op["symmetric"] else there
