"""Arithmetic, elementary functions, comparisons, logic and selection."""
import math

import numpy as np

import tape
from registry import operator, simple
from rounded import FUNCTION_ULPS, Rounded, U, compare
from tape import Traced, data


def on_numbers(traced, plain):
    """An operator on floating-point numbers, and on integers."""
    return lambda *operands: (traced if any(isinstance(x, Traced) for x in operands) else plain)(*operands)


simple("add", on_numbers(tape.add, np.add))
simple("sub", on_numbers(lambda a, b: a - b, np.subtract))
simple("mul", on_numbers(tape.mul, np.multiply))
simple("div", tape.div)
simple("neg", lambda x: -x)
simple("abs", on_numbers(tape.absolute, np.abs))
simple("square", lambda x: x * x)
simple("sqrt", tape.sqrt)
simple("rsqrt", lambda x: 1.0 / tape.sqrt(x))
simple("reciprocal", lambda x: 1.0 / x)
operator("pow")(lambda op, x: tape.power(x, op["exponent"]))

for name, step in (("sign", np.sign), ("floor", np.floor), ("ceil", np.ceil), ("trunc", np.trunc), ("round", np.round)):
    simple(name, on_numbers(lambda x, step=step: tape.stepwise(x, step), step))


@operator("power")
def power(op, x, y):
    """x ** y of tensors; the slope in x is 0 where y = 0, the slope in y where x = 0 <= y."""
    base, exponent = data(x), data(y)
    size = 1 + np.abs(exponent.value * np.log(np.abs(base.value)))
    result = two_sided(np.power, base, exponent, FUNCTION_ULPS * np.where(np.isfinite(size), size, 1.0))
    in_base = lambda b, e: np.where(e == 0, 0.0, e * np.power(b, e - 1))
    in_exponent = lambda b, e: np.where((b == 0) & (e >= 0), 0.0, np.power(b, e) * np.log(b))
    return tape.broadcasting(result, (x, lambda g: tape.through(g, two_sided(in_base, base, exponent, FUNCTION_ULPS * size))),
                             (y, lambda g: tape.through(g, two_sided(in_exponent, base, exponent, FUNCTION_ULPS * (size + 1)))))


def two_sided(function, a, b, roundings):
    value = function(a.value, b.value)
    moves = [np.abs(function(a.value + s * a.bound * U, b.value + t * b.bound * U) - value) / U for s in (-1, 1) for t in (-1, 1)]
    exact = (a.bound == 0) & (b.bound == 0)
    bound = np.where(exact, 0.0, np.fmax.reduce(moves)) + roundings * np.abs(value)
    return Rounded(value, np.where(np.isfinite(value), np.nan_to_num(bound, nan=0.0), 0.0))


def extremum(better):
    """Of two: the one that is chosen has the gradient, and each half of it where both are equal."""
    def apply(a, b):
        x, y = data(a), data(b)
        value = (np.maximum if better is np.greater else np.minimum)(x.value, y.value)
        close = (np.abs(x.value - y.value) <= 2 * U * (x.bound + y.bound)) & (x.bound + y.bound > 0)
        share = Rounded(np.where(x.value == y.value, 0.5, better(x.value, y.value)), np.where(close, 1 / U, 0.0))
        bound = np.where(close, np.maximum(x.bound, y.bound), np.where(better(x.value, y.value), x.bound, y.bound))
        return tape.broadcasting(Rounded(value, bound), (a, lambda g: tape.through(g, share)),
                                 (b, lambda g: tape.through(g, 1.0 - share)))
    return apply


simple("maximum", on_numbers(extremum(np.greater), np.maximum))
simple("minimum", on_numbers(extremum(np.less), np.minimum))


@operator("clamp")
def clamp(op, x):
    """The gradient passes at the bounds, too."""
    low, high = op.attributes.get("min", -np.inf), op.attributes.get("max", np.inf)
    return tape.clamp(x, low, high, lambda v: ((v >= low) & (v <= high)).astype(np.float64))


# --------------------------------------------------------------------------------------------- elementary functions

simple("exp", tape.exp)
simple("expm1", tape.expm1)
simple("log", tape.log)
simple("log1p", tape.log1p)
simple("sin", tape.sin)
simple("cos", tape.cos)
simple("tanh", tape.tanh)
simple("sigmoid", tape.sigmoid)
simple("erf", tape.erf)


def elementary(name, value, slope):
    simple(name, lambda x: tape.function(x, value, slope))


elementary("exp2", np.exp2, lambda v: math.log(2) * np.exp2(v))
elementary("log2", np.log2, lambda v: 1 / (v * math.log(2)))
elementary("log10", np.log10, lambda v: 1 / (v * math.log(10)))
elementary("tan", np.tan, lambda v: 1 / np.cos(v) ** 2)
elementary("asin", np.arcsin, lambda v: 1 / np.sqrt(1 - v * v))
elementary("acos", np.arccos, lambda v: -1 / np.sqrt(1 - v * v))
elementary("atan", np.arctan, lambda v: 1 / (1 + v * v))
elementary("sinh", np.sinh, np.cosh)
elementary("cosh", np.cosh, np.sinh)
elementary("asinh", np.arcsinh, lambda v: 1 / np.hypot(v, 1))
elementary("acosh", np.arccosh, lambda v: 1 / np.sqrt(v * v - 1))
elementary("atanh", np.arctanh, lambda v: 1 / (1 - v * v))
elementary("erfc", np.vectorize(math.erfc, otypes=[np.float64]), lambda v: -2 / math.sqrt(math.pi) * np.exp(-v * v))


# ------------------------------------------------------------------------------------- comparisons, logic, selection

def comparison(name, function):
    simple(name, on_numbers(lambda a, b: compare(data(a), data(b), function), function))


comparison("eq", np.equal)
comparison("ne", np.not_equal)
comparison("lt", np.less)
comparison("le", np.less_equal)
comparison("gt", np.greater)
comparison("ge", np.greater_equal)
simple("and", np.logical_and)
simple("or", np.logical_or)
simple("not", np.logical_not)
simple("isnan", lambda x: np.isnan(x.value))
simple("isinf", lambda x: np.isinf(x.value))
simple("isfinite", lambda x: np.isfinite(x.value))
simple("select", lambda c, yes, no: tape.where(c, yes, no) if isinstance(yes, Traced) else np.where(c, yes, no))


simple("detach", lambda x: Traced(x.data))


@operator("float")
def as_float(op, x):
    return Traced(x)


@operator("cast")
def cast(op, x):
    if op["to"] in ("f32", "f64"):
        return x if isinstance(x, Traced) else Traced(x)
    value = x.value if isinstance(x, Traced) else x
    return value != 0 if op["to"] == "i1" else value.astype(np.int64)
