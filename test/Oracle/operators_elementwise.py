"""Arithmetic, activations, comparisons, logic and selection."""
import numpy as np

import tape
from rounded import FUNCTION_ULPS, compare
from registry import OPERATORS, operator
from tape import Traced, data


def simple(name, function):
    operator(name)(lambda op, *operands: function(*operands))


def on_numbers(traced, plain):
    """An operator on floating-point numbers, and on integers."""
    return lambda a, b: traced(a, b) if isinstance(a, Traced) or isinstance(b, Traced) else plain(a, b)


simple("add", on_numbers(tape.add, np.add))
simple("sub", on_numbers(lambda a, b: a - b, np.subtract))
simple("mul", on_numbers(tape.mul, np.multiply))
simple("div", tape.div)
simple("neg", lambda x: -x)
simple("abs", lambda x: tape.absolute(x) if isinstance(x, Traced) else np.abs(x))
simple("exp", tape.exp)
simple("log", tape.log)
simple("sqrt", tape.sqrt)
simple("tanh", tape.tanh)
simple("sigmoid", tape.sigmoid)
simple("relu", tape.relu)
simple("sign", lambda x: tape.stepwise(x, np.sign) if isinstance(x, Traced) else np.sign(x))
operator("pow")(lambda op, x: tape.power(x, op["exponent"]))


@operator("elu")
def elu(op, x):
    alpha = op["alpha"]
    value = lambda v: np.where(v > 0, v, alpha * np.expm1(np.minimum(v, 0)))
    slope = lambda v: np.where(v > 0, 1.0, alpha * np.exp(np.minimum(v, 0)))
    return tape.function(x, value, slope, FUNCTION_ULPS + 1, slope_absolute=abs(alpha) * (FUNCTION_ULPS + 2))


# ------------------------------------------------------------------------------------- comparisons, logic, selection

def comparison(name, function):
    def apply(op, a, b):
        if isinstance(a, Traced) or isinstance(b, Traced):
            return compare(data(a), data(b), function)
        return function(a, b)
    operator(name)(apply)


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
simple("select", lambda c, yes, no: tape.where(c, yes, no) if isinstance(yes, Traced) else np.where(c, yes, no))


@operator("cast")
def cast(op, x):
    if op["to"] in ("f32", "f64"):
        return x if isinstance(x, Traced) else Traced(x)
    value = x.value if isinstance(x, Traced) else x
    return value != 0 if op["to"] == "i1" else value.astype(np.int64)
