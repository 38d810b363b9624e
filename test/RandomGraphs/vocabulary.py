"""What random graphs are made of: a new operator is one more line here, under the name that it has in the dialect.

{0}, {1} stand for values. A domain is kept by writing it: the logarithm is taken of abs({0}) + 0.5. Numbers that would be
ties at a kink are avoided by the data, which are drawn from continuous distributions.
"""
import pathlib
import re

DIALECT = pathlib.Path(__file__).resolve().parent.parent.parent / "dialects" / "mimo" / "Ops"

# Shape-preserving steps of one value: "x -> step".
STEPS = {
    "tanh": ["tanh"], "relu": ["relu"], "sigmoid": ["sigmoid"], "elu": ["elu", "elu(alpha = 0.5)"], "abs": ["abs"], "neg": ["neg"],
    "softmax": ["softmax"], "relu6": ["relu6"], "hardtanh": ["hardtanh", "hardtanh(-0.5, 0.75)"], "leaky_relu": ["leaky_relu(0.1)"],
    "threshold": ["threshold(0.1, 0.5)"], "hardsigmoid": ["hardsigmoid"], "hardswish": ["hardswish"], "hardshrink": ["hardshrink"],
    "softshrink": ["softshrink(0.25)"], "celu": ["celu(0.5)"], "selu": ["selu"], "tanhshrink": ["tanhshrink"], "logsigmoid": ["logsigmoid"],
    "softsign": ["softsign"], "softplus": ["softplus", "softplus(beta = 2, threshold = 5)"], "silu": ["silu"], "mish": ["mish"],
    "gelu": ["gelu", "gelu(approximate = tanh)"], "sin": ["sin"], "cos": ["cos"], "atan": ["atan"], "asinh": ["asinh"], "erf": ["erf"],
    "erfc": ["erfc"], "log_softmax": ["log_softmax"], "softmin": ["softmin"], "l2_normalize": ["l2_normalize"],
    "cumsum": ["cumsum(axis = -1)", "cumsum(axis = -1, exclusive = true)", "cumsum(axis = -1, reverse = true)"],
    "flip": ["flip(axis = -1)"], "clamp": ["clamp(-0.75, 0.5)", "clamp(min = -0.25)", "clamp(max = 0.25)"],
}

# Shape-preserving steps with weights, for a binding of a value of rank 2 and more.
LAYERS = {"layernorm": ["layernorm", "layernorm(affine = false)", "layernorm(bias = false, eps = 1e-3)"],
          "rmsnorm": ["rmsnorm(eps = 1e-3)"], "prelu": ["prelu"],
          "batchnorm": ["batchnorm(eps = 1e-2)", "batchnorm(affine = false, eps = 0.1)", "batchnorm(momentum = none, eps = 1e-2)", "batchnorm(momentum = 0.5, eps = 0.1)"]}

# Shape-preserving expressions of one value.
EXPRESSIONS = {
    "exp": ["exp(tanh({0}))"], "log": ["log(abs({0}) + 0.5)"], "sqrt": ["sqrt(abs({0}) + 0.25)"],
    "pow": ["tanh({0}) ** 3", "(abs({0}) + 1) ** -0.5", "tanh({0}) ** 2"], "div": ["1 / (1 + {0} * {0})"], "sign": ["{0} * sign({0})"],
    "isnan": ["select(isnan({0}), 0.0, {0})"], "mul": ["0.5 * {0} - 0.25"], "sub": ["2 - {0}"], "square": ["square({0})"],
    "rsqrt": ["rsqrt(abs({0}) + 0.5)"], "reciprocal": ["reciprocal(abs({0}) + 1)"], "exp2": ["exp2(tanh({0}))"], "expm1": ["expm1(tanh({0}))"],
    "log2": ["log2(abs({0}) + 0.5)"], "log10": ["log10(abs({0}) + 0.5)"], "log1p": ["log1p(abs({0}))"], "tan": ["tan(tanh({0}))"],
    "asin": ["asin(0.9 * tanh({0}))"], "acos": ["acos(0.9 * tanh({0}))"], "sinh": ["sinh(tanh({0}))"], "cosh": ["cosh(tanh({0}))"],
    "acosh": ["acosh(abs({0}) + 1.5)"], "atanh": ["atanh(0.9 * tanh({0}))"], "floor": ["{0} * floor({0})"], "ceil": ["{0} - ceil({0})"],
    "trunc": ["{0} * trunc({0})"], "round": ["{0} - round({0})"], "isinf": ["select(isinf({0}), 0.0, {0})"],
    "isfinite": ["select(isfinite({0}), {0}, 0.0)"],
    "detach": ["{0} * detach({0})", "detach(tanh({0})) - {0}"], "float": ["{0} * float({0} > 0.25)", "{0} * float({0})"], "reshape": [], "squeeze": [], "unsqueeze": [],
}

# Of two values that broadcast.
BINARY = {"add": ["{0} + {1}"], "sub": ["{0} - {1}"], "mul": ["{0} * {1}"], "div": ["{0} / (1 + {1} ** 2)"],
          "maximum": ["maximum({0}, {1})"], "minimum": ["minimum({0}, {1})"], "power": ["(abs({0}) + 0.5) ** tanh({1})"]}

# Conditions of two values that broadcast.
CONDITIONS = {"gt": ["{0} > {1}", "{0} > 0.25"], "le": ["{0} <= {1}"], "not": ["not ({0} < {1})"], "and": ["{0} > 0 and {1} < 1"],
              "or": ["{0} < -0.5 or {1} >= 0.5"], "any": ["{0} > {1} and any({0} > 1)"], "all": ["{0} > {1} or all({1} < 2)"], "isnan": ["not isnan({0}) and {0} > {1}"]}

# Reductions over axes: "name(x, axis = ..., keepdim = ...)", with what else they take, from two elements on where it says so.
REDUCTIONS = {"sum": [""], "mean": [""], "max": [""], "min": [""], "logsumexp": [""], "norm": ["", ", p = 1", ", p = 3", ", p = inf"],
              "variance": [", correction = 0"], "std": [", correction = 0"], "prod": [""]}

# Products of one value [batch, ..., m, n]: (call, least rank, shape of the result).
PRODUCTS = {
    "linear": [("{0} -> linear(3, axis = -1)", 2, lambda s: (*s[:-1], 3))], "dot": [("dot({0}, tanh({0}))", 2, lambda s: s[:-1])],
    "outer": [("outer(tanh({0}), {0})", 2, lambda s: (*s, s[-1]))],
    "bilinear": [("{0} -> bilinear(tanh({0}), 2)", 2, lambda s: (*s[:-1], 2))],
    "matmul": [("matmul({0}, mean({0}, axis = 0), false, true)", 3, lambda s: (*s[:-1], s[-2])),
               ("matmul({0}, tanh({0}), transpose_b = true)", 3, lambda s: (*s[:-1], s[-2])),
               ("matmul({0}, tanh({0}), transpose_a = true)", 3, lambda s: (*s[:-2], s[-1], s[-1]))],
    "einsum": [('einsum("...i,...j->...ji", {0}, tanh({0}))', 2, lambda s: (*s, s[-1])),
               ('einsum("...ii->...i", outer({0}, tanh({0})))', 2, lambda s: s),
               ('einsum("...ij,...kj->...k", {0}, tanh({0}))', 3, lambda s: s[:-1])],
    "attention": [("attention({0}, {0}, {0})", 3, lambda s: s), ("attention({0}, tanh({0}), {0}, causal = true, scale = 0.5)", 3, lambda s: s),
                  ("attention(tanh({0}), {0}, {0}, dropout = 0.5)", 3, lambda s: s),
                  ("attention({0}, {0}, tanh({0}), mask = sum({0}, axis = -1, keepdim = true) > 0)", 3, lambda s: s)],
    "attention_weights": [("attention_weights({0}, {0}, causal = true)", 3, lambda s: (*s[:-1], s[-2]))],
}

# Losses of a prediction and a target of one shape, element by element: (call, how the target is drawn).
ELEMENTWISE_LOSSES = {
    "mse": [("mse({0}, {1})", "y")], "l1": [("l1({0}, {1})", "y")],
    "smooth_l1": [("smooth_l1({0}, {1})", "y"), ("smooth_l1({0}, {1}, beta = 0.5)", "y")],
    "bce_with_logits": [("bce_with_logits({0}, {1})", "u")], "huber": [("huber({0}, {1}, delta = 0.75)", "y")], "log_cosh": [("log_cosh({0}, {1})", "y")],
    "bce": [("bce(sigmoid({0}), {1})", "u")], "kl_divergence": [("kl_divergence({0}, {1})", "u"), ("kl_divergence({0}, {1}, log_target = true)", "y")],
    "poisson": [("poisson(tanh({0}), {1})", "u"), ("poisson(exp(tanh({0})), {1}, log_input = false)", "u")],
    "gaussian_nll": [("gaussian_nll({0}, {1}, exp(tanh({0})))", "y")], "hinge": [("hinge({0}, {1})", "s")],
    "hinge_embedding": [("hinge_embedding({0}, {1})", "s")], "focal": [("focal({0}, {1})", "u")],
}

# Losses of logits [batch, classes] and labels [batch]; {w} is a number for each class.
CLASS_LOSSES = {"cross_entropy": ["cross_entropy({0}, {1})", "cross_entropy({0}, {1}, weight = {w}, label_smoothing = 0.25)"],
                "nll": ["nll({0}, {1})", "nll({0}, {1}, weight = {w})"],
                "focal": ["focal({0}, {1})", "focal({0}, {1}, alpha = 0.5, gamma = 3)", "focal({0}, {1}, alpha = {w})"],
                "multi_margin": ["multi_margin({0}, {1})", "multi_margin({0}, {1}, p = 2)", "multi_margin({0}, {1}, weight = {w})"]}

# Losses of two or three values of one shape [batch, features], a loss a row; {t} is 1 or -1 a row.
PAIR_LOSSES = {"cosine_embedding": ["cosine_embedding({0}, {1}, {t})", "cosine_embedding({0}, {1}, {t}, margin = -0.25)"],
               "contrastive": ["contrastive({0}, {1})", "contrastive({0}, {1}, temperature = 0.5, symmetric = true)"],
               "triplet": ["triplet({0}, {1}, {2})", "triplet({0}, {1}, {2}, p = 1, swap = true)"]}

ELEMENTWISE_METRICS = {"mae": [("mae({0}, {1})", "y")], "mse": [("mse({0}, {1})", "y")], "rmse": [("rmse({0}, {1})", "y")], "r2": [("r2({0}, {1})", "y")],
                       "precision": [("precision({0}, {1})", "u"), ("precision({0}, {1}, threshold = 0.25, average = micro)", "u")],
                       "recall": [("recall({0}, {1})", "u")], "f1": [("f1({0}, {1})", "u")], "confusion": [("confusion({0}, {1})", "u")]}
CLASS_METRICS = {"accuracy": ["accuracy({0}, {1})"], "top_k": ["top_k({0}, {1}, k = 2)"], "confusion": ["confusion({0}, {1})"],
                 "precision": ["precision({0}, {1}, average = macro)"], "recall": ["recall({0}, {1}, class_index = 1)", "recall({0}, {1}, average = macro)"],
                 "f1": ["f1({0}, {1}, average = macro)", "f1({0}, {1}, average = micro)"]}
# These are made of sums that no clause reduces.
KEEP_STATES = {"rmse", "r2", "precision", "recall", "f1", "confusion"}

OPTIMIZERS = {
    "sgd": ["sgd(lr = 0.05)", "sgd(lr = 0.05, momentum = 0.9)", "sgd(lr = 0.02, momentum = 0.8, dampening = 0.25, weight_decay = 1e-2)",
            "sgd(lr = 0.05, momentum = 0.9, nesterov = true, weight_decay = 1e-2)", "sgd(lr = 0.05, clip_norm = 0.5)",
            "sgd(lr = 0.05, clip_value = 0.125)", "sgd(lr = 0.05, average = equal)"],
    "adam": ["adam(lr = 1e-2)", "adam(lr = 1e-2, betas = (0.8, 0.99), eps = 1e-4, weight_decay = 0.01)",
             "adam(lr = 1e-2, eps = 1e-3, amsgrad = true, average = 0.75)"],
    "adamw": ["adamw(lr = 1e-2, eps = 1e-3)", "adamw(lr = 5e-3, betas = (0.7, 0.9), eps = 1e-2, weight_decay = 0.1)",
              "adamw(lr = 1e-2, eps = 1e-2) with vectors(weight_decay = 0, lr = 5e-3)"],
    "nadam": ["nadam(lr = 1e-2, eps = 1e-2, momentum_decay = 0.1)", "nadam(lr = 1e-2, eps = 1e-2, weight_decay = 0.1, decoupled_weight_decay = true)"],
    "rmsprop": ["rmsprop(lr = 1e-2, eps = 1e-3)", "rmsprop(lr = 1e-2, eps = 1e-2, momentum = 0.9, weight_decay = 0.01)"],
    "adagrad": ["adagrad(lr = 1e-2, eps = 1e-3)", "adagrad(lr = 1e-2, lr_decay = 0.1, initial_accumulator_value = 0.1)"],
}

# What weighs at least two losses against one another; they have to be positive for a geometric mean.
BALANCING = {"uncertainty": ["uncertainty({0})"], "imtl_l": ["imtl_l({0})"], "dwa": ["dwa({0}, period = 1)"],
             "tchebycheff": ["tchebycheff({0}, mu = 0.5)"], "random": ["random({0})"]}
# The same for losses that are positive whatever is selected, and for heads of one trunk.
OF_POSITIVE = {"geometric": ["geometric({0})"]}
OF_GRADIENTS = {"pcgrad": ["pcgrad({0})"], "mgda": ["mgda({0})"], "upgrad": ["upgrad({0})"]}
POSITIVE = ("mse", "l1", "smooth_l1", "huber", "log_cosh", "bce_with_logits", "cross_entropy")

# What products.py and statements.py write, and what the other operators are made from by the front end.
WRITTEN_ELSEWHERE = {"linear", "flatten", "concat", "slice", "select", "constant", "eq", "lt", "ge", "cast", "size", "matmul", "einsum",
                     "attention", "attention_weights", "transpose", "permute", "reshape", "unsqueeze", "squeeze", "stack", "split", "tile", "pad",
                     "broadcast", "conv1d", "conv2d", "conv_transpose2d",
                     "maxpool", "avgpool", "adaptive_avgpool", "global_avgpool", "groupnorm", "instancenorm", "upsample",
                     "dropout2d", "embedding", "embedding_bag", "gather", "take", "one_hot", "parameter", "dropout", "randn", "scatter_add", "argmax", "argmin",
                     "segment_sum", "segment_mean", "segment_max", "segment_softmax", "degree",
                     "ne"}


def dialect():
    """The names of the operators that there are."""
    return {name for path in DIALECT.glob("*.td") for name in re.findall(r"^def\s+\w+\s*:?\s*\w+<\"(\w+)\"|:\s*Mimo_\w+<\"(\w+)\"", path.read_text(), re.M)
            for name in name if name}


def entries(table):
    """What a table has for operators that there are."""
    return [entry for name, found in table.items() if name in dialect_names() for entry in found]


def dialect_names(cache=[]):
    cache or cache.append(dialect())
    return cache[0]
