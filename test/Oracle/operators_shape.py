"""Constants, movements of elements, reductions, products and normalisation."""
import numpy as np

import tape
from registry import operator
from rounded import rounded
from tape import Traced, data


def batch_of(x):
    return x.shape[0]


@operator("constant")
def constant(op):
    value, element = op["value"], op.result_types[0].element
    return Traced(rounded(value)) if element in ("f32", "f64") else np.array(value, bool if element == "i1" else np.int64)


@operator("zeros")
def zeros(op, like):
    return Traced(np.zeros(like.shape)) if isinstance(like, Traced) else np.zeros(like.shape, like.dtype)


@operator("size")
def size(op, x):
    return Traced(float(np.prod([x.shape[a] for a in op["axes"]], dtype=np.int64)))


def moving(traced):
    """What moves elements moves numbers of any type."""
    def apply(x, *arguments):
        return traced(x, *arguments) if isinstance(x, Traced) else traced(Traced(x), *arguments).value.astype(x.dtype)
    return apply


@operator("reshape")
def reshape(op, x):
    return moving(tape.reshape)(x, [batch_of(x) if n == -1 else n for n in op["shape"]])


@operator("flatten")
def flatten(op, x):
    return moving(tape.reshape)(x, (batch_of(x), int(np.prod(x.shape[1:], dtype=np.int64))))


@operator("concat")
def concat(op, *parts):
    if isinstance(parts[0], Traced):
        return tape.concatenate(parts, op["axis"])
    return np.concatenate(parts, op["axis"])


@operator("slice")
def slice_(op, x):
    box = tuple(slice(o, None if n == -1 else o + n) for o, n in zip(op["offsets"], op["sizes"]))
    return moving(tape.take)(x, box)


@operator("pad_like")
def pad_like(op, x, like):
    return tape.put_add(like.shape, tuple(slice(o, o + n) for o, n in zip(op["offsets"], x.shape)), x)


@operator("broadcast_like")
def broadcast_like(op, x, like):
    kept = [1] * len(like.shape)
    for i, d in enumerate(op["dims"]):
        kept[d] = x.shape[i]
    return tape.broadcast_to(tape.reshape(x, kept), like.shape)


# ------------------------------------------------------------------------------------------- reductions and products

@operator("sum")
def sum_(op, x):
    return tape.sum_over(x, op["axis"], op["keepdim"])


@operator("mean")
def mean(op, x):
    return tape.mean_over(x, op["axis"], op["keepdim"])


@operator("linear")
def linear(op, x, weight, bias=None):
    product = tape.matmul(x, tape.transpose(weight, (1, 0)))
    return product if bias is None else product + bias


@operator("matmul")
def matmul(op, a, b):
    flipped = lambda x, flip: tape.transpose(x, (1, 0)) if flip else x
    return tape.matmul(flipped(a, op["transpose_a"]), flipped(b, op["transpose_b"]))


# ----------------------------------------------------------------------------------------------------- normalisation

def exponentials(x, axis):
    """e^(x - max): the shift cancels in every use."""
    return tape.exp(x - tape.largest(x, axis, keepdims=True))


@operator("softmax")
def softmax(op, x):
    e = exponentials(x, op["axis"])
    return e / tape.sum_over(e, op["axis"], keepdims=True)


def logsumexp(x, axis, keepdims=False):
    return tape.largest(x, axis, keepdims) + tape.log(tape.sum_over(exponentials(x, axis), axis, keepdims))
