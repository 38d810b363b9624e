"""Products, reductions over axes, normalisation and attention."""
import numpy as np

import tape
from registry import operator
from rounded import Ambiguous, Rounded, U, compare
from tape import Traced, axes_of


@operator("matmul")
def matmul(op, a, b):
    """Vectors are a row on the left and a column on the right."""
    flipped = lambda x, flip: tape.transpose(x, (*range(x.rank - 2), x.rank - 1, x.rank - 2)) if flip and x.rank >= 2 else x
    row, column = a.rank == 1, b.rank == 1
    a, b = flipped(a, op["transpose_a"]), flipped(b, op["transpose_b"])
    product = tape.matmul(tape.reshape(a, (1, *a.shape)) if row else a, tape.reshape(b, (*b.shape, 1)) if column else b)
    shape = product.shape[:-2] + (() if row else product.shape[-2:-1]) + (() if column else product.shape[-1:])
    return tape.reshape(product, shape)


@operator("linear")
def linear(op, x, weight, bias=None):
    product = tape.matmul(x, tape.transpose(weight, (1, 0))) if x.rank > 1 else \
        tape.reshape(tape.matmul(tape.reshape(x, (1, *x.shape)), tape.transpose(weight, (1, 0))), (weight.shape[0],))
    return product if bias is None else add_first(product, bias, x.shape[-1])


def add_first(product, bias, terms):
    """product + bias where the accumulators start from the bias: every partial sum may be as large as it."""
    total = product + bias
    return Traced(Rounded(total.data.value, total.data.bound + terms * np.abs(bias.data.value)), *total.parents)


@operator("einsum")
def einsum(op, *factors):
    """Everything spread over all letters, multiplied and summed."""
    left, _, result = op["equation"].replace(" ", "").partition("->")
    terms = left.split(",")
    letters = result + "".join(sorted(set(left) - set(result) - {","}))
    product = None
    for term, x in zip(terms, factors, strict=True):
        order = [term.index(letter) for letter in letters if letter in term]
        x = tape.transpose(x, order)
        sizes = iter(x.shape)
        x = tape.reshape(x, tuple(next(sizes) if letter in term else 1 for letter in letters))
        product = x if product is None else product * x
    summed = list(range(len(result), len(letters)))
    return tape.sum_over(product, summed) if summed else product


@operator("dot")
def dot(op, a, b):
    return tape.sum_over(a * b, -1)


@operator("outer")
def outer(op, a, b):
    return tape.reshape(a, (*a.shape, 1)) * tape.reshape(b, (*b.shape[:-1], 1, b.shape[-1]))


@operator("bilinear")
def bilinear(op, x, y, weight, bias=None):
    """A linear layer of all products of the two inputs."""
    pairs = tape.reshape(outer(op, x, y), (*x.shape[:-1], x.shape[-1] * y.shape[-1]))
    return linear(op, pairs, tape.reshape(weight, (weight.shape[0], pairs.shape[-1])), bias)


# ------------------------------------------------------------------------------------------------------- reductions

def reduction(name, whole=None):
    """`whole` is what NumPy does with whole numbers and conditions."""
    def register(function):
        def apply(op, x):
            axes = axes_of(op["axis"], len(x.shape)) if x.shape else ()
            if isinstance(x, Traced):
                return function(op, x, axes, op["keepdim"])
            return whole(x, axis=tuple(axes), keepdims=op["keepdim"])
        operator(name)(apply)
        return function
    return register


def of_integers(function):
    return lambda x, **options: function(x.astype(np.int64), **options)


reduction("sum", of_integers(np.sum))(lambda op, x, axes, keep: tape.sum_over(x, axes, keep) if axes else x)
reduction("mean")(lambda op, x, axes, keep: tape.mean_over(x, axes, keep) if axes else x)


def in_front(x, axes):
    """The elements that are reduced, counted through along a new first axis."""
    rest = [i for i in range(x.rank) if i not in axes]
    count = int(np.prod([x.shape[a] for a in axes], dtype=np.int64))
    return tape.reshape(tape.transpose(x, [*axes, *rest]), (count, *[x.shape[i] for i in rest]))


def kept(x, axes, shape, keep):
    return tape.reshape(x, tuple(1 if i in axes else n for i, n in enumerate(shape))) if keep else x


reduction("any", np.any)(None)
reduction("all", np.all)(None)


@reduction("prod", of_integers(np.prod))
def prod(op, x, axes, keep):
    rows = in_front(x, axes)
    total = Traced(np.ones(rows.shape[1:]))
    for i in range(rows.shape[0]):
        total = total * tape.take(rows, i)
    return kept(total, axes, x.shape, keep)


def shared_extremum(rows, best):
    """The best of the first axis; equals share the gradient. Where rounding decides who is best, any share is possible."""
    value, bound = rows.data.value, rows.data.bound
    top = best(value, axis=0)
    reach = bound + np.where(value == top, bound, 0).max(axis=0)
    close = (np.abs(value - top) <= 2 * U * reach) & (reach > 0)
    doubtful = (close | (value == top)).sum(axis=0) > np.where(close.any(axis=0), 1, np.inf)
    equal = value == top
    share = Rounded(equal / equal.sum(axis=0), np.where(doubtful & (close | equal), 1 / U, 0.0))
    error = np.where(close | equal, bound, 0.0).max(axis=0)
    return Traced(Rounded(top, error), (rows, lambda g: tape.through(g, share)))


reduction("max")(lambda op, x, axes, keep: kept(shared_extremum(in_front(x, axes), np.max), axes, x.shape, keep))
reduction("min")(lambda op, x, axes, keep: kept(shared_extremum(in_front(x, axes), np.min), axes, x.shape, keep))


def position(best):
    def apply(op, x, axes, keep):
        rows = in_front(x if isinstance(x, Traced) else Traced(x), axes)
        found = best(rows.value, axis=0)
        settle(rows.data, found)
        return found.reshape([1 if i in axes else n for i, n in enumerate(x.shape)]) if keep else found
    return apply


def settle(rows, found):
    """Raises where rounding decides which of two rows is the largest, or smallest."""
    at = lambda x: np.take_along_axis(x, found[None], 0)
    near = np.abs(rows.value - at(rows.value)) <= 2 * (rows.bound + at(rows.bound)) * U
    itself = np.arange(len(rows.value)).reshape(-1, *[1] * found.ndim) == found
    if (near & ~itself & (rows.bound + at(rows.bound) > 0)).any():
        raise Ambiguous()


for _name, _best in (("argmax", np.argmax), ("argmin", np.argmin)):
    operator(_name)(lambda op, x, best=_best: position(best)(op, x, axes_of(op["axis"], len(x.shape)) if x.shape else (), op["keepdim"]))


def spread(op, x, axes, keep):
    count = float(np.prod([x.shape[a] for a in axes], dtype=np.int64))
    d = x - tape.mean_over(x, axes, True)
    return tape.sum_over(d * d, axes, keep) / (count - op["correction"])


reduction("variance")(spread)
@reduction("std")
def std(op, x, axes, keep):
    """Where all elements are equal the gradient is 0; where the rounding of their mean decides whether they are, it is anything."""
    variance = spread(op, x, axes, keep)
    zero = compare(variance.data, 0.0, np.equal)
    return tape.where(zero, 0.0, tape.sqrt(tape.where(zero, 1.0, variance)))


@reduction("norm")
def norm(op, x, axes, keep):
    p, size = op["p"], tape.absolute(x)
    if np.isinf(p):
        return kept(shared_extremum(in_front(size, axes), np.max if p > 0 else np.min), axes, x.shape, keep)
    if p == 0:
        return tape.sum_over(tape.constant(Traced(x.value != 0)), axes, keep)
    if p == 1:
        return tape.sum_over(size, axes, keep)
    total = tape.sum_over(x * x if p == 2 else tape.power(size, p), axes, keep)
    zero = total.value == 0
    root = tape.power(tape.where(zero, 1.0, total), 1 / p) if p != 2 else tape.sqrt(tape.where(zero, 1.0, total))
    return tape.where(zero, 0.0, root)


def logsumexp(x, axes, keep=False):
    shift = tape.largest(x, tuple(axes), keepdims=True)
    shift = tape.where(np.isinf(shift.value), 0.0, shift)
    total = tape.log(tape.sum_over(tape.exp(x - shift), axes, True)) + shift
    return total if keep else tape.reshape(total, tuple(n for i, n in enumerate(x.shape) if i not in axes))


reduction("logsumexp")(lambda op, x, axes, keep: logsumexp(x, axes, keep) if axes else x)


@operator("cumsum")
def cumsum(op, x):
    axis = op["axis"] % len(x.shape)
    if not isinstance(x, Traced):
        x = x.astype(np.int64)
        along = np.flip(x, axis) if op["reverse"] else x
        summed = np.cumsum(along, axis) - (along if op["exclusive"] else 0)
        return np.flip(summed, axis) if op["reverse"] else summed
    order = [i for i in range(x.rank) if i != axis] + [axis]
    count = x.shape[axis]
    before = np.triu(np.ones((count, count)), 1 if op["exclusive"] else 0)
    if op["reverse"]:
        before = before.T
    summed = tape.matmul(tape.transpose(x, order), Traced(before)) if x.rank > 1 else \
        tape.reshape(tape.matmul(tape.reshape(x, (1, count)), Traced(before)), (count,))
    return tape.transpose(summed, np.argsort(order))


# ----------------------------------------------------------------------------------------------------- normalisation

@operator("softmax")
def softmax(op, x):
    axis = op["axis"] % x.rank
    e = tape.exp(x - tape.largest(x, axis, keepdims=True))
    return e / tape.sum_over(e, axis, keepdims=True)


operator("softmin")(lambda op, x: softmax(op, -x))


@operator("log_softmax")
def log_softmax(op, x):
    axis = op["axis"] % x.rank
    shifted = x - tape.largest(x, axis, keepdims=True)
    return shifted - tape.log(tape.sum_over(tape.exp(shifted), axis, keepdims=True))


@operator("l2_normalize")
def l2_normalize(op, x):
    axes = axes_of(op["axis"], x.rank)
    total = tape.sum_over(x * x, axes, True)
    short = total.value < op["eps"] ** 2
    return x / tape.where(short, op["eps"], tape.sqrt(tape.where(short, 1.0, total)))


def optional(op, operands):
    """Operands by their place in the declaration; None for those that are not given."""
    given = iter(operands)
    return [next(given) if count else None for count in op["operandSegmentSizes"]]


@operator("layernorm")
def layernorm(op, *operands):
    x, weight, bias = optional(op, operands)
    axes = tuple(range(op["axis"] % x.rank, x.rank))
    d = x - tape.mean_over(x, axes, True)
    y = d / tape.sqrt(tape.mean_over(d * d, axes, True) + op["eps"])
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


@operator("rmsnorm")
def rmsnorm(op, x, weight=None):
    axes = tuple(range(op["axis"] % x.rank, x.rank))
    y = x / tape.sqrt(tape.mean_over(x * x, axes, True) + op["eps"])
    return y if weight is None else y * weight


# --------------------------------------------------------------------------------------------------------- attention

def attention_weights(q, k, mask, causal, scale):
    """softmax(scale q k^T + mask) over the keys that may be seen; zeros where none may."""
    scores = tape.matmul(q, tape.transpose(k, (*range(k.rank - 2), k.rank - 1, k.rank - 2))) * scale
    seen = np.ones(scores.shape, bool)
    if causal:
        seen &= np.tril(np.ones(scores.shape[-2:], bool))
    if mask is not None:
        shape = mask.shape[:1] + (1,) * (scores.rank - len(mask.shape)) + mask.shape[1:] if mask.shape[0] == scores.shape[0] else mask.shape
        if isinstance(mask, Traced):
            mask = tape.reshape(mask, shape)
            seen &= mask.value > -np.inf
            scores = scores + tape.where(np.isinf(mask.value), 0.0, mask)
        else:
            seen &= mask.reshape(shape)
    hidden = tape.where(seen, scores, -np.inf)
    shift = tape.constant(tape.where(seen.any(-1, keepdims=True), tape.largest(hidden, -1, keepdims=True), 0.0))
    e = tape.where(seen, tape.exp(tape.where(seen, scores - shift, 0.0)), 0.0)
    total = tape.sum_over(e, -1, keepdims=True)
    return e / tape.where(seen.any(-1, keepdims=True), total, 1.0)


@operator("attention_weights")
def attention_weights_(op, q, k, mask=None):
    return attention_weights(q, k, mask, op["causal"], op["scale"])


@operator("attention")
def attention(op, q, k, v, mask=None):
    return tape.matmul(attention_weights(q, k, mask, op["causal"], op["scale"]), v)
