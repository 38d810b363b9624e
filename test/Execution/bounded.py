"""A tensor that knows how far rounding may have moved it.

`Bounded` holds a float64 value and, element by element, a bound of its rounding error in units of the roundoff u. It runs
below autograd, so an ordinary PyTorch model, its gradients and its optimizer get a bound each without being written
again. The rules are those of running error analysis (Higham, Accuracy and Stability of Numerical Algorithms, 2002,
sections 3.1 and 3.3): every operation passes the errors of its operands on, to first order, and adds its own. A
computation with roundoff u (2^-24 in f32, 2^-53 in f64) then lies within bound * u of the exact value.

Operations that are not listed are taken apart into listed ones by PyTorch's own decompositions.
"""
import torch
from torch._decomp import decomposition_table
from torch.utils._pytree import tree_map_only

aten = torch.ops.aten
F32_ROUNDOFF = 2.0 ** -24
FUNCTION_ULPS = 10.0  # of exp, log, tanh, ...: five units in the last place, and a unit is up to two roundoffs


class Ambiguous(Exception):
    """A comparison that rounding may turn around: the case needs other numbers."""


class Bounded(torch.Tensor):
    @staticmethod
    def __new__(cls, value, bound):
        return torch.Tensor._make_wrapper_subclass(
            cls, value.shape, strides=value.stride(), storage_offset=value.storage_offset(), dtype=value.dtype,
            device=value.device)

    def __init__(self, value, bound):
        self.value, self.bound = value, bound

    def __repr__(self):
        return f"Bounded({self.value}, {self.bound})"

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        rule = RULES.get(function)
        if rule is not None:
            return rule(*args, **kwargs)
        if function in PLAIN:
            return function(*tree_map_only(Bounded, lambda x: x.value, args),
                            **tree_map_only(Bounded, lambda x: x.value, kwargs))
        name = function._schema.name.split("::")[1]
        if name.endswith("_") and not name.startswith("_"):
            return in_place(function, name[:-1], args, kwargs)
        if function in decomposition_table:
            return decomposition_table[function](*args, **kwargs)
        result = function.decompose(*args, **kwargs)
        if result is NotImplemented:
            raise NotImplementedError(f"no rule for {function}")
        return result


def exact(value):
    """What was stored or computed without rounding."""
    return Bounded(value, torch.zeros_like(value)) if value.is_floating_point() else value


def value_of(x):
    return x.value if isinstance(x, Bounded) else x


def bound_of(x):
    """Numbers of the program, 0.9 for instance, are exact in f64 and may be rounded in f32."""
    if isinstance(x, Bounded):
        return x.bound
    number = torch.as_tensor(x, dtype=torch.float64)
    bound = torch.where(number.float().double() == number, torch.zeros_like(number), number.abs())
    return bound if isinstance(x, torch.Tensor) else bound.item()


def in_place(function, name, args, kwargs):
    target = args[0]
    overloads = getattr(aten, name)
    result = getattr(overloads, function._overloadname)(*args, **kwargs)
    target.value.copy_(value_of(result))
    target.bound.copy_(bound_of(result) if isinstance(result, Bounded) else torch.zeros_like(target.value))
    return target


RULES = {}
PLAIN = {aten.isnan.default, aten.logical_not.default, aten.argmax.default, aten.is_same_size.default}


def rule(*functions):
    def register(body):
        for function in functions:
            RULES[function] = body
        return body
    return register


def finish(value, error, roundings=1.0):
    """The result and its error: what came in, plus the rounding of the operation itself. What is no number, or
    infinite, has no error."""
    bound = error + roundings * value.abs()
    return Bounded(value, torch.where(torch.isfinite(value), torch.nan_to_num(bound, nan=0.0), torch.zeros_like(value)))


def scaled(bound, factor):
    """bound * factor where an exact operand stays exact whatever the factor."""
    bound, factor = torch.broadcast_tensors(torch.as_tensor(bound, dtype=torch.float64),
                                            torch.as_tensor(factor, dtype=torch.float64))
    return torch.where(bound == 0, torch.zeros_like(bound), bound * factor.abs())


# ---------------------------------------------------------------------------------------------------------- arithmetic

@rule(aten.add.Tensor, aten.add.Scalar)
def add(a, b, alpha=1):
    x, y = value_of(a), value_of(b)
    value = x + y * alpha
    kept = (torch.as_tensor(y) == 0) | (torch.as_tensor(x) == 0)
    return finish(value, bound_of(a) + bound_of(b) * abs(alpha),
                  torch.where(kept, 0.0, 1.0 if alpha in (1, -1) else 2.0))


@rule(aten.sub.Tensor, aten.sub.Scalar)
def sub(a, b, alpha=1):
    return add(a, b, -alpha)


@rule(aten.rsub.Scalar, aten.rsub.Tensor)
def rsub(a, b, alpha=1):
    return add(torch.full_like(value_of(a), b) if not isinstance(b, torch.Tensor) else b, a, -alpha)


@rule(aten.mul.Tensor, aten.mul.Scalar)
def mul(a, b):
    x, y = value_of(a), value_of(b)
    both = bound_of(a) * bound_of(b) * F32_ROUNDOFF  # second order: what is left where x = y = 0
    return finish(x * y, scaled(bound_of(a), y) + scaled(bound_of(b), x) + both)


@rule(aten.div.Tensor, aten.div.Scalar)
def div(a, b):
    x, y = value_of(a), value_of(b)
    value = x / y
    return finish(value, scaled(bound_of(a), 1 / torch.as_tensor(y)) + scaled(bound_of(b), value / y))


@rule(aten.reciprocal.default)
def reciprocal(a):
    return div(torch.ones_like(a.value), a)


@rule(aten.neg.default)
def neg(a):
    return Bounded(-a.value, a.bound)


def function_rule(op, slope, roundings):
    """y = f(x): |f'(x)| * error(x), and the roundings of f itself."""
    @rule(op)
    def body(a, *rest):
        value = op(a.value, *rest)
        return finish(value, scaled(a.bound, slope(a.value, value, *rest)), roundings)


function_rule(aten.exp.default, lambda x, y: y, FUNCTION_ULPS)
function_rule(aten.expm1.default, lambda x, y: y + 1, FUNCTION_ULPS)
function_rule(aten.log.default, lambda x, y: 1 / x, FUNCTION_ULPS)
function_rule(aten.log1p.default, lambda x, y: 1 / (1 + x), FUNCTION_ULPS)
function_rule(aten.tanh.default, lambda x, y: 1 - y * y, FUNCTION_ULPS)
function_rule(aten.sigmoid.default, lambda x, y: y * (1 - y), FUNCTION_ULPS + 3)


@rule(aten.sqrt.default)
def sqrt(a):
    value = a.value.sqrt()
    # Near 0, sqrt(x + e) - sqrt(x) <= sqrt(e); the unit is that of f32, the larger.
    near_zero = (a.bound * F32_ROUNDOFF).sqrt() / F32_ROUNDOFF
    return finish(value, torch.minimum(scaled(a.bound, 0.5 / value), near_zero))


@rule(aten.pow.Tensor_Scalar)
def pow_scalar(a, n):
    value, slope = a.value ** n, n * a.value ** (n - 1) if n != 0 else torch.zeros_like(a.value)
    whole = n == int(n) and abs(n) <= 16
    # Products, or a function.
    roundings = abs(n) + 1 if whole else FUNCTION_ULPS
    curvature = a.bound ** 2 * F32_ROUNDOFF if n == 2 else 0.0  # second order, as in mul
    return finish(value, scaled(a.bound, slope) + curvature, roundings)


@rule(aten.abs.default)
def absolute(a):
    return Bounded(a.value.abs(), a.bound)


@rule(aten.sign.default, aten.sgn.default)
def sign(a):
    compare_with(a, 0.0)
    return exact(a.value.sign())


# ---------------------------------------------------------------------------------------------------------- activations

@rule(aten.relu.default)
def relu(a):
    return Bounded(a.value.relu(), torch.where(a.value > -a.bound * F32_ROUNDOFF, a.bound, torch.zeros_like(a.bound)))


@rule(aten.threshold_backward.default)
def threshold_backward(gradient, x, threshold):
    value = aten.threshold_backward(gradient.value, x.value, threshold)
    # At a kink rounding decides whether the gradient passes at all.
    doubtful = ((x.value - threshold).abs() <= 2 * bound_of(x) * F32_ROUNDOFF) & (bound_of(x) > 0)
    bound = torch.where(x.value > threshold, gradient.bound, torch.zeros_like(gradient.bound))
    return Bounded(value, torch.where(doubtful, gradient.bound + gradient.value.abs() / F32_ROUNDOFF, bound))


@rule(aten.elu.default)
def elu(x, alpha=1, scale=1, input_scale=1):
    value = aten.elu(x.value, alpha, scale, input_scale)
    return finish(value, scaled(x.bound, torch.where(x.value > 0, scale, value + scale * alpha)),
                  torch.where(x.value > 0, 0.0 if scale == 1 else 2.0, FUNCTION_ULPS + 3))


@rule(aten.elu_backward.default)
def elu_backward(gradient, alpha, scale, input_scale, is_result, x):
    assert not is_result
    positive = x.value > 0
    slope = scale * torch.where(positive, 1.0, alpha * input_scale * (x.value * input_scale).exp())
    # The slope at negative x is computed as elu(x) + alpha: its error is relative to alpha.
    slope_error = torch.where(positive, 0.0 if scale == 1 else 2.0, scaled(x.bound, slope) + (FUNCTION_ULPS + 2) * abs(scale * alpha))
    value = gradient.value * slope
    return finish(value, scaled(gradient.bound, slope) + scaled(slope_error, gradient.value))


@rule(aten.tanh_backward.default)
def tanh_backward(gradient, y):
    square = y.value * y.value
    value = gradient.value * (1 - square)
    error = scaled(gradient.bound, 1 - square) + scaled(y.bound, 2 * gradient.value * y.value)
    return finish(value, error + 3 * (gradient.value * square).abs())


@rule(aten.sigmoid_backward.default)
def sigmoid_backward(gradient, y):
    slope = y.value * (1 - y.value)
    error = scaled(gradient.bound, slope) + scaled(y.bound, gradient.value * (1 - 2 * y.value))
    return finish(gradient.value * slope, error, 4)


# ----------------------------------------------------------------------------------------------------- sums and products

@rule(aten.mm.default)
def mm(a, b):
    x, y = value_of(a), value_of(b)
    error = bound_of(a) @ y.abs() + x.abs() @ bound_of(b)
    return Bounded(x @ y, error + x.shape[1] * (x.abs() @ y.abs()))


def sum_over(a, dims, keepdim):
    count = a.value.numel() if not dims else int(torch.tensor([a.value.shape[d] for d in dims]).prod())
    total = (lambda x: x.sum(dims, keepdim)) if dims else (lambda x: x.sum())
    return Bounded(total(a.value), total(a.bound) + (count - 1) * total(a.value.abs()))


@rule(aten.sum.default)
def sum_all(a, dtype=None):
    return sum_over(a, [], False) if isinstance(a, Bounded) else a.sum()


@rule(aten.sum.dim_IntList)
def sum_dims(a, dims, keepdim=False, dtype=None):
    return sum_over(a, list(dims or []), keepdim)


@rule(aten.mean.default)
def mean_all(a, dtype=None):
    return div(sum_over(a, [], False), a.value.numel())


@rule(aten.mean.dim)
def mean_dims(a, dims, keepdim=False, dtype=None):
    total = sum_over(a, list(dims), keepdim)
    return div(total, a.value.numel() / max(1, total.value.numel()))


@rule(aten.amax.default)
def amax(a, dims=(), keepdim=False):
    return Bounded(a.value.amax(dims, keepdim), a.bound.amax(dims, keepdim))


# ------------------------------------------------------------------------------------------------------------- choices

def compare_with(a, b):
    error = bound_of(a) + bound_of(b)
    close = ((value_of(a) - value_of(b)).abs() <= 2 * torch.as_tensor(error) * F32_ROUNDOFF) & (torch.as_tensor(error) > 0)
    if close.any():
        raise Ambiguous()


def comparison_rule(name):
    for overload in ("Tensor", "Scalar"):
        op = getattr(getattr(aten, name), overload)

        @rule(op)
        def body(a, b, op=op):
            compare_with(a, b)
            return op(value_of(a), value_of(b))


for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    comparison_rule(_name)


@rule(aten.where.self, aten.where.ScalarOther, aten.where.ScalarSelf, aten.where.Scalar)
def where(condition, a, b):
    bounds = [torch.as_tensor(bound_of(x), dtype=torch.float64) for x in (a, b)]
    values = [torch.as_tensor(value_of(x), dtype=torch.float64) for x in (a, b)]
    return Bounded(torch.where(condition, *values), torch.where(condition, *bounds))


@rule(aten.maximum.default)
def maximum(a, b):
    return Bounded(torch.maximum(value_of(a), value_of(b)), torch.maximum(bound_of(a), bound_of(b)))


@rule(aten.maximum.out)
def maximum_out(a, b, out):
    return copy_(out, maximum(a, b))


# ------------------------------------------------------------------------------------------------------ moving elements

def moving_rule(op):
    """Bounds go where their values go."""
    @rule(op)
    def body(*args, **kwargs):
        values = op(*tree_map_only(Bounded, lambda x: x.value, args), **kwargs)
        bounds = op(*tree_map_only(Bounded, lambda x: x.bound, args), **kwargs)
        return Bounded(values, bounds)


for _op in (aten.t.default, aten.transpose.int, aten.permute.default, aten.view.default, aten._unsafe_view.default,
            aten.reshape.default, aten.expand.default, aten.squeeze.dim, aten.squeeze.dims, aten.unsqueeze.default,
            aten.slice.Tensor, aten.select.int, aten.slice_backward.default, aten.select_backward.default,
            aten.gather.default, aten.index.Tensor, aten.clone.default, aten.detach.default, aten.alias.default,
            aten.cat.default, aten.constant_pad_nd.default, aten.select_scatter.default, aten.slice_scatter.default):
    moving_rule(_op)


@rule(aten.index_put.default)
def index_put(a, indices, values, accumulate=False):
    error = aten.index_put(bound_of(a), indices, bound_of(values), accumulate)
    if accumulate:
        sizes, ones = (value_of(values).abs(), torch.ones_like(value_of(values)))
        zeros = torch.zeros_like(value_of(a))
        error = error + additions(value_of(a), *(aten.index_put(zeros, indices, x, True) for x in (sizes, ones)))
    return Bounded(aten.index_put(value_of(a), indices, value_of(values), accumulate), error)


def additions(start, sizes, counts):
    """The rounding of as many additions as `counts` says, whose terms have `sizes` in all."""
    return counts * (start.abs() + sizes)


@rule(aten.scatter_add.default)
def scatter_add(a, dim, index, source):
    value, added = value_of(a), value_of(source)
    error = aten.scatter_add(torch.as_tensor(bound_of(a) + torch.zeros_like(value)), dim, index, bound_of(source) + torch.zeros_like(added))
    sizes, counts = (aten.scatter_add(torch.zeros_like(value), dim, index, x) for x in (added.abs(), torch.ones_like(added)))
    return Bounded(aten.scatter_add(value, dim, index, added), error + additions(value, sizes, counts))


@rule(aten.scatter.value, aten.scatter.src)
def scatter(a, dim, index, source):
    return Bounded(aten.scatter(a.value, dim, index, value_of(source)),
                   aten.scatter(a.bound, dim, index, bound_of(source) if isinstance(source, torch.Tensor) else 0.0))


@rule(aten._to_copy.default)
def to_copy(a, dtype=None, **_):
    return Bounded(a.value.clone(), a.bound.clone()) if dtype in (None, torch.float64) else a.value.to(dtype)


def filled_rule(op):
    @rule(op)
    def body(a, *args, **kwargs):
        value = op(value_of(a), *args, **kwargs)
        return exact(value)


for _op in (aten.zeros_like.default, aten.ones_like.default, aten.full_like.default, aten.empty_like.default,
            aten.new_zeros.default, aten.new_ones.default, aten.new_full.default, aten.new_empty.default):
    filled_rule(_op)


@rule(aten.copy_.default)
def copy_(a, b, non_blocking=False):
    a.value.copy_(value_of(b))
    a.bound.copy_(torch.as_tensor(bound_of(b), dtype=torch.float64))
    return a


@rule(aten.fill_.Scalar, aten.fill_.Tensor)
def fill_(a, number):
    a.value.fill_(value_of(number))
    a.bound.fill_(0.0)
    return a


@rule(aten.zero_.default)
def zero_(a):
    return fill_(a, 0.0)


# ------------------------------------------------------------------------------------------------------------- losses

@rule(aten.binary_cross_entropy_with_logits.default)
def bce_with_logits(x, t, weight=None, pos_weight=None, reduction=0):
    assert weight is None and pos_weight is None and reduction == 0
    logits, target = value_of(x), value_of(t)
    value = torch.nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    tail = torch.log1p((-logits.abs()).exp())
    # max(x, 0) - x t + log1p(e^-|x|): its parts may cancel.
    error = scaled(bound_of(x), logits.sigmoid() - target) + 3 * (logits.abs() + (logits * target).abs())
    return finish(value, error + (2 * FUNCTION_ULPS) * tail)


@rule(aten.binary_cross_entropy_backward.default)
def bce_backward(gradient, x, t, weight=None, reduction=1):
    assert weight is None and reduction == 0 and not bound_of(x).any()
    slope = (value_of(x) - value_of(t)) / (value_of(x) * (1 - value_of(x))).clamp(min=1e-12)
    return finish(gradient.value * slope, scaled(gradient.bound, slope), 5)
