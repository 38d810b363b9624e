"""Rounding errors of the elementwise functions and activations: more rules for bounded.py."""
import torch
from torch.utils._pytree import tree_map_only

from bounded import (F32_ROUNDOFF, FUNCTION_ULPS, Ambiguous, Bounded, aten, bound_of, exact, finish, function_rule, rule, scaled,
                     value_of)

function_rule(aten.exp2.default, lambda x, y: y * 0.7, FUNCTION_ULPS)
function_rule(aten.log2.default, lambda x, y: 1.5 / x, FUNCTION_ULPS)
function_rule(aten.log10.default, lambda x, y: 0.5 / x, FUNCTION_ULPS)
function_rule(aten.rsqrt.default, lambda x, y: 0.5 * y / x, FUNCTION_ULPS)
function_rule(aten.sin.default, lambda x, y: x.cos(), FUNCTION_ULPS)
function_rule(aten.cos.default, lambda x, y: x.sin(), FUNCTION_ULPS)
function_rule(aten.tan.default, lambda x, y: 1 + y * y, FUNCTION_ULPS)
function_rule(aten.asin.default, lambda x, y: (1 - x * x).rsqrt(), FUNCTION_ULPS)
function_rule(aten.acos.default, lambda x, y: (1 - x * x).rsqrt(), FUNCTION_ULPS)
function_rule(aten.atan.default, lambda x, y: 1 / (1 + x * x), FUNCTION_ULPS)
function_rule(aten.sinh.default, lambda x, y: x.cosh(), FUNCTION_ULPS)
function_rule(aten.cosh.default, lambda x, y: x.sinh(), FUNCTION_ULPS)
function_rule(aten.asinh.default, lambda x, y: (1 + x * x).rsqrt(), FUNCTION_ULPS)
function_rule(aten.acosh.default, lambda x, y: (x * x - 1).rsqrt(), FUNCTION_ULPS)
function_rule(aten.atanh.default, lambda x, y: 1 / (1 - x * x), FUNCTION_ULPS)
function_rule(aten.erf.default, lambda x, y: 1.13 * (-x * x).exp(), FUNCTION_ULPS)
function_rule(aten.erfc.default, lambda x, y: 1.13 * (-x * x).exp(), FUNCTION_ULPS)


def step_rule(op):
    """Rounding to whole numbers: nothing of a small error is left, unless it crosses a step."""
    @rule(op)
    def body(a):
        value, error = op(a.value), 2 * a.bound * F32_ROUNDOFF
        if (op(a.value + error) != value).logical_and(a.bound > 0).any() or (op(a.value - error) != value).logical_and(a.bound > 0).any():
            raise Ambiguous()
        return exact(value)


for _op in (aten.floor.default, aten.ceil.default, aten.round.default, aten.trunc.default):
    step_rule(_op)


@rule(aten.pow.Tensor_Tensor, aten.pow.Scalar)
def pow_tensors(a, b):
    x, y = torch.as_tensor(value_of(a), dtype=torch.float64), value_of(b)
    value = x ** y
    slope = torch.where(y == 0, 0.0, y * x ** (y - 1))
    growth = torch.where(value == 0, 0.0, value * x.abs().log())
    return finish(value, scaled(bound_of(a), slope) + scaled(bound_of(b), growth), FUNCTION_ULPS)


# -------------------------------------------------------------------------------------------------------- activations

ACTIVATION_SLOPE = 1.2  # the steepest of them is 1.13


def activation_rule(forward, backward):
    """Smooth activations: values are as exact as a few functions; slopes add terms up to 1 + |x| that may cancel."""
    @rule(forward)
    def value_body(x, *args, **kwargs):
        return finish(forward(x.value, *args, **kwargs), scaled(x.bound, ACTIVATION_SLOPE), 3 * FUNCTION_ULPS)

    @rule(backward)
    def slope_body(g, x, *args, **kwargs):
        args = tree_map_only(Bounded, lambda a: a.value, args)
        value = backward(g.value, x.value, *args, **kwargs)
        error = scaled(g.bound, ACTIVATION_SLOPE) + scaled(x.bound, g.value)
        return finish(value, error + g.value.abs() * (1 + x.value.abs()) * 3 * FUNCTION_ULPS)


for _name in ("gelu", "silu", "mish", "softplus", "hardswish", "hardsigmoid"):
    activation_rule(getattr(aten, _name).default, getattr(aten, _name + "_backward").default)


@rule(aten.log_sigmoid_forward.default)
def log_sigmoid_forward(x):
    value, buffer = aten.log_sigmoid_forward(x.value)
    return finish(value, x.bound, 3 * FUNCTION_ULPS), exact(buffer)


@rule(aten.log_sigmoid_backward.default)
def log_sigmoid_backward(g, x, buffer):
    value = aten.log_sigmoid_backward(g.value, x.value, value_of(buffer))
    return finish(value, g.bound + scaled(x.bound, g.value), 3 * FUNCTION_ULPS)


def piece_rule(forward, backward):
    """Straight pieces: the bound goes where the value goes."""
    @rule(forward)
    def value_body(x, *args, **kwargs):
        return finish(forward(x.value, *args, **kwargs), x.bound, 2.0)

    @rule(backward)
    def slope_body(*args, **kwargs):
        plain = tree_map_only(Bounded, lambda a: a.value, args)
        return finish(backward(*plain, **kwargs), args[0].bound, 2.0)


for _name in ("hardtanh", "leaky_relu", "hardshrink", "softshrink"):
    piece_rule(getattr(aten, _name).default, getattr(aten, _name + "_backward").default)


@rule(aten.threshold.default)
def threshold(x, limit, number):
    return Bounded(aten.threshold(x.value, limit, number), torch.where(x.value > limit, x.bound, bound_of(number)))


@rule(aten.clamp.default, aten.clamp_min.default, aten.clamp_max.default)
def clamp(x, *args, **kwargs):
    return Bounded(torch.clamp(x.value, *args, **kwargs), x.bound)


@rule(aten._prelu_kernel.default)
def prelu(x, weight):
    value = aten._prelu_kernel(x.value, value_of(weight))
    error = torch.where(x.value > 0, x.bound, scaled(x.bound, value_of(weight)) + scaled(bound_of(weight), x.value))
    return finish(value, error, torch.where(x.value > 0, 0.0, 1.0))


@rule(aten._prelu_kernel_backward.default)
def prelu_backward(g, x, weight):
    dx, dw = aten._prelu_kernel_backward(g.value, x.value, value_of(weight))
    x_error = torch.where(x.value > 0, g.bound, scaled(g.bound, value_of(weight)) + scaled(bound_of(weight), g.value))
    w_error = torch.where(x.value > 0, 0.0, scaled(g.bound, x.value) + scaled(x.bound, g.value))
    return finish(dx, x_error, 1.0), finish(dw, w_error, 1.0)


@rule(aten.minimum.default)
def minimum(a, b):
    return Bounded(torch.minimum(value_of(a), value_of(b)), torch.maximum(bound_of(a), bound_of(b)))
