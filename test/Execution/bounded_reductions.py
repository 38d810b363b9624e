"""Bounds (see bounded.py) of PyTorch's reductions and of what rearranges elements. Importing this registers them."""
import torch

from bounded import (Bounded, FUNCTION_ULPS, PLAIN, absolute, amax, copy_, div, exact, finish, function_rule, mean_dims, moving_rule, mul,
                     pow_scalar, rule, scaled, sqrt, sub, sum_over)

aten = torch.ops.aten

PLAIN |= {aten.argmin.default}

for _op in (aten.flip.default, aten.repeat.default, aten.as_strided.default):
    moving_rule(_op)


def several_rule(op):
    """Bounds go where their values go, to several results."""
    @rule(op)
    def body(a, *args, **kwargs):
        return [Bounded(value, bound) for value, bound in zip(op(a.value, *args, **kwargs), op(a.bound, *args, **kwargs))]


for _op in (aten.split.Tensor, aten.split_with_sizes.default, aten.unbind.int):
    several_rule(_op)


@rule(aten.amin.default)
def amin(a, dims=(), keepdim=False):
    return Bounded(a.value.amin(dims, keepdim), a.bound.amax(dims, keepdim))


@rule(aten.cumsum.default)
def cumsum(a, dim, dtype=None):
    along = [-1 if d == dim % a.value.dim() else 1 for d in range(a.value.dim())]
    additions = torch.arange(a.value.shape[dim], dtype=torch.float64).reshape(along)
    return Bounded(a.value.cumsum(dim), a.bound.cumsum(dim) + additions * a.value.abs().cumsum(dim))


@rule(aten.prod.dim_int)
def prod_over(a, dim, keepdim=False, dtype=None):
    parts, bounds = a.value.unbind(dim), a.bound.unbind(dim)
    total, error = parts[0], bounds[0]
    for part, bound in zip(parts[1:], bounds[1:]):
        total, error = total * part, scaled(error, part) + scaled(bound, total)
    result = finish(total, error, len(parts) - 1)
    return Bounded(result.value.unsqueeze(dim), result.bound.unsqueeze(dim)) if keepdim else result


@rule(aten.prod.default)
def prod_all(a, dtype=None):
    return prod_over(Bounded(a.value.reshape(-1), a.bound.reshape(-1)), 0)


function_rule(aten.rsqrt.default, lambda x, y: 0.5 * y / x, FUNCTION_ULPS)


@rule(aten.var.correction)
def var(a, dims=None, correction=1, keepdim=False):
    dims = list(dims) if dims else list(range(a.value.dim()))
    mean = mean_dims(a, dims, True)
    total = sum_over(mul(sub(a, mean), sub(a, mean)), dims, keepdim)
    elements = a.value.numel() // mean.value.numel()
    return div(total, max(0.0, elements - correction))


@rule(aten.std.correction)
def std(a, dims=None, correction=1, keepdim=False):
    return sqrt(var(a, dims, correction, keepdim))


@rule(aten.linalg_vector_norm.default)
def vector_norm(a, p=2, dims=None, keepdim=False, dtype=None):
    dims = list(dims) if dims else list(range(a.value.dim()))
    if p == 0:
        return exact((a.value != 0).double().sum(dims, keepdim))
    if p in (float("inf"), -float("inf")):
        return amax(absolute(a), dims, keepdim) if p > 0 else amin(absolute(a), dims, keepdim)
    if p in (1, 2):
        return sum_over(absolute(a), dims, keepdim) if p == 1 else sqrt(sum_over(mul(a, a), dims, keepdim))
    return pow_scalar(sum_over(pow_scalar(absolute(a), p), dims, keepdim), 1 / p)


@rule(aten.pow_.Scalar)
def pow_in_place(a, exponent):
    return copy_(a, pow_scalar(Bounded(a.value.clone(), a.bound.clone()), exponent))


@rule(aten.cumprod.default)
def cumprod(a, dim, dtype=None):
    steps = [prod_over(Bounded(a.value.narrow(dim, 0, n), a.bound.narrow(dim, 0, n)), dim) for n in range(1, a.value.shape[dim] + 1)]
    return Bounded(torch.stack([step.value for step in steps], dim), torch.stack([step.bound for step in steps], dim))
