"""Constants, and movements of elements."""
import numpy as np

import tape
from registry import operator
from rounded import Rounded, compare, rounded
from tape import Traced


def moving(traced):
    """What moves elements moves numbers of any type."""
    def apply(x, *arguments):
        return traced(x, *arguments) if isinstance(x, Traced) else traced(Traced(x), *arguments).value.astype(x.dtype)
    return apply


reshaped, transposed, taken = moving(tape.reshape), moving(tape.transpose), moving(tape.take)


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


operator("parameter")(lambda op, x: x)


# ------------------------------------------------------------------------------------------------ dimensions

def sizes(shape, batch):
    """-1 is the batch."""
    return tuple(batch if n == -1 else n for n in shape)


@operator("reshape")
def reshape(op, x):
    return reshaped(x, sizes(op["shape"], x.shape[0] if x.shape else 1))


@operator("flatten")
def flatten(op, x):
    rank = len(x.shape)
    start, end = op.attributes.get("start", 1) % rank, op.attributes.get("end", -1) % rank
    return reshaped(x, x.shape[:start] + (int(np.prod(x.shape[start:end + 1], dtype=np.int64)),) + x.shape[end + 1:])


@operator("squeeze")
def squeeze(op, x):
    rank = len(x.shape)
    dropped = [a % rank for a in op["axis"]] or [i for i, n in enumerate(op.operand_types[0].shape) if n == 1]
    return reshaped(x, tuple(n for i, n in enumerate(x.shape) if i not in dropped))


@operator("unsqueeze")
def unsqueeze(op, x):
    rank = len(x.shape) + len(op["axis"])
    places, left = {a % rank for a in op["axis"]}, iter(x.shape)
    return reshaped(x, tuple(1 if i in places else next(left) for i in range(rank)))


@operator("broadcast")
def broadcast(op, x, like=None):
    return tape.broadcast_to(x, sizes(op["shape"], like.shape[0] if like is not None else x.shape[0] if x.shape else 1))


@operator("broadcast_like")
def broadcast_like(op, x, like):
    kept = [1] * len(like.shape)
    for i, d in enumerate(op["dims"]):
        kept[d] = x.shape[i]
    return tape.broadcast_to(tape.reshape(x, kept), like.shape)


# ------------------------------------------------------------------------------------------------ order

operator("permute")(lambda op, x: transposed(x, tuple(a % len(x.shape) for a in op["axes"])))


@operator("transpose")
def transpose(op, x):
    order = list(range(len(x.shape)))
    a, b = op["first"] % len(order), op["second"] % len(order)
    order[a], order[b] = order[b], order[a]
    return transposed(x, tuple(order))


@operator("flip")
def flip(op, x):
    turned = {a % len(x.shape) for a in op["axis"]}
    return taken(x, tuple(slice(None, None, -1 if i in turned else 1) for i in range(len(x.shape))))


# ------------------------------------------------------------------------------------------------ parts

def joined(parts, axis):
    return tape.concatenate(parts, axis) if isinstance(parts[0], Traced) else np.concatenate(parts, axis)


operator("concat")(lambda op, *parts: joined(parts, op["axis"]))


@operator("stack")
def stack(op, *parts):
    rank = len(parts[0].shape) + 1
    axis = op["axis"] % rank
    return joined([reshaped(x, x.shape[:axis] + (1,) + x.shape[axis:]) for x in parts], axis)


def along(x, axis, piece):
    """x[..., piece, ...] at an axis."""
    return taken(x, (slice(None),) * (axis % len(x.shape)) + (piece,))


@operator("split")
def split(op, x):
    ends = np.cumsum(op["sizes"])
    return tuple(along(x, op["axis"], slice(int(end) - n, int(end))) for end, n in zip(ends, op["sizes"]))


@operator("slice")
def slice_(op, x):
    return taken(x, tuple(slice(o, None if n == -1 else o + n) for o, n in zip(op["offsets"], op["sizes"])))


@operator("pad_like")
def pad_like(op, x, like):
    return tape.put_add(like.shape, tuple(slice(o, o + n) for o, n in zip(op["offsets"], x.shape)), x)


@operator("tile")
def tile(op, x):
    lead = len(x.shape) - len(op["repeats"])
    for i, n in enumerate(op["repeats"]):
        x = joined([x] * n, lead + i)
    return x


@operator("pad")
def pad(op, x):
    amounts = lambda name: op[name] if len(op[name]) == len(op["axis"]) else list(op[name]) * len(op["axis"])
    for axis, before, after in zip(op["axis"], amounts("before"), amounts("after")):
        shape = list(x.shape)
        filled = lambda n: Traced(rounded(np.full([n if i == axis % len(shape) else m for i, m in enumerate(shape)], op["value"])))
        x = tape.concatenate([filled(before), x, filled(after)], axis % len(shape))
    return x


# ------------------------------------------------------------------------------------------------ by index

def inside(index, count):
    """Indices out of range are refused by the library where they count; elsewhere any row does."""
    return np.where((index >= 0) & (index < count), index, 0)


@operator("take")
def take(op, x, index):
    axis = op["axis"] % len(x.shape)
    return taken(x, (slice(None),) * axis + (inside(index, x.shape[axis]),))


def grid(index, axis, count):
    places = list(np.indices(index.shape))
    places[axis] = inside(index, count)
    return tuple(places)


@operator("gather")
def gather(op, x, index):
    axis = op["axis"] % len(x.shape)
    return taken(x, grid(index, axis, x.shape[axis]))


@operator("scatter_add")
def scatter_add(op, x, index, source):
    axis = op["axis"] % len(x.shape)
    source = tape.take(source, tuple(slice(0, n) for n in index.shape))
    return x + tape.put_add(x.shape, grid(index, axis, x.shape[axis]), source)


@operator("embedding")
def embedding(op, ids, weight):
    """The padding row gets no gradient."""
    rows = inside(ids, weight.shape[0])
    found = tape.take(weight, rows)
    if op["padding"] < 0:
        return found
    return tape.where((rows == op["padding"])[..., None], tape.constant(found), found)


@operator("embedding_bag")
def embedding_bag(op, ids, weight, sample_weights=None):
    """Sum, mean or largest over the last axis of the ids; the padding does not count."""
    rows = inside(ids, weight.shape[0])
    counted = (rows != op["padding"])[..., None]
    if op["mode"] == "max":
        return first_largest(weight, rows, counted)
    found = tape.where(counted, tape.take(weight, rows), 0.0)
    if sample_weights is not None:
        found = found * tape.reshape(sample_weights, (*sample_weights.shape, 1))
    total = tape.sum_over(found, [len(ids.shape) - 1])
    return total if op["mode"] == "sum" else total / np.maximum(1, counted.sum(-2)).astype(np.float64)


def first_largest(weight, rows, counted):
    """Of each column, the element of the first row that has the largest; 0 where nothing counts."""
    table, columns = weight.data, np.arange(weight.shape[1])
    values = np.where(counted, table.value[rows], -np.inf)
    place = np.argmax(values, axis=-2)
    picked = np.take_along_axis(rows, place, -1)
    others = counted & (rows[..., None] != picked[..., None, :])
    rivals = Rounded(np.where(others, values, -np.inf), np.where(others, table.bound[rows], 0.0))
    compare(table.move(lambda v: v[picked, columns][..., None, :]), rivals, np.greater)  # rounding must not decide
    return tape.where(counted.any(-2), tape.take(weight, (picked, columns)), 0.0)


@operator("one_hot")
def one_hot(op, label):
    return Traced(label[..., None] == np.arange(op["classes"]))
