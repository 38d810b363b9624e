"""Activations: those of pieces by value and slope, the smooth ones from the functions they are made of."""
import math

import numpy as np

import tape
from registry import operator, simple
from rounded import FUNCTION_ULPS


def pieces(x, value, slope, roundings=3.0):
    """Where rounding may lead to another piece, the bound of the slope is the jump."""
    return tape.function(x, lambda v: np.where(np.isnan(v), v, value(v)), lambda v: slope(v) * 1.0, roundings, roundings, gate=True)


simple("relu", tape.relu)
simple("relu6", lambda x: pieces(x, lambda v: np.clip(v, 0, 6), lambda v: (v > 0) & (v < 6)))
simple("hardsigmoid", lambda x: pieces(x, lambda v: np.clip(v / 6 + 0.5, 0, 1), lambda v: ((v > -3) & (v < 3)) / 6, 6.0))
simple("hardswish", lambda x: tape.function(x, lambda v: np.where(v <= -3, 0.0, v * np.clip(v + 3, 0, 6) / 6),
                                            lambda v: np.where(v <= -3, 0.0, np.where(v < 3, v / 3 + 0.5, 1.0)), 6.0, 6.0, slope_absolute=2.0))


@operator("hardtanh")
def hardtanh(op, x):
    low, high = op["min_val"], op["max_val"]
    return pieces(x, lambda v: np.clip(v, low, high), lambda v: (v > low) & (v < high))


@operator("leaky_relu")
def leaky_relu(op, x):
    slope = op["slope"]
    return pieces(x, lambda v: np.where(v > 0, v, slope * v), lambda v: np.where(v > 0, 1.0, slope))


@operator("threshold")
def threshold(op, x):
    return pieces(x, lambda v: np.where(v <= op["threshold"], op["value"], v), lambda v: ~(v <= op["threshold"]))


@operator("hardshrink")
def hardshrink(op, x):
    return pieces(x, lambda v: np.where(np.abs(v) <= op["lambd"], 0.0, v), lambda v: ~(np.abs(v) <= op["lambd"]))


@operator("softshrink")
def softshrink(op, x):
    lambd = op["lambd"]
    outside = x - tape.constant(tape.clamp(x, -lambd, lambd, np.zeros_like))
    return tape.where(np.abs(x.value) <= lambd, outside * 0.0, outside) if x.rank else outside


@operator("prelu")
def prelu(op, x, weight):
    if weight.shape != () and weight.shape != (1,):
        weight = tape.reshape(weight, (weight.shape[0],) + (1,) * (x.rank - 2))
    elif weight.shape == (1,):
        weight = tape.reshape(weight, ())
    return tape.relu(x) - weight * tape.relu(-x)


# ----------------------------------------------------------------------------------------------- exponential below 0

def exponential(x, alpha, width=1.0, scale=1.0):
    """scale x above 0, scale alpha (e^(x / width) - 1) below; a slope computed from the value may lose alpha roundoffs."""
    below = lambda v: np.minimum(v, 0) / width
    value = lambda v: scale * np.where(v > 0, v, alpha * np.expm1(below(v)))
    slope = lambda v: scale * np.where(v > 0, 1.0, alpha / width * np.exp(below(v)))
    return tape.function(x, value, slope, FUNCTION_ULPS + 3, slope_absolute=abs(scale * alpha / width) * (FUNCTION_ULPS + 2))


operator("elu")(lambda op, x: exponential(x, op["alpha"]))
operator("celu")(lambda op, x: exponential(x, op["alpha"], op["alpha"]))
simple("selu", lambda x: exponential(x, 1.6732632423543772848170429916717, scale=1.0507009873554804934193349852946))


# ------------------------------------------------------------------------------------------------------------- smooth

def softplus(x):
    """log(1 + e^x) without overflow."""
    value = lambda v: np.maximum(v, 0) + np.log1p(np.exp(-np.abs(v)))
    slope = lambda v: np.where(v >= 0, 1 / (1 + np.exp(-np.abs(v))), np.exp(-np.abs(v)) / (1 + np.exp(-np.abs(v))))
    return tape.function(x, value, slope, FUNCTION_ULPS + 3, FUNCTION_ULPS + 4)


@operator("softplus")
def softplus_(op, x):
    beta = op["beta"]
    return tape.where(beta * x.value > op["threshold"], x, softplus(beta * x) / beta)


@operator("gelu")
def gelu(op, x):
    if op["approximate"] == "tanh":
        return 0.5 * x * (1.0 + tape.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))
    return 0.5 * x * (1.0 + tape.erf(x / math.sqrt(2)))


def finite_below(x):
    """Minus infinity is taken for a number so low that a factor there underflows."""
    return tape.where(np.isneginf(x.value), -1e4, x)


simple("logsigmoid", lambda x: -softplus(-x))
simple("silu", lambda x: finite_below(x) * tape.sigmoid(x))
simple("mish", lambda x: finite_below(x) * tape.tanh(softplus(x)))
simple("softsign", lambda x: x / (1.0 + tape.absolute(x)))
simple("tanhshrink", lambda x: x - tape.tanh(x))
