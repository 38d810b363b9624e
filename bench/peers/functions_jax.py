"""What the networks of workloads.py are written with, in JAX. Convolutions see NCHW, as the data have it."""
import jax
import jax.numpy as jnp
from jax import lax

relu, elu, sigmoid, square, where = jax.nn.relu, jax.nn.elu, jax.nn.sigmoid, jnp.square, jnp.where
abs, sum = jnp.abs, jnp.sum  # noqa: A001
training = True   # batchnorm takes the batch's statistics
key = None        # of dropout, split at every use; None where it is off
nexts = {}        # running statistics after this pass


def linear(p, name, x):
    y = x @ p[f"{name}.weight"].T
    return y + p[f"{name}.bias"] if f"{name}.bias" in p else y


def conv2d(p, name, x, stride=1, padding=0):
    y = lax.conv_general_dilated(x, p[f"{name}.weight"], (stride, stride), [(padding, padding)] * 2, dimension_numbers=("NCHW", "OIHW", "NCHW"))
    return y + p[f"{name}.bias"][:, None, None] if f"{name}.bias" in p else y


def batchnorm(p, name, x, eps=1e-5, momentum=0.1):
    mean, var = p[f"{name}.running_mean"], p[f"{name}.running_var"]
    if training:
        count = x.size // x.shape[1]
        old, mean = mean, x.mean((0, 2, 3))
        nexts[f"{name}.running_mean"] = (1 - momentum) * old + momentum * mean
        old, var = var, jnp.square(x - mean[:, None, None]).mean((0, 2, 3))
        nexts[f"{name}.running_var"] = (1 - momentum) * old + momentum * var * count / (count - 1)
    scale = p[f"{name}.weight"] * lax.rsqrt(var + eps)
    return x * scale[:, None, None] + (p[f"{name}.bias"] - mean * scale)[:, None, None]


def maxpool(x, kernel, stride, padding):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, kernel, kernel), (1, 1, stride, stride), [(0, 0), (0, 0)] + [(padding, padding)] * 2)


def global_avgpool(x):
    return x.mean((2, 3))


def dropout(x, p):
    global key
    if key is None:
        return x
    key, own = jax.random.split(key)
    return jnp.where(jax.random.bernoulli(own, 1 - p, x.shape), x / (1 - p), 0)


def concat(parts):
    return jnp.concatenate(parts, 1)


def stack(parts):
    return jnp.stack(parts, 1)


def flatten(x):
    return x.reshape(x.shape[0], -1)


def softmax(x):
    return jax.nn.softmax(x, -1)


def sum_axis1(x):
    return x.sum(1)


def cast(x):
    return x.astype(jnp.float32)


def at_least(x, low):
    return jnp.maximum(x, low)


def cross_entropies(logits, label):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), label[:, None], 1)[:, 0]


def cross_entropy(logits, label):
    return cross_entropies(logits, label).mean()


def mse(x, y):
    return jnp.square(x - y).mean()


def bce_with_logits(x, y):
    return (jnp.maximum(x, 0) - x * y + jnp.log1p(jnp.exp(-jnp.abs(x)))).mean()
