"""What random graphs are made of: a new operator is one more line here.

{0}, {1} stand for values. A domain is kept by writing it: the logarithm is taken of abs({0}) + 0.5. Numbers that would be
ties at a kink are avoided by the data, which are drawn from continuous distributions.
"""

# Shape-preserving steps of one value: "x -> step".
STEPS = ["tanh", "relu", "sigmoid", "elu", "elu(alpha = 0.5)", "abs", "neg", "softmax"]

# Shape-preserving expressions of one value.
EXPRESSIONS = ["exp(tanh({0}))", "log(abs({0}) + 0.5)", "sqrt(abs({0}) + 0.25)", "tanh({0}) ** 3", "1 / (1 + {0} * {0})",
               "(abs({0}) + 1) ** -0.5", "{0} * sign({0})", "select(isnan({0}), 0.0, {0})", "0.5 * {0} - 0.25", "2 - {0}"]

# Of two values that broadcast.
BINARY = ["{0} + {1}", "{0} - {1}", "{0} * {1}", "{0} / (1 + {1} ** 2)"]

# Conditions of two values that broadcast.
CONDITIONS = ["{0} > {1}", "{0} <= {1}", "{0} > 0.25", "not ({0} < {1})", "{0} > 0 and {1} < 1", "{0} < -0.5 or {1} >= 0.5",
              "not isnan({0}) and {0} > {1}"]

# Reductions over axes: "name(x, axis = ..., keepdim = ...)".
REDUCTIONS = ["sum", "mean"]

# Products of one value [batch, ..., m, n]: (call, least rank, shape of the result).
PRODUCTS = [("{0} -> linear(3, axis = -1)", 2, lambda s: (*s[:-1], 3)), ("dot({0}, tanh({0}))", 2, lambda s: s[:-1]),
            ("outer(tanh({0}), {0})", 2, lambda s: (*s, s[-1])), ("{0} -> bilinear(tanh({0}), 2)", 2, lambda s: (*s[:-1], 2)),
            ('einsum("...i,...j->...ji", {0}, tanh({0}))', 2, lambda s: (*s, s[-1])), ("matmul({0}, mean({0}, axis = 0), false, true)", 3, lambda s: (*s[:-1], s[-2])),
            ("matmul({0}, tanh({0}), transpose_b = true)", 3, lambda s: (*s[:-1], s[-2])),
            ("matmul({0}, tanh({0}), transpose_a = true)", 3, lambda s: (*s[:-2], s[-1], s[-1])),
            ('einsum("...ij,...kj->...k", {0}, tanh({0}))', 3, lambda s: s[:-1]), ("attention({0}, {0}, {0})", 3, lambda s: s),
            ("attention({0}, tanh({0}), {0}, causal = true, scale = 0.5)", 3, lambda s: s),
            ("attention({0}, {0}, tanh({0}), mask = sum({0}, axis = -1, keepdim = true) > 0)", 3, lambda s: s),
            ("attention_weights({0}, {0}, causal = true)", 3, lambda s: (*s[:-1], s[-2]))]

# Losses of a prediction and a target of one shape, element by element: (call, how the target is drawn).
ELEMENTWISE_LOSSES = [("mse({0}, {1})", "y"), ("l1({0}, {1})", "y"), ("smooth_l1({0}, {1})", "y"),
                      ("smooth_l1({0}, {1}, beta = 0.5)", "y"), ("bce_with_logits({0}, {1})", "u")]

# Losses of logits [batch, classes] and labels [batch].
CLASS_LOSSES = ["cross_entropy({0}, {1})"]

ELEMENTWISE_METRICS = [("mae({0}, {1})", "y"), ("mse({0}, {1})", "y")]
CLASS_METRICS = ["accuracy({0}, {1})"]

OPTIMIZERS = ["sgd(lr = 0.05)", "sgd(lr = 0.05, momentum = 0.9)", "sgd(lr = 0.02, momentum = 0.8, dampening = 0.25, weight_decay = 1e-2)",
              "sgd(lr = 0.05, momentum = 0.9, nesterov = true, weight_decay = 1e-2)", "adam(lr = 1e-2)",
              "adam(lr = 1e-2, betas = (0.8, 0.99), eps = 1e-4, weight_decay = 0.01)", "adamw(lr = 1e-2, eps = 1e-3)",
              "adamw(lr = 5e-3, betas = (0.7, 0.9), eps = 1e-2, weight_decay = 0.1)",
              "adam(lr = 1e-2, eps = 1e-3, amsgrad = true, average = 0.75)", "nadam(lr = 1e-2, eps = 1e-2, momentum_decay = 0.1)",
              "rmsprop(lr = 5e-3, alpha = 0.75, eps = 1e-2, momentum = 0.5)", "adagrad(lr = 0.02, lr_decay = 0.1, initial_accumulator_value = 0.1)",
              "sgd(lr = 0.05, clip_norm = 0.5)", "sgd(lr = 0.05, clip_value = 0.125)",
              "adamw(lr = 1e-2, eps = 1e-2) with vectors(weight_decay = 0, lr = 5e-3)"]
