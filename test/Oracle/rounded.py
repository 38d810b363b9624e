"""A NumPy array that knows how far rounding may have moved it.

`Rounded` holds a float64 value and, element by element, a bound of its error in units of the roundoff u (2^-24 in f32,
2^-53 in f64). The rules are those of running error analysis (Higham, Accuracy and Stability of Numerical Algorithms, 2002,
sections 3.1 and 3.3): an operation passes the errors of its operands on and adds its own. Where a first-order rule would
be too small (at a kink, near a pole) the operand is moved by its error in f32 and the result looked at, so a computation
at a kink gets a bound as large as the jump, and what depends on it is counted as weak instead of compared.
"""
import numpy as np

U = 2.0 ** -24
np.seterr(all="ignore")  # infinities and what is no number are values like others

FUNCTION_ULPS = 10.0  # of exp, log, tanh, ...: five units in the last place, and a unit is up to two roundoffs


class Ambiguous(Exception):
    """A comparison that rounding may turn around: the case needs other numbers."""


class Rounded:
    __array_ufunc__ = None  # arithmetic with a NumPy array comes here

    def __init__(self, value, bound=None):
        self.value = np.asarray(value, np.float64)
        self.bound = np.zeros(self.value.shape) if bound is None else np.broadcast_to(bound, self.value.shape)

    @property
    def shape(self):
        return self.value.shape

    def __add__(self, other):
        other = rounded(other)
        value = self.value + other.value
        kept = (self.value == 0) | (other.value == 0)  # adding 0 rounds nothing
        return finish(value, self.bound + other.bound, np.where(kept, 0.0, 1.0))

    __radd__ = __add__

    def __neg__(self):
        return Rounded(-self.value, self.bound)

    def __sub__(self, other):
        return self + -rounded(other)

    def __rsub__(self, other):
        return rounded(other) + -self

    def __mul__(self, other):
        other = rounded(other)
        both = self.bound * other.bound * U  # second order: what is left where both are 0
        error = scaled(self.bound, other.value) + scaled(other.bound, self.value) + both
        return finish(self.value * other.value, error)

    __rmul__ = __mul__

    def __truediv__(self, other):
        other = rounded(other)
        value = self.value / other.value
        return finish(value, scaled(self.bound, 1 / other.value) + scaled(other.bound, value / other.value))

    def __rtruediv__(self, other):
        return rounded(other) / self

    def move(self, function):
        """What only moves elements moves their errors."""
        return Rounded(function(self.value), function(self.bound))

    def sum(self, axes, keepdims=False):
        axes = tuple(axes)
        total = lambda x: np.sum(x, axis=axes, keepdims=keepdims)
        count = int(np.prod([self.shape[a] for a in axes], dtype=np.int64))
        return finish(total(self.value), total(self.bound) + max(0, count - 1) * total(np.abs(self.value)), 0.0)

    def map(self, function, roundings=FUNCTION_ULPS, absolute=0.0):
        """y = f(x). `absolute` is what a formula that cancels may lose, in roundoffs."""
        value = function(self.value)
        return finish(value, moved(function, self, value) + absolute * (self.bound > -1), roundings)


def rounded(x):
    """Numbers of the program, 0.9 for instance, are exact in f64 and may be rounded in f32."""
    if isinstance(x, Rounded):
        return x
    value = np.asarray(x, np.float64)
    return Rounded(value, np.where(value.astype(np.float32) == value, 0.0, np.abs(value)))


def finish(value, error, roundings=1.0):
    """The result and its error: what came in, plus the rounding of the operation itself. What is no number, or infinite,
    has no error."""
    bound = error + roundings * np.abs(value)
    return Rounded(value, np.where(np.isfinite(value), np.nan_to_num(bound, nan=0.0, posinf=1e300), 0.0))


def scaled(bound, factor):
    """bound * factor where an exact operand stays exact whatever the factor."""
    return np.where(bound == 0, 0.0, bound * np.abs(factor))


def moved(function, x, value):
    """How far f(x) moves, in roundoffs, where x moves by its error in f32, twice over where f has a kink."""
    reach = x.bound * U
    moves = [np.abs(function(x.value + step * reach) - value) for step in (-2, -1, 1, 2)]
    smooth, beyond = np.fmax(moves[1], moves[2]), np.fmax(moves[0], moves[3])
    largest = np.where(beyond > 4 * smooth, beyond, smooth)
    return np.where(reach == 0, 0.0, largest / U)


def compare(a, b, function):
    """A comparison; raises where rounding may turn it around."""
    a, b = rounded(a), rounded(b)
    error = a.bound + b.bound
    if ((np.abs(a.value - b.value) <= 2 * error * U) & (error > 0)).any():
        raise Ambiguous()
    return function(a.value, b.value)
