"""Dropout and normal numbers from Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011)."""
import numpy as np

import tape
from registry import operator
from rounded import Rounded
from tape import Traced

MASK = np.uint64(0xFFFFFFFF)
ROUNDS = 10


def philox(counter, key):
    for _ in range(ROUNDS):
        one, two = counter[0] * np.uint64(0xD2511F53), counter[2] * np.uint64(0xCD9E8D57)
        counter = [(two >> np.uint64(32)) ^ counter[1] ^ key[0], two & MASK, (one >> np.uint64(32)) ^ counter[3] ^ key[1], one & MASK]
        key = [(key[0] + np.uint64(0x9E3779B9)) & MASK, (key[1] + np.uint64(0xBB67AE85)) & MASK]
    return counter


def words(shape, rng, site):
    """Two random words of every element: counter (column, row, step, site), where a row's columns are counted through."""
    rows = shape[0] if shape else 1
    columns = int(np.prod(shape[1:], dtype=np.int64))
    row, column = np.meshgrid(np.arange(rows, dtype=np.uint64), np.arange(columns, dtype=np.uint64), indexing="ij")
    seed, step = (np.uint64(int(n) % 2 ** 64) for n in rng[:2])
    place = np.uint64(site % 2 ** 64)
    counter = [column, row, np.full_like(row, step & MASK), np.full_like(row, place & MASK)]
    key = [seed & MASK, (seed >> np.uint64(32)) ^ (place >> np.uint64(32))]
    return [word.reshape(shape) for word in philox(counter, key)[:2]]


@operator("dropout")
def dropout(op, x, rng):
    if not rng[2]:
        return x
    kept = words(x.shape, rng, op["site"])[0] >= np.uint64(int(op["p"] * 2 ** 32))
    return tape.where(kept, x * (1 / (1 - op["p"])), 0.0)


@operator("dropout2d")
def dropout2d(op, x, rng):
    """A factor for each row and channel."""
    if not rng[2]:
        return x
    kept = words(x.shape[:2], rng, op["site"])[0] >= np.uint64(int(op["p"] * 2 ** 32))
    scale = 1 / (1 - op["p"])
    factor = (kept * scale).reshape(*x.shape[:2], *[1] * (x.rank - 2))
    return x * Traced(Rounded(factor, factor))


@operator("randn")
def randn(op, like, rng):
    return Traced(normal(like.shape, rng, op["site"]) if rng[2] else np.zeros(like.shape))


def normal(shape, rng, site):
    """Box and Muller 1958."""
    first, second = (word.astype(np.float64) for word in words(shape, rng, site))
    radius, turn = np.sqrt(-2 * np.log((first + 0.5) / 2 ** 32)), 2 * np.pi * second / 2 ** 32
    # In f32 the logarithm's argument is off by a roundoff, which near 1 is sqrt(6 u) of the radius; so is the angle.
    return Rounded(radius * np.cos(turn), 6 / np.maximum(radius, 1e-3) + radius * 32)
