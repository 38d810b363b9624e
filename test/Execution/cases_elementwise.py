"""Arithmetic, activations, comparisons and selection: one small model an operator, and all special values."""
import numpy as np
import torch
import torch.nn.functional as F

from twin import Batch, Case, Outcome, batches, linear, model, mse, reduced, shapes_of

# name, mimo step, PyTorch, width, and how to keep its argument inside the domain: (in mimo, in PyTorch).
IDENTITY = ("{0}", lambda x: x)
SMALL = ("tanh({0})", torch.tanh)
POSITIVE = ("abs({0}) + 0.25", lambda x: x.abs() + 0.25)
UNARY = [
    ("relu", "relu", torch.relu, 7, IDENTITY),
    ("sigmoid", "sigmoid", torch.sigmoid, 10, IDENTITY),
    ("tanh", "tanh", torch.tanh, 17, IDENTITY),
    ("elu", "elu", F.elu, 33, IDENTITY),
    ("elu_alpha", "elu(alpha = 0.3)", lambda x: F.elu(x, 0.3), 10, IDENTITY),
    ("elu_by_position", "elu(2)", lambda x: F.elu(x, 2.0), 3, IDENTITY),
    ("exp", "exp", torch.exp, 7, IDENTITY),
    ("log", "log", torch.log, 10, POSITIVE),
    ("sqrt", "sqrt", torch.sqrt, 17, POSITIVE),
    ("abs", "abs", torch.abs, 3, IDENTITY),
    ("sign", "sign", torch.sign, 10, IDENTITY),
    ("neg", "neg", torch.neg, 1, IDENTITY),
    ("pow_0", "pow(0)", lambda x: x ** 0, 3, IDENTITY),
    ("pow_1", "pow(1)", lambda x: x ** 1, 3, IDENTITY),
    ("pow_2", "pow(2)", lambda x: x ** 2, 33, IDENTITY),
    ("pow_3", "pow(3)", lambda x: x ** 3, 10, IDENTITY),
    ("pow_7", "pow(exponent = 7)", lambda x: x ** 7, 7, SMALL),
    ("pow_16", "pow(16)", lambda x: x ** 16, 3, SMALL),
    ("pow_half", "pow(0.5)", lambda x: x ** 0.5, 17, POSITIVE),
    ("pow_fraction", "pow(2.5)", lambda x: x ** 2.5, 7, POSITIVE),
    ("pow_inverse", "pow(-1)", lambda x: x ** -1.0, 10, POSITIVE),
    ("pow_negative", "pow(-3)", lambda x: x ** -3.0, 3, POSITIVE),
    ("pow_negative_fraction", "pow(-1.5)", lambda x: x ** -1.5, 3, POSITIVE),
]


def unary_case(name, step, function, width, domain):
    in_mimo, in_torch = domain
    source = model("Unary", f"input x: f32[batch, {width}]", f"target t: f32[batch, {width}]",
                   f"head direct = {in_mimo.format('x')} -> {step}",
                   f"trunk h = x -> linear({width})",
                   f"head through = {in_mimo.format('h')} -> {step}",
                   "loss fit = mse(through, t)", "minimize fit", "optimizer sgd(lr = 0.05)")

    def twin(p, d):
        through = function(in_torch(linear(p, "h", d["x"])))
        return Outcome({"direct": function(in_torch(d["x"])), "through": through},
                       {"fit": reduced(mse, through, d["t"])})

    def draw(random, rows):
        return {"x": random.normal(rows, width), "t": random.normal(rows, width)}

    return Case(name, source, shapes_of("h", width, width), twin, batches(draw, 1, 3, 8, 17), {"fit": 1.0},
                lambda tensors: torch.optim.SGD(tensors, lr=0.05))


SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 1e-45, -1e-45, 1e-39, -1e-39, 1.1754944e-38,
                    3.4028235e38, -3.4028235e38, 88.0, -87.0, 20.0, -20.0, 0.5, 2.0, -104.0, 105.0, 1e-20, 1e20,
                    7.0, 9.5, -9.5, 0.7, 1.5, -0.3], np.float32)


def nan_through(function):
    """PyTorch's sign of NaN is 0; here NaN passes through every operator."""
    return lambda x: torch.where(x.isnan(), x, function(x))


def special_values():
    heads = {"h_relu": ("relu(x)", torch.relu), "h_sigmoid": ("sigmoid(x)", torch.sigmoid),
             "h_tanh": ("tanh(x)", torch.tanh), "h_exp": ("exp(x)", torch.exp), "h_log": ("log(x)", torch.log),
             "h_sqrt": ("sqrt(x)", torch.sqrt), "h_abs": ("abs(x)", torch.abs),
             "h_sign": ("sign(x)", nan_through(torch.sign)), "h_neg": ("-x", torch.neg), "h_elu": ("elu(x)", F.elu),
             "h_square": ("x ** 2", torch.square), "h_inverse": ("1 / x", lambda x: 1 / x),
             "h_double": ("x + x", lambda x: x + x), "h_difference": ("x - x", lambda x: x - x),
             "h_is_nan": ("select(isnan(x), 1.0, 0.0)", lambda x: x.isnan().double()),
             "h_less": ("select(x < 1, 1.0, 0.0)", lambda x: (x < 1).double()),
             "h_at_least": ("select(x >= 1, 1.0, 0.0)", lambda x: (x >= 1).double()),
             "h_equal": ("select(x == x, 1.0, 0.0)", lambda x: (x == x).double()),
             "h_unequal": ("select(x != x, 1.0, 0.0)", lambda x: (x != x).double())}
    source = model("Special", "input x: f32[batch, 3]", *(f"head {name} = {text}" for name, (text, _) in heads.items()))

    def twin(p, d):
        return Outcome({name: function(d["x"]) for name, (_, function) in heads.items()})

    draw = lambda random, rows: {"x": np.resize(SPECIAL, (rows, 3))}
    return Case("special_values", source, {}, twin, [Batch("b10", 10, draw)], vjp=False)


# ------------------------------------------------------------------------------------------------------- binary

def binary_case(name, inputs, heads, rows=(1, 5, 8, 33)):
    """`inputs`: name -> shape below the batch; `heads`: name -> (mimo, PyTorch of the data). No weights: the gradients
    are those of the inputs."""
    declared = [f"input {x}: f32[{', '.join(['batch', *map(str, shape)])}]" for x, shape in inputs.items()]
    source = model("Arithmetic", *declared, *(f"head {head} = {text}" for head, (text, _) in heads.items()))

    def twin(p, d):
        return Outcome({head: function(**d) for head, (_, function) in heads.items()})

    def draw(random, n):
        return {x: random.uniform(n, *shape, low=0.5, high=2.0) * np.sign(random.normal(n, *shape)).astype(np.float32)
                for x, shape in inputs.items()}

    return Case(name, source, {}, twin, batches(draw, *rows))


def arithmetic():
    yield binary_case("same_shape", {"x": (10,), "y": (10,)}, {
        "plus": ("x + y", lambda x, y: x + y), "minus": ("x - y", lambda x, y: x - y),
        "times": ("x * y", lambda x, y: x * y), "over": ("x / y", lambda x, y: x / y),
        "called": ("add(x, y) + sub(x, y) * mul(x, y) - div(x, y)", lambda x, y: (x + y) + (x - y) * (x * y) - x / y)})
    yield binary_case("column", {"x": (7,), "c": (1,)}, {
        "plus": ("x + c", lambda x, c: x + c), "minus": ("c - x", lambda x, c: c - x),
        "times": ("c * x", lambda x, c: c * x), "over": ("x / c", lambda x, c: x / c),
        "under": ("c / x", lambda x, c: c / x)})
    yield binary_case("numbers", {"x": (3,)}, {
        "a": ("2 * x + 1", lambda x: 2 * x + 1), "b": ("1 - x / 4", lambda x: 1 - x / 4),
        "c": ("0.1 / x", lambda x: 0.1 / x), "d": ("-x ** 2", lambda x: -x ** 2),
        "e": ("(x + 0.3) * (x - 0.7) * -1.5", lambda x: (x + 0.3) * (x - 0.7) * -1.5),
        "f": ("2 ** 3 * x - 7 // 2 + 7 % 4", lambda x: 8 * x - 3 + 3),
        "g": ("x * 1e-3 + 1 / 3", lambda x: x * 1e-3 + 1 / 3)})
    yield binary_case("row_without_batch", {"x": (10,), "y": (10,)}, {
        "centred": ("x - mean(x, axis = 0)", lambda x, y: x - x.mean(0)),
        "scaled": ("x * sum(y, axis = 0)", lambda x, y: x * y.sum(0)),
        "kept": ("x / sum(y * y, axis = 0, keepdim = true)", lambda x, y: x / (y * y).sum(0, keepdim=True)),
        "by_number": ("x * mean(y)", lambda x, y: x * y.mean())})
    yield binary_case("rank_3", {"x": (2, 3), "y": (1, 3), "z": (2, 1)}, {
        "a": ("x + y", lambda x, y, z: x + y), "b": ("x * z", lambda x, y, z: x * z),
        "outer": ("y / z", lambda x, y, z: y / z), "c": ("x - y * z", lambda x, y, z: x - y * z)})
    yield binary_case("rank_4", {"x": (2, 3, 5), "y": (2, 1, 1), "z": (1, 3, 1)}, {
        "a": ("x * y + z", lambda x, y, z: x * y + z), "b": ("z - x / y", lambda x, y, z: z - x / y)}, rows=(1, 3))
    yield binary_case("fork", {"x": (17,)}, {
        "many": ("x * x + x * x * x - x / (1 + x * x)", lambda x: x * x + x * x * x - x / (1 + x * x)),
        "shared": ("tanh(x) * sigmoid(x) + tanh(x)", lambda x: torch.tanh(x) * torch.sigmoid(x) + torch.tanh(x))})


def logic():
    yield binary_case("comparisons", {"x": (10,), "y": (10,)}, {
        "eq": ("select(x == y, x, -x)", lambda x, y: torch.where(x == y, x, -x)),
        "ne": ("select(x != y, x, y)", lambda x, y: torch.where(x != y, x, y)),
        "lt": ("select(x < y, x, y)", lambda x, y: torch.where(x < y, x, y)),
        "le": ("select(x <= y, x, 2 * y)", lambda x, y: torch.where(x <= y, x, 2 * y)),
        "gt": ("select(x > y, x, y)", lambda x, y: torch.where(x > y, x, y)),
        "ge": ("select(x >= y, x, 3 * y)", lambda x, y: torch.where(x >= y, x, 3 * y))})
    yield binary_case("logic", {"x": (7,), "y": (7,)}, {
        "both": ("select(x > 0 and y > 0, x * y, x - y)", lambda x, y: torch.where((x > 0) & (y > 0), x * y, x - y)),
        "either": ("select(x > 0 or y > 1, x, y)", lambda x, y: torch.where((x > 0) | (y > 1), x, y)),
        "neither": ("select(not (x > 0 or y > 1), x, y)", lambda x, y: torch.where(~((x > 0) | (y > 1)), x, y)),
        "mixed": ("select(not x > 0 and (y < 1 or x < -1), 0, x ** 2)",
                  lambda x, y: torch.where(~(x > 0) & ((y < 1) | (x < -1)), 0.0, x ** 2)),
        "called": ("select(ge(x, y), x, select(lt(x, 0.5), y, 1))", lambda x, y: torch.where(x >= y, x, torch.where(x < 0.5, y, 1.0))),
        "called_too": ("select(eq(x, y), 0, select(ne(x, x), 1, select(gt(x, 0), x, select(le(y, x), y, -y))))",
                       lambda x, y: torch.where(x == y, 0.0, torch.where(x > 0, x, torch.where(y <= x, y, -y)))),
        "not_nan": ("select(x > y and not isnan(x), x, 1)",
                   lambda x, y: torch.where((x > y) & ~x.isnan(), x, 1.0))})
    yield binary_case("select_broadcast", {"x": (5,), "c": (1,), "d": (1,)}, {
        "condition": ("select(c > 0, x, 2 * x)", lambda x, c, d: torch.where(c > 0, x, 2 * x)),
        "choices": ("select(x > 0, c, d)", lambda x, c, d: torch.where(x > 0, c, d)),
        "numbers": ("select(x > 1, 1.0, 0.5) * x", lambda x, c, d: torch.where(x > 1, 1.0, 0.5).double() * x)})
    yield masked_nan()
    yield integers()


def masked_nan():
    """NaN that a select leaves out spoils neither values nor gradients."""
    source = model("Masked", "input x: f32[batch, 3]", "input y: f32[batch, 3]",
                   "head clean = select(isnan(x), y, x)", "head product = select(isnan(x), 0, x) * y")

    def twin(p, d):
        x, y = d["x"], d["y"]
        return Outcome({"clean": torch.where(x.isnan(), y, x), "product": torch.where(x.isnan(), 0.0, x) * y})

    def draw(random, rows):
        x = random.normal(rows, 3)
        x[random.uniform(rows, 3) < 0.4] = np.nan
        return {"x": x, "y": random.normal(rows, 3)}

    return Case("masked_nan", source, {}, twin, batches(draw, 2, 9))


def integers():
    source = model("Integers", "input k: i32[batch, 4]", "input m: i64[batch, 4]", "input x: f32[batch, 4]",
                   "head a = select(k == 2, x, 0)", "head b = select(m < 0 or m >= 3, x, -x)",
                   "head c = select(k + 1 > 2 * k, x, x * x)", "head d = select(k != 0 and m != 1, x, 1)",
                   "head e = select(3 - k <= k * k, x, 2)")

    def twin(p, d):
        k, m, x = d["k"], d["m"], d["x"]
        return Outcome({"a": torch.where(k == 2, x, 0.0), "b": torch.where((m < 0) | (m >= 3), x, -x),
                        "c": torch.where(k + 1 > 2 * k, x, x * x), "d": torch.where((k != 0) & (m != 1), x, 1.0),
                        "e": torch.where(3 - k <= k * k, x, 2.0)})

    def draw(random, rows):
        return {"k": random.integers(rows, 4, low=-3, high=4, dtype=np.int32),
                "m": random.integers(rows, 4, low=-3, high=5), "x": random.normal(rows, 4)}

    return Case("integers", source, {}, twin, batches(draw, 1, 11))


GROUPS = {
    "unary": [unary_case(*row) for row in UNARY] + [special_values()],
    "arithmetic": list(arithmetic()),
    "logic": list(logic()),
}
