"""Functions, activations and choices of the elementwise family: many heads a case, each with an input of its own."""
import numpy as np
import torch
import torch.nn.functional as F

from cases_elementwise import binary_case
from twin import Batch, Case, Outcome, batches, linear, model, mse, reduced, shapes_of

def hardsigmoid(x):
    """PyTorch's own gradient in f64 is 1/6 rounded to f32."""
    return F.relu6(x + 3) / 6


# head: (mimo, PyTorch) of x, whose absolute values lie in [0.5, 2].
ANALYSIS = {
    "a_log1p": ("log1p(x / 2.5)", lambda x: torch.log1p(x / 2.5)), "a_expm1": ("x -> expm1", torch.expm1),
    "a_exp2": ("x -> exp2", torch.exp2), "a_log2": ("abs(x) -> log2", lambda x: torch.log2(x.abs())),
    "a_log10": ("abs(x) -> log10", lambda x: torch.log10(x.abs())), "a_square": ("x -> square", torch.square),
    "a_rsqrt": ("abs(x) -> rsqrt", lambda x: torch.rsqrt(x.abs())), "a_reciprocal": ("x -> reciprocal", torch.reciprocal),
    "a_erf": ("x -> erf", torch.erf), "a_erfc": ("x -> erfc", torch.erfc)}
ANGLES = {
    "b_sin": ("sin(8 * x)", lambda x: torch.sin(8 * x)), "b_cos": ("cos(8 * x)", lambda x: torch.cos(8 * x)),
    "b_tan": ("tan(x / 2)", lambda x: torch.tan(x / 2)), "b_asin": ("asin(x / 4)", lambda x: torch.asin(x / 4)),
    "b_acos": ("acos(x / 4)", lambda x: torch.acos(x / 4)), "b_atan": ("x -> atan", torch.atan),
    "b_sinh": ("x -> sinh", torch.sinh), "b_cosh": ("x -> cosh", torch.cosh), "b_asinh": ("x -> asinh", torch.asinh),
    "b_acosh": ("acosh(abs(x) + 1)", lambda x: torch.acosh(x.abs() + 1)), "b_atanh": ("atanh(x / 4)", lambda x: torch.atanh(x / 4))}
PIECES = {
    "c_relu6": ("relu6(4 * x)", lambda x: F.relu6(4 * x)), "c_hardtanh": ("x -> hardtanh", F.hardtanh),
    "c_hardtanh_bounds": ("hardtanh(x, min_val = -0.75, max_val = 1.5)", lambda x: F.hardtanh(x, -0.75, 1.5)),
    "c_leaky": ("x -> leaky_relu", F.leaky_relu), "c_leaky_slope": ("x -> leaky_relu(slope = 0.25)", lambda x: F.leaky_relu(x, 0.25)),
    "c_threshold": ("x -> threshold(0.75, 20)", lambda x: F.threshold(x, 0.75, 20.0)),
    "c_hardsigmoid": ("hardsigmoid(2 * x)", lambda x: hardsigmoid(2 * x)), "c_hardswish": ("hardswish(2 * x)", lambda x: F.hardswish(2 * x)),
    "c_hardshrink": ("x -> hardshrink(1.25)", lambda x: F.hardshrink(x, 1.25)),
    "c_softshrink": ("x -> softshrink(lambd = 1.25)", lambda x: F.softshrink(x, 1.25)),
    "c_clamp": ("x -> clamp(-0.75, 1.25)", lambda x: x.clamp(-0.75, 1.25)), "c_clamp_min": ("x -> clamp(min = 0.75)", lambda x: x.clamp(min=0.75)),
    "c_clamp_max": ("x -> clamp(max = 0.75)", lambda x: x.clamp(max=0.75)),
    "c_floor": ("floor(x) * x", lambda x: torch.floor(x) * x), "c_ceil": ("ceil(x) * x", lambda x: torch.ceil(x) * x),
    "c_round": ("round(x) * x", lambda x: torch.round(x) * x), "c_trunc": ("trunc(x) * x", lambda x: torch.trunc(x) * x)}
SMOOTH = {
    "d_celu": ("x -> celu(0.75)", lambda x: F.celu(x, 0.75)), "d_selu": ("x -> selu", F.selu), "d_logsigmoid": ("x -> logsigmoid", F.logsigmoid),
    "d_softsign": ("x -> softsign", F.softsign), "d_softplus": ("x -> softplus", F.softplus),
    "d_softplus_beta": ("x -> softplus(beta = 3, threshold = 2)", lambda x: F.softplus(x, 3, 2)),
    "d_silu": ("x -> silu", F.silu), "d_mish": ("x -> mish", F.mish), "d_gelu": ("x -> gelu", F.gelu),
    "d_gelu_tanh": ("x -> gelu(approximate = tanh)", lambda x: F.gelu(x, approximate="tanh")),
    "d_gelu_none": ("gelu(x, \"none\")", F.gelu), "d_tanhshrink": ("x -> tanhshrink", F.tanhshrink)}


def heads_case(name, heads):
    """Head i reads input i."""
    inputs = {f"x{i}": (5,) for i in range(len(heads))}
    mimo = lambda text, x: text.replace("x ->", f"{x} ->").replace("(x", f"({x}").replace(" * x", f" * {x}")
    rewritten = {head: (mimo(text, f"x{i}"), lambda i=i, f=f, **d: f(d[f"x{i}"]))
                 for i, (head, (text, f)) in enumerate(heads.items())}
    return binary_case(name, inputs, rewritten, rows=(1, 9))


def two_tensors():
    yield binary_case("power", {"x": (5,), "y": (5,), "c": (1,)}, {
        "both": ("abs(x) ** y", lambda x, y, c: x.abs() ** y), "base": ("2 ** y", lambda x, y, c: 2.0 ** y),
        "column": ("pow(abs(c), x)", lambda x, y, c: c.abs() ** x), "whole": ("x ** round(y)", lambda x, y, c: x ** y.round())})
    yield binary_case("extrema", {"x": (5,), "y": (5,), "c": (1,)}, {
        "most": ("maximum(x, y)", lambda x, y, c: torch.maximum(x, y)), "least": ("minimum(x, y)", lambda x, y, c: torch.minimum(x, y)),
        "column": ("maximum(x, c) * minimum(c, y)", lambda x, y, c: torch.maximum(x, c) * torch.minimum(c, y)),
        "number": ("minimum(x, 1) + maximum(0.75, x)", lambda x, y, c: x.clamp(max=1.0) + x.clamp(min=0.75))})
    yield ties()


def ties():
    """On a tie each side has half of the gradient; at the bounds of clamp it passes, at those of hardtanh it does not."""
    heads = {"most": ("maximum(x, y)", lambda x, y: torch.maximum(x, y)), "least": ("minimum(x, y)", lambda x, y: torch.minimum(x, y)),
             "clamped": ("clamp(x, -1, 1)", lambda x, y: x.clamp(-1, 1)), "bounded": ("hardtanh(y)", lambda x, y: F.hardtanh(y)),
             "swish": ("hardswish(x) + hardsigmoid(y)", lambda x, y: F.hardswish(x) + hardsigmoid(y)),
             "six": ("relu6(x) + leaky_relu(y)", lambda x, y: F.relu6(x) + F.leaky_relu(y)),
             "shrunk": ("hardshrink(x, 1) + softshrink(y, 1)", lambda x, y: F.hardshrink(x, 1.0) + F.softshrink(y, 1.0)),
             "power": ("x ** maximum(y, 0)", lambda x, y: x ** torch.maximum(y, torch.zeros(())))}
    case = binary_case("ties", {"x": (6,), "y": (6,)}, heads)
    values = np.array([0, 1, -1, 3, -3, 6], np.float32)
    draw = lambda random, rows: {"x": np.resize(values, (rows, 6)), "y": np.resize(np.roll(values, 1)[[1, 1, 3, 3, 5, 5]], (rows, 6))}
    case.batches[:] = [Batch("b2", 2, draw)]
    return case


SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 1e-45, -1e-45, 1e-39, -1e-39, 3.4028235e38, -3.4028235e38, 88.0,
                    -87.0, 0.5, -0.5, 1.5, 2.5, -1.5, 1e-20, 1e15, -1e22, 3.0, -3.0, 6.0, 7.25, -9.5, 104.0, -1000.0], np.float32)


def where_finite(function, low=0.0):
    """PyTorch's formulas give NaN (inf * 0) at the infinities; here the function has its limits there."""
    def limits(x):
        value = function(x)
        value = torch.where(x == torch.inf, torch.tensor(torch.inf), value)
        return torch.where(x == -torch.inf, torch.tensor(low), value)
    return limits


def special_functions():
    names = ["log1p", "expm1", "exp2", "log2", "log10", "rsqrt", "reciprocal", "square", "sin", "cos", "tan", "asin", "acos", "atan",
             "sinh", "cosh", "asinh", "acosh", "atanh", "erf", "erfc", "floor", "ceil", "round", "trunc"]
    heads = {f"h_{name}": (f"{name}(x)", getattr(torch, name)) for name in names}
    heads |= {f"h_{name}": (f"{name}(x)", getattr(F, name)) for name in
              ("relu6", "hardtanh", "leaky_relu", "hardsigmoid", "hardshrink", "softshrink", "celu", "selu", "logsigmoid", "softplus")}
    heads |= {f"h_{name}": (f"{name}(x)", where_finite(getattr(F, name))) for name in ("silu", "mish", "hardswish")}
    heads |= {"h_clamp": ("clamp(x, -1, 2)", lambda x: x.clamp(-1, 2)),
              "h_is_inf": ("select(isinf(x), 1.0, 0.0)", lambda x: x.isinf().double()),
              "h_is_finite": ("select(isfinite(x), 1.0, 0.0)", lambda x: x.isfinite().double()),
              "h_power": ("x ** (x - x + 3)", lambda x: x ** (x - x + 3)), "h_of_two": ("2 ** x", lambda x: 2.0 ** x),
              "h_root": ("x ** 0.5", lambda x: x ** 0.5), "h_large": ("x ** 21", lambda x: x ** 21)}
    source = model("Special", "input x: f32[batch, 3]", *(f"head {name} = {text}" for name, (text, _) in heads.items()))

    def twin(p, d):
        return Outcome({name: function(d["x"]) for name, (_, function) in heads.items()})

    draw = lambda random, rows: {"x": np.resize(SPECIAL, (rows, 3))}
    return Case("special_functions", source, {}, twin, [Batch("b10", 10, draw)], vjp=False)


def prelu_case(name, count, init):
    """A weight for all, or one for each of the channels (dimension 1), beside another layer's."""
    source = model("Prelu", "input x: f32[batch, 6]", "target t: f32[batch, 4]",
                   f"trunk h = x -> linear(4) -> prelu({init})", "head out = h -> linear(4)",
                   "loss fit = mse(out, t)", "minimize fit", "optimizer sgd(lr = 0.05)")

    def twin(p, d):
        h = F.prelu(F.linear(d["x"], p["h.0.weight"], p["h.0.bias"]), p["h.1.weight"])
        out = linear(p, "out", h)
        return Outcome({"out": out}, {"fit": reduced(mse, out, d["t"])})

    def draw(random, rows):
        return {"x": random.normal(rows, 6), "t": random.normal(rows, 4)}

    shapes = {"h.0.weight": (4, 6), "h.0.bias": (4,), "h.1.weight": (count,), **shapes_of("out", 4, 4)}
    return Case(name, source, shapes, twin, batches(draw, 1, 9), {"fit": 1.0}, lambda tensors: torch.optim.SGD(tensors, lr=0.05))


GROUPS = {
    "functions": [heads_case("analysis", ANALYSIS), heads_case("angles", ANGLES), special_functions()],
    "activations": [heads_case("pieces", PIECES), heads_case("smooth", SMOOTH), *two_tensors(),
                    prelu_case("prelu_one", 1, ""), prelu_case("prelu_channels", 4, "num_parameters = 4, init = constant(0.1)")],
}
