"""The optimizers' rules, from the papers and PyTorch's documentation. `@rule("sgd")` above a function of (settings, lr, t, p,
g, state) adds one: t counts from 1, the state is a dictionary of PyTorch's names, and the result is the new parameter."""
import numpy as np

from rounded import Rounded, rounded

RULES = {}


def rule(*names):
    def register(function):
        RULES.update({name: function for name in names})
        return function
    return register


def square_root(x):
    return x.map(np.sqrt, 1.0)


def zeros(p):
    return Rounded(np.zeros(p.shape))


def per_call(number):
    """What is computed once a call, in f64, and rounded where it meets the elements."""
    return Rounded(number, 2 * np.abs(number))


@rule("sgd")
def sgd(settings, lr, t, p, g, state):
    momentum, dampening = settings["momentum"], settings["dampening"]
    if settings["weight_decay"] != 0:
        g = g + settings["weight_decay"] * p
    if momentum != 0:
        before = state.get("momentum_buffer")
        b = g if before is None else momentum * before + (1 - dampening) * g
        if before is None and t > 1:
            raise ValueError("the buffer of a later step is missing")
        state["momentum_buffer"] = b
        g = g + momentum * b if settings["nesterov"] else b
    return p - lr * g


@rule("adam", "adamw")
def adam(settings, lr, t, p, g, state, decoupled=False):
    beta1, beta2 = settings["betas"]
    decay = settings["weight_decay"]
    if decay != 0 and settings["rule"] == "adamw":
        p = p * per_call(1 - lr.value * decay)
    elif decay != 0:
        g = g + decay * p
    m, v = state.get("exp_avg", zeros(p)), state.get("exp_avg_sq", zeros(p))
    m = state["exp_avg"] = beta1 * m + (1 - beta1) * g
    v = state["exp_avg_sq"] = beta2 * v + (1 - beta2) * (g * g)
    step_size, correction = per_call(lr.value / (1 - beta1 ** t)), per_call(np.sqrt(1 - beta2 ** t))
    return p - step_size * (m / (square_root(v) / correction + settings["eps"]))
