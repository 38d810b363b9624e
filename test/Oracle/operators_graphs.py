"""Segments: rows with one index belong together."""
import numpy as np

import tape
from operators_products import shared_extremum
from operators_shape import inside
from registry import operator
from tape import Traced


def count_of(op, size):
    return int(size[0]) if op["count"] == -1 else op["count"]


def sums(x, index, count):
    return tape.put_add((count, *x.shape[1:]), (index,), x)


def rows_of(x, index, segment):
    return tape.take(x, np.nonzero(index == segment)[0])


def spread(x, index):
    return tape.take(x, (index,))


def largest(x, index, count):
    """Segment by segment; one without rows is 0."""
    parts = []
    for segment in range(count):
        rows = rows_of(x, index, segment)
        top = shared_extremum(rows, np.max) if rows.shape[0] else Traced(np.zeros(x.shape[1:]))
        parts.append(tape.reshape(top, (1, *x.shape[1:])))
    return tape.concatenate(parts, 0)


def degrees(index, count):
    return np.bincount(index, minlength=count).astype(np.float64)


@operator("segment_sum")
def segment_sum(op, x, index, *size):
    count = count_of(op, size)
    return sums(x, inside(index, count), count)


@operator("segment_mean")
def segment_mean(op, x, index, *size):
    count = count_of(op, size)
    index = inside(index, count)
    divisor = np.maximum(degrees(index, count), 1.0)
    return sums(x, index, count) / divisor.reshape(count, *[1] * (len(x.shape) - 1))


@operator("segment_max")
def segment_max(op, x, index, *size):
    count = count_of(op, size)
    return largest(x, inside(index, count), count)


@operator("segment_softmax")
def segment_softmax(op, x, index, *size):
    count = count_of(op, size)
    index = inside(index, count)
    powers = tape.exp(x - spread(tape.constant(largest(x, index, count)), index))
    return powers / spread(sums(powers, index, count), index)


@operator("degree")
def degree(op, index, *size):
    count = count_of(op, size)
    return Traced(degrees(inside(index, count), count))
