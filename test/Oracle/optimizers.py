"""The optimizers' rules, from the papers and PyTorch's documentation. `@rule("sgd")` above a function of (settings, lr, t, p,
g, state) adds one: t counts from 1, the state is a dictionary of PyTorch's names, and the result is the new parameter."""
import numpy as np

from rounded import Ambiguous, Rounded, U, compare, rounded

RULES = {}
UNDERFLOW = 1e-30  # what products of f32 may make 0


def rule(*names):
    def register(function):
        RULES.update({name: function for name in names})
        return function
    return register


def update_rows(settings, lr, t, p, g, state):
    """Only rows whose gradient is not zero are updated, and their state. Raises where rounding decides whether one is zero."""
    before = {name: state.get(name) for name in state} or {}
    updated = RULES[settings["rule"]](settings, lr, t, p, g, state)
    rows = lambda elements: elements.reshape(len(g.value), -1).any(1)
    own, surely = rows(g.value != 0), rows(np.abs(g.value) > np.maximum(2 * g.bound * U, UNDERFLOW))
    if ((own | rows(g.bound > 0)) & ~surely).any():
        raise Ambiguous()
    own = own.reshape(-1, *[1] * (g.value.ndim - 1))
    pick = lambda new, old: Rounded(np.where(own, new.value, old.value), np.where(own, new.bound, old.bound))
    for name, value in state.items():
        if value.shape == p.shape:
            start = settings.get("initial_accumulator_value", 0.0) if name == "sum" else 0.0
            state[name] = pick(value, before.get(name) or zeros(p) + start)
    return pick(updated, p)


def square_root(x):
    return x.map(np.sqrt, 1.0)


def zeros(p):
    return Rounded(np.zeros(p.shape))


def per_call(number):
    """What is computed once a call, in f64, and rounded where it meets the elements."""
    return Rounded(number, 2 * np.abs(number))


def larger(a, b):
    return Rounded(np.maximum(a.value, b.value), np.maximum(a.bound, b.bound))


def with_decay(settings, p, g):
    return g + settings["weight_decay"] * p if settings["weight_decay"] != 0 else g


@rule("sgd")
def sgd(settings, lr, t, p, g, state):
    momentum, dampening = settings["momentum"], settings["dampening"]
    g = with_decay(settings, p, g)
    if momentum != 0:
        before = state.get("momentum_buffer")
        b = g if before is None else momentum * before + (1 - dampening) * g
        if before is None and t > 1:
            raise ValueError("the buffer of a later step is missing")
        state["momentum_buffer"] = b
        g = g + momentum * b if settings["nesterov"] else b
    return p - lr * g


def decayed(settings, decoupled, lr, p, g):
    """Parameter and gradient with weight decay: of the parameter itself, or as an L2 term."""
    decay = settings["weight_decay"]
    if decay == 0:
        return p, g
    return (p * per_call(1 - lr.value * decay), g) if decoupled else (p, g + decay * p)


def moments(settings, p, g, state):
    """Exponential averages of g and of its square."""
    beta1, beta2 = settings["betas"]
    m, v = state.get("exp_avg", zeros(p)), state.get("exp_avg_sq", zeros(p))
    state["exp_avg"] = beta1 * m + (1 - beta1) * g
    state["exp_avg_sq"] = beta2 * v + (1 - beta2) * (g * g)
    return state["exp_avg"], state["exp_avg_sq"]


@rule("adam", "adamw")
def adam(settings, lr, t, p, g, state):
    p, g = decayed(settings, settings["rule"] == "adamw", lr, p, g)
    m, v = moments(settings, p, g, state)
    beta1, beta2 = settings["betas"]
    if settings.get("amsgrad"):
        v = state["max_exp_avg_sq"] = larger(state.get("max_exp_avg_sq", zeros(p)), v)
    step_size, correction = per_call(lr.value / (1 - beta1 ** t)), per_call(np.sqrt(1 - beta2 ** t))
    return p - step_size * (m / (square_root(v) / correction + settings["eps"]))


@rule("nadam")
def nadam(settings, lr, t, p, g, state):
    """Dozat 2016. The products of momenta follow from the step."""
    p, g = decayed(settings, settings["decoupled_weight_decay"], lr, p, g)
    m, v = moments(settings, p, g, state)
    beta1, beta2 = settings["betas"]
    mu = lambda i: beta1 * (1 - 0.5 * 0.96 ** (i * settings["momentum_decay"]))
    product = np.prod([mu(i) for i in range(1, t + 1)])
    state["mu_product"] = Rounded(product)
    denominator = square_root(v / per_call(1 - beta2 ** t)) + settings["eps"]
    of_gradient, of_moment = (1 - mu(t)) / (1 - product), mu(t + 1) / (1 - product * mu(t + 1))
    return p - per_call(lr.value * of_gradient) * (g / denominator) - per_call(lr.value * of_moment) * (m / denominator)


@rule("rmsprop")
def rmsprop(settings, lr, t, p, g, state):
    alpha = settings["alpha"]
    p, g = decayed(settings, False, lr, p, g)
    v = state["square_avg"] = alpha * state.get("square_avg", zeros(p)) + (1 - alpha) * (g * g)
    if settings["centered"]:
        mean = state["grad_avg"] = alpha * state.get("grad_avg", zeros(p)) + (1 - alpha) * g
        v = v - mean * mean
    direction = g / (square_root(v) + settings["eps"])
    if settings["momentum"] != 0:
        direction = state["momentum_buffer"] = settings["momentum"] * state.get("momentum_buffer", zeros(p)) + direction
    return p - lr * direction


@rule("adagrad")
def adagrad(settings, lr, t, p, g, state):
    p, g = decayed(settings, False, lr, p, g)
    start = rounded(np.full(p.shape, settings["initial_accumulator_value"]))
    total = state["sum"] = state.get("sum", start) + g * g
    return p - per_call(lr.value / (1 + (t - 1) * settings["lr_decay"])) * (g / (square_root(total) + settings["eps"]))


# ------------------------------------------------------------------------------------------- what surrounds the rules

def limited(limits, gradients, weights):
    """The gradients of the weights with `clip_norm` or `clip_value`; others stay as they are."""
    of_weights = {name: gradients[name] for name in weights}
    if "clip_norm" in limits:
        of_weights = by_norm(of_weights, limits["clip_norm"])
    if "clip_value" in limits:
        of_weights = by_value(of_weights, limits["clip_value"])
    return gradients | of_weights


def by_norm(gradients, limit):
    """All together have at most this norm."""
    squares = sum(((g * g).sum(range(len(g.shape))) for g in gradients.values()), Rounded(0.0))
    factor = limit / (square_root(squares) + 1e-6)
    if compare(factor, 1.0, np.greater):
        return gradients
    return {name: g * factor for name, g in gradients.items()}


def by_value(gradients, limit):
    return {name: Rounded(np.clip(g.value, -limit, limit), g.bound) for name, g in gradients.items()}


def moving_average(average, p, decay):
    """None before the first step."""
    return p if average is None else decay * average + (1 - decay) * p
