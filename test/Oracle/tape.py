"""Reverse mode on NumPy: every primitive records how a cotangent of its result gives cotangents of its operands.

Values and cotangents are `Rounded`, so gradients get a bound as values do. Integers and booleans are plain arrays: nothing
flows through them. An operator of the dialect is written with these primitives (operators_*.py), never with a gradient of
its own.
"""
import math

import numpy as np

from rounded import FUNCTION_ULPS, Rounded, U, compare, finish, rounded


class Traced:
    """A value on the tape: parents with the function from the result's cotangent to theirs."""
    __array_ufunc__ = None

    def __init__(self, data, *parents):
        self.data, self.parents = rounded(data), [(p, f) for p, f in parents if isinstance(p, Traced)]

    shape = property(lambda self: self.data.shape)
    rank = property(lambda self: len(self.data.shape))
    value = property(lambda self: self.data.value)
    __add__ = __radd__ = lambda self, other: add(self, other)
    __sub__ = lambda self, other: add(self, neg(other))
    __rsub__ = lambda self, other: add(other, neg(self))
    __mul__ = __rmul__ = lambda self, other: mul(self, other)
    __truediv__ = lambda self, other: div(self, other)
    __rtruediv__ = lambda self, other: div(other, self)
    __neg__ = lambda self: neg(self)
    __gt__ = lambda self, other: compare(data(self), data(other), np.greater)
    __lt__ = lambda self, other: compare(data(self), data(other), np.less)
    __ge__ = lambda self, other: compare(data(self), data(other), np.greater_equal)
    __le__ = lambda self, other: compare(data(self), data(other), np.less_equal)


def data(x):
    return x.data if isinstance(x, Traced) else rounded(x)


def gradients(result, cotangent, leaves, stops=()):
    """The cotangent of every leaf where the result has this one; zeros where nothing flows. What arrives at `stops` goes no further."""
    stops = {id(node) for node in stops}
    order, seen = [], set()
    pending = [(result, False)]
    while pending:
        node, done = pending.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            pending.append((node, True))
            pending += [(parent, False) for parent, _ in node.parents]
    found = {id(result): rounded(cotangent)}
    for node in reversed(order):
        if id(node) not in found or id(node) in stops:
            continue
        for parent, function in node.parents:
            part = function(found[id(node)])
            found[id(parent)] = found[id(parent)] + part if id(parent) in found else part
    return [found.get(id(leaf), Rounded(np.zeros(leaf.shape))) for leaf in leaves]


def constant(x):
    """The same value, through which nothing flows."""
    return Traced(data(x))


# ------------------------------------------------------------------------------------------------------- arithmetic

def summed_to(g, shape):
    """The cotangent of what was broadcast: the sum over its copies."""
    lead = len(g.shape) - len(shape)
    axes = tuple(range(lead)) + tuple(lead + i for i, n in enumerate(shape) if n == 1 and g.shape[lead + i] != 1)
    if axes:
        g = g.sum(axes, keepdims=True)
    return g.move(lambda x: x.reshape(shape)) if g.shape != tuple(shape) else g


def broadcasting(result, *parents):
    shaped = lambda p, f: (p, lambda g: summed_to(f(g), data(p).shape))
    return Traced(result, *[shaped(p, f) for p, f in parents])


def add(a, b):
    return broadcasting(data(a) + data(b), (a, lambda g: g), (b, lambda g: g))


def neg(a):
    return Traced(-data(a), (a, lambda g: -g))


def mul(a, b):
    return broadcasting(data(a) * data(b), (a, lambda g: g * data(b)), (b, lambda g: g * data(a)))


def div(a, b):
    quotient = data(a) / data(b)
    return broadcasting(quotient, (a, lambda g: g / data(b)), (b, lambda g: -(g * quotient / data(b))))


def function(x, value, slope, roundings=FUNCTION_ULPS, slope_roundings=FUNCTION_ULPS + 2, absolute=0.0, slope_absolute=0.0, gate=False):
    """y = f(x) element by element; `slope` is the derivative. The absolute errors are those of formulas that cancel. A gate
    stops every cotangent where the slope is 0, also an infinite one."""
    result = data(x).map(value, roundings, absolute)
    back = lambda g: through(g, data(x).map(slope, slope_roundings, slope_absolute), gate)
    return Traced(result, (x, back))


def through(g, slope, gate=True):
    product = g * slope
    closed = (slope.value == 0) & (slope.bound == 0) & gate
    return Rounded(np.where(closed, 0.0, product.value), np.where(closed, 0.0, product.bound))


def exp(x):
    return function(x, np.exp, np.exp)


def expm1(x):
    return function(x, np.expm1, np.exp, slope_absolute=FUNCTION_ULPS)  # exp(x), or expm1(x) + 1


def log(x):
    return function(x, np.log, lambda v: 1 / v)


def log1p(x):
    return function(x, np.log1p, lambda v: 1 / (1 + v))


def sqrt(x):
    return function(x, np.sqrt, lambda v: 0.5 / np.sqrt(v))


def sin(x):
    return function(x, np.sin, np.cos)


def cos(x):
    return function(x, np.cos, lambda v: -np.sin(v))


def tanh(x):
    # 1 - y^2 cancels where y is near 1.
    return function(x, np.tanh, lambda v: 1 / np.cosh(v) ** 2, slope_absolute=2 * FUNCTION_ULPS + 3)


def sigmoid(x):
    """1 / (1 + e^-x), computed from the side that does not overflow."""
    value = lambda v: np.where(v >= 0, 1 / (1 + np.exp(-np.abs(v))), np.exp(-np.abs(v)) / (1 + np.exp(-np.abs(v))))
    return function(x, value, lambda v: value(v) * value(-v), FUNCTION_ULPS + 3, slope_absolute=FUNCTION_ULPS + 4)


erf_of = np.vectorize(math.erf, otypes=[np.float64])


def erf(x):
    return function(x, erf_of, lambda v: 2 / math.sqrt(math.pi) * np.exp(-v * v))


def power(x, n):
    """x ** n for a number n."""
    whole = n == int(n) and abs(n) <= 16 if np.isfinite(n) else False
    # Products, or exp(n log x), whose argument has an error of its own.
    size = np.abs(np.log(np.abs(np.where(data(x).value == 0, 1.0, data(x).value))))
    roundings = abs(n) + 1 if whole else FUNCTION_ULPS * (1 + abs(n) * size)
    slope = (lambda v: n * v ** (n - 1)) if n != 0 else np.zeros_like
    return function(x, lambda v: v ** n, slope, roundings, roundings + 2)


def absolute(x):
    return function(x, np.abs, np.sign, 0.0, 0.0)


def stepwise(x, value):
    """sign, floor, round: nothing flows through them."""
    return Traced(data(x).map(value, 0.0))


def clamp(x, low, high, slope):
    return function(x, lambda v: np.where(np.isnan(v), v, np.minimum(np.maximum(v, low), high)), slope, 0.0, 0.0, gate=True)


def relu(x):
    return clamp(x, 0.0, np.inf, lambda v: (v > 0).astype(np.float64))


# ---------------------------------------------------------------------------------------------- sums and movements

def axes_of(axes, rank):
    axes = [axes] if isinstance(axes, int) else list(axes)
    return tuple(sorted(a % rank for a in axes)) if axes else tuple(range(rank))


def sum_over(x, axes, keepdims=False):
    axes = axes_of(axes, x.rank) if x.rank else ()
    kept = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    back = lambda g: g.move(lambda v: np.broadcast_to(v.reshape(kept), x.shape))
    return Traced(x.data.sum(axes, keepdims), (x, back))


def mean_over(x, axes, keepdims=False):
    axes = axes_of(axes, x.rank) if x.rank else ()
    return sum_over(x, axes, keepdims) / float(np.prod([x.shape[a] for a in axes], dtype=np.int64))


def reshape(x, shape):
    return Traced(x.data.move(lambda v: v.reshape(shape)), (x, lambda g: g.move(lambda v: v.reshape(x.shape))))


def transpose(x, order):
    back = np.argsort(order)
    return Traced(x.data.move(lambda v: v.transpose(order)), (x, lambda g: g.move(lambda v: v.transpose(back))))


def broadcast_to(x, shape):
    return Traced(x.data.move(lambda v: np.broadcast_to(v, shape)), (x, lambda g: summed_to(g, x.shape)))


def take(x, index):
    """x[index] for anything that NumPy takes as an index; what is taken several times gets the sum of the cotangents."""
    return Traced(x.data.move(lambda v: v[index]), (x, lambda g: added_at(x.shape, index, g)))


def put_add(shape, index, x):
    """Zeros with x added at `index`: the transpose of take."""
    return Traced(added_at(shape, index, x.data), (x, lambda g: g.move(lambda v: v[index])))


def added_at(shape, index, x):
    def put(values):
        filled = np.zeros(shape)
        np.add.at(filled, index, values)
        return filled
    terms = put(np.ones(x.shape))
    return finish(put(x.value), put(x.bound) + np.maximum(terms - 1, 0) * put(np.abs(x.value)), 0.0)


def concatenate(parts, axis):
    cuts = np.cumsum([0] + [p.shape[axis] for p in parts])
    value = np.concatenate([p.data.value for p in parts], axis)
    bound = np.concatenate([p.data.bound for p in parts], axis)
    piece = lambda i: (slice(None),) * (axis % value.ndim) + (slice(cuts[i], cuts[i + 1]),)
    return Traced(Rounded(value, bound), *[(p, lambda g, i=i: g.move(lambda v: v[piece(i)])) for i, p in enumerate(parts)])


def where(condition, yes, no):
    pick = lambda a, b: Rounded(np.where(condition, a.value, b.value), np.where(condition, a.bound, b.bound))
    zero = Rounded(0.0)
    return broadcasting(pick(data(yes), data(no)), (yes, lambda g: pick(g, zero)), (no, lambda g: pick(zero, g)))


def matmul(a, b):
    """Products of the last two axes; the axes before broadcast."""
    swap = lambda x: x.move(lambda v: np.swapaxes(v, -1, -2))
    return broadcasting(product(a.data, b.data), (a, lambda g: product(g, swap(b.data))), (b, lambda g: product(swap(a.data), g)))


def product(x, y):
    error = x.bound @ np.abs(y.value) + np.abs(x.value) @ y.bound + x.bound @ y.bound * U
    return finish(x.value @ y.value, error + x.shape[-1] * (np.abs(x.value) @ np.abs(y.value)), 0.0)


def largest(x, axis, keepdims=False):
    """The maximum, through which nothing flows: a shift that cancels."""
    return Traced(x.data.move(lambda v: np.max(v, axis=axis, keepdims=keepdims)))
