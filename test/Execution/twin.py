"""What a case consists of, and what its twins are written with."""
from dataclasses import dataclass, field
from typing import Callable, Optional

import numpy as np
import torch
import torch.nn.functional as F


@dataclass
class Batch:
    """Data of one call. `draw(random, rows)` gives arrays by name."""
    name: str
    rows: int
    draw: Callable


@dataclass
class Case:
    """What the model itself trains, or the train block `heads` where the name ends in "@heads"."""
    name: str
    source: str
    parameters: dict  # name -> shape: states the names that the model must give them
    twin: Callable    # (parameters, data) -> Outcome, in PyTorch
    batches: list
    minimize: dict = field(default_factory=dict)        # loss or penalty -> coefficient
    optimizer: Optional[Callable] = None                # list of tensors -> torch.optim.Optimizer
    steps: int = 5
    vjp: bool = True
    full_gradients: bool = True                         # of each loss alone, too
    optional: bool = False                              # left out where rounding decides a comparison in every batch
    draw_parameter: Optional[Callable] = None           # (random, name, shape) -> array
    frozen: tuple = ()                                  # parameters that have no gradient and do not move
    gradients: Optional[Callable] = None                # (outcome, parameters) -> {name: gradient}, where no sum is minimised


@dataclass
class Outcome:
    heads: dict
    losses: dict = field(default_factory=dict)     # losses and penalties
    metrics: dict = field(default_factory=dict)


class Draw:
    """Random arrays whose values f32 holds exactly, so that f32 and f64 start from the same numbers. NumPy keeps the
    stream of RandomState for ever."""

    def __init__(self, seed):
        self.random = np.random.RandomState(seed)

    def normal(self, *shape, scale=1.0):
        return (self.random.standard_normal(shape) * scale).astype(np.float32)

    def uniform(self, *shape, low=0.0, high=1.0):
        return self.random.uniform(low, high, shape).astype(np.float32)

    def integers(self, *shape, high, low=0, dtype=np.int64):
        return self.random.randint(low, high, shape).astype(dtype)

    def weights(self, shape):
        """PyTorch's default for linear layers."""
        bound = 1 / np.sqrt(shape[-1] if len(shape) > 1 else 4)
        return self.uniform(*shape, low=-bound, high=bound)


def linear(p, name, x):
    return F.linear(x, p[f"{name}.weight"], p.get(f"{name}.bias"))


def chain(p, name, x, *steps):
    """nn.Sequential: a number is a layer with weights below `name.<position>`, a function is itself."""
    for position, step in enumerate(steps):
        x = linear(p, f"{name}.{position}", x) if step == "linear" else step(x)
    return x


def shapes_of(name, *sizes, bias=True):
    """Shapes of one linear layer called `name`."""
    inputs, units = sizes
    shapes = {f"{name}.weight": (units, inputs)}
    if bias:
        shapes[f"{name}.bias"] = (units,)
    return shapes


def reduced(function, prediction, target, where=None, weight=None, reduce="mean"):
    """A loss as PyTorch code does it: take what is selected, then compute. `function` gives unreduced values."""
    rows = prediction.shape[0]
    if weight is not None:  # the values have the target's shape
        weight = weight.reshape(weight.shape + (1,) * (target.dim() - weight.dim())).expand(target.shape)
    if where is not None:
        prediction, target = prediction[where], target[where]
    values = function(prediction, target)
    if weight is not None:
        weight = weight if where is None else weight[where]
        values = values * weight
    if values.numel() == 0:
        return values.sum() * 0.0
    if reduce == "sum":
        return values.sum()
    if reduce == "batch_mean":
        return values.sum() / rows
    if reduce == "weighted_mean":
        return values.sum() / weight.sum()
    return values.mean()


def mse(p, t):
    return F.mse_loss(p, t, reduction="none")


def l1(p, t):
    return F.l1_loss(p, t, reduction="none")


def smooth_l1(beta):
    return lambda p, t: F.smooth_l1_loss(p, t, reduction="none", beta=beta)


def cross_entropy(p, t):
    return F.cross_entropy(p, t.long(), reduction="none")


def bce_with_logits(p, t):
    return F.binary_cross_entropy_with_logits(p, t, reduction="none")


def accuracy(logits, label):
    return (logits.argmax(1) == label).double().mean()


def model(name, *lines, above=""):
    return above + f"model {name} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def batches(draw, *rows):
    return [Batch(f"b{n}", n, draw) for n in rows]
