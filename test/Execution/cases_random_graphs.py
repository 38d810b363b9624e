"""Random graphs: operators in combinations that nobody thought of, several inputs, heads and losses."""
import os

import numpy as np
import torch
import torch.nn.functional as F

from cases_losses import REDUCTIONS
from cases_models import OPTIMIZERS
from twin import Batch, Case, Outcome, bce_with_logits, cross_entropy, l1, linear, model, mse, reduced, shapes_of, smooth_l1

WIDTHS = (1, 2, 3, 4, 5, 7, 8, 10, 16, 17, 33)
ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "elu": F.elu, "elu(alpha = 0.5)": lambda x: F.elu(x, 0.5),
               "abs": torch.abs, "neg": torch.neg, "softmax": lambda x: x.softmax(-1)}
WRAPPED = {"exp(tanh({0}))": lambda x: torch.tanh(x).exp(), "log(abs({0}) + 0.5)": lambda x: (x.abs() + 0.5).log(),
           "sqrt(abs({0}) + 0.25)": lambda x: (x.abs() + 0.25).sqrt(), "tanh({0}) ** 3": lambda x: torch.tanh(x) ** 3,
           "1 / (1 + {0} * {0})": lambda x: 1 / (1 + x * x), "(abs({0}) + 1) ** -0.5": lambda x: (x.abs() + 1) ** -0.5}


class Graph:
    """A model that grows statement by statement, in both languages at once."""

    def __init__(self, seed):
        self.random = np.random.RandomState(seed)
        self.lines, self.parameters, self.steps = [], {}, []
        self.values, self.unused, self.targets = {}, set(), {}   # name -> shape below the batch
        self.inputs = {}

    def pick(self, options):
        return options[self.random.randint(len(options))]

    def value(self, rank=None):
        return self.pick([name for name, shape in self.values.items() if rank is None or len(shape) == rank])

    def add(self, text, shape, function, uses, word=""):
        name = f"v{len(self.values)}"
        self.lines.append(f"{word}{name} = {text.replace('@', name)}")
        self.steps.append((name, function))
        self.unused -= set(uses)
        self.values[name] = shape
        self.unused.add(name)
        return name

    def declare_inputs(self):
        for i in range(self.random.randint(1, 4)):
            rank = 3 if self.random.rand() < 0.3 else 2
            shape = tuple(int(self.pick(WIDTHS[:8])) for _ in range(rank - 1))
            self.inputs[f"x{i}"] = self.values[f"x{i}"] = shape
            self.unused.add(f"x{i}")
            self.lines.append(f"input x{i}: f32[{', '.join(['batch', *map(str, shape)])}]")
        if all(len(shape) != 1 for shape in self.values.values()):
            name = self.value()
            self.add(f"{name} -> flatten", (int(np.prod(self.values[name])),), lambda e, p: e[name].flatten(1), [name])

    # ------------------------------------------------------------------------------------------------ statements

    def linear(self):
        x, units, act = self.value(1), int(self.pick(WIDTHS)), self.pick(["tanh", "relu", "elu", None])
        bias = self.random.rand() < 0.8
        step = f"linear({units}{'' if bias else ', bias = false'})"
        name = f"v{len(self.values)}"
        layer = name if act is None else f"{name}.0"
        self.parameters |= shapes_of(layer, self.values[x][0], units, bias=bias)
        function = ACTIVATIONS.get(act, lambda y: y)
        self.add(f"{x} -> {step}{'' if act is None else ' -> ' + act}", (units,), lambda e, p: function(linear(p, layer, e[x])), [x],
                 self.pick(["trunk ", "branch ", ""]))

    def activation(self):
        x, (text, function) = self.value(), self.pick(list(ACTIVATIONS.items()))
        self.add(f"{x} -> {text}", self.values[x], lambda e, p: function(e[x]), [x])

    def wrapped(self):
        x, (text, function) = self.value(), self.pick(list(WRAPPED.items()))
        self.add(text.format(x), self.values[x], lambda e, p: function(e[x]), [x])

    def partner(self, x):
        """A value that broadcasts with x."""
        fits = [name for name, shape in self.values.items() if len(shape) == len(self.values[x])
                and all(a == b or 1 in (a, b) for a, b in zip(shape, self.values[x]))]
        return self.pick(fits)

    def binary(self):
        x = self.value()
        y, (sign, function) = self.partner(x), self.pick([("+", torch.add), ("-", torch.sub), ("*", torch.mul)])
        shape = tuple(max(a, b) for a, b in zip(self.values[x], self.values[y]))
        self.add(f"{x} {sign} {y}", shape, lambda e, p: function(e[x], e[y]), [x, y])

    def ratio(self):
        x = self.value()
        y = self.partner(x)
        shape = tuple(max(a, b) for a, b in zip(self.values[x], self.values[y]))
        self.add(f"{x} / (1 + {y} ** 2)", shape, lambda e, p: e[x] / (1 + e[y] ** 2), [x, y])

    def scalar(self):
        x, a, b = self.value(), round(float(self.random.uniform(-2, 2)), 3), round(float(self.random.uniform(-1, 1)), 2)
        self.add(f"{a} * {x} + {b}" if b >= 0 else f"{a} * {x} - {-b}", self.values[x], lambda e, p: a * e[x] + b, [x])

    def choose(self):
        x = self.value()
        y, z, limit = self.partner(x), self.pick([n for n, s in self.values.items() if s == self.values[x]]), float(self.pick([0, 0.5, -0.25]))
        shape = tuple(max(a, b) for a, b in zip(self.values[x], self.values[y]))
        self.add(f"select({z} > {limit}, {x}, {y})", shape, lambda e, p: torch.where(e[z] > limit, e[x], e[y]), [x, y, z])

    def concat(self):
        x, y = self.value(1), self.value(1)
        self.add(f"concat({x}, {y})", (self.values[x][0] + self.values[y][0],), lambda e, p: torch.cat([e[x], e[y]], 1), [x, y])

    def slice(self):
        x = self.value()
        axis, size = len(self.values[x]), self.values[x][-1]
        first = self.random.randint(size)
        last = self.random.randint(first + 1, size + 1)
        text = f"{x}[{', '.join([':'] * axis)}, {first}:{last}]"
        self.add(text, (*self.values[x][:-1], last - first), lambda e, p: e[x][..., first:last], [x])

    def reduce(self):
        x, (name, function) = self.value(), self.pick([("sum", torch.sum), ("mean", torch.mean)])
        axis = int(self.random.randint(1, len(self.values[x]) + 1))
        shape = list(self.values[x])
        keep = len(shape) == 1 or self.random.rand() < 0.5
        shape[axis - 1:axis] = [1] if keep else []
        self.add(f"{name}({x}, axis = {axis}{', keepdim = true' if keep else ''})", tuple(shape), lambda e, p: function(e[x], axis, keep), [x])

    def normalise(self):
        x = self.value()
        self.add(f"({x} - mean({x}, axis = 0, keepdim = true)) * 0.5", self.values[x], lambda e, p: (e[x] - e[x].mean(0, True)) * 0.5, [x])

    def flatten(self):
        x = self.value()
        self.add(f"{x} -> flatten", (int(np.prod(self.values[x])),), lambda e, p: e[x].flatten(1), [x])

    # -------------------------------------------------------------------------------------------------- the model

    def grow(self):
        statements = [self.linear, self.linear, self.activation, self.wrapped, self.binary, self.binary, self.ratio, self.scalar, self.choose,
                      self.concat, self.slice, self.reduce, self.normalise, self.flatten]
        for _ in range(self.random.randint(3, 14)):
            self.pick(statements)()
            if any(np.prod(shape) > 200 for shape in self.values.values()):
                break

    def heads(self):
        """Heads from some values; what is left unused is exported as it is."""
        names = []
        for i in range(self.random.randint(1, 4)):
            x, units = self.value(1), int(self.pick((1, 2, 3, 5, 10)))
            self.parameters |= shapes_of(f"h{i}", self.values[x][0], units)
            self.lines.append(f"head h{i} = {x} -> linear({units})")
            self.steps.append((f"h{i}", lambda e, p, i=i, x=x: linear(p, f"h{i}", e[x])))
            self.unused.discard(x)
            names.append((f"h{i}", units))
        self.lines += [f"output {name}" for name in sorted(self.unused) if name not in self.inputs]
        self.exported = [name for name, _ in names] + [name for name in sorted(self.unused) if name not in self.inputs]
        return names

    def loss(self, head, units):
        kinds = {"mse": mse, "l1": l1, "smooth_l1": smooth_l1(1.0), "bce_with_logits": bce_with_logits}
        if units > 1:
            kinds["cross_entropy"] = cross_entropy
        kind = self.pick(list(kinds))
        masked, weighted = self.random.rand() < 0.4, self.random.rand() < 0.4
        reduction = self.pick(REDUCTIONS[:4 if weighted else 3])
        self.targets[f"y_{head}"] = ("i64[batch]", (), units) if kind == "cross_entropy" else (f"f32[batch, {units}]", (units,), 0)
        if masked:
            self.targets[f"m_{head}"] = ("i32[batch]", (), 2)
        if weighted:
            self.targets[f"w_{head}"] = ("f32[batch]", (), 0)
        text = f"{kind}({head}, y_{head})" + (f" where m_{head} == 1" if masked else "") + (f" weight w_{head}" if weighted else "")
        self.lines.append(f"loss l_{head} = {text}" + ("" if reduction == "mean" else f" reduce {reduction}"))
        return f"l_{head}", lambda e, d: reduced(kinds[kind], e[head], d[f"y_{head}"], d[f"m_{head}"] == 1 if masked else None,
                                                 d[f"w_{head}"] if weighted else None, reduction)

    def draw(self, random, rows):
        data = {name: random.normal(rows, *shape) for name, shape in self.inputs.items()}
        for name, (dtype, shape, bound) in self.targets.items():
            kind = {"i64": np.int64, "i32": np.int32}.get(dtype[:3])
            data[name] = random.integers(rows, high=bound, dtype=kind) if kind else random.uniform(rows, *shape)
        return data


def random_case(seed):
    graph = Graph(seed)
    graph.declare_inputs()
    graph.grow()
    heads = graph.heads()
    losses = dict(graph.loss(*head) for head in heads)
    minimize = {name: float(graph.pick((1, 0.5, 0.1, 2))) for name in losses}
    text, factory, settings = OPTIMIZERS[graph.pick(["sgd", "sgd_momentum", "sgd_nesterov", "adam_settings", "adamw_settings"])]
    targets = [f"target {name}: {dtype}" for name, (dtype, *_) in graph.targets.items()]
    used = lambda name: any(name in line.split("=", 1)[-1] for line in graph.lines if not line.startswith("input"))
    lines = [line for line in graph.lines if not line.startswith("input") or used(line[6:8])]
    graph.inputs = {name: shape for name, shape in graph.inputs.items() if used(name)}
    source = model("Graph", *targets, *lines, "minimize " + " + ".join(f"{value} * {name}" for name, value in minimize.items()),
                   f"optimizer {text}")

    def twin(p, d):
        env = {name: d[name] for name in graph.inputs}
        for name, function in graph.steps:
            env[name] = function(env, p)
        return Outcome({name: env[name] for name in graph.exported}, {name: function(env, d) for name, function in losses.items()})

    return Case(f"graph_{seed}", source, graph.parameters, twin, [Batch(f"b{n}", n, graph.draw) for n in (1, 6, 19)], minimize,
                lambda tensors: factory(tensors, **settings), optional=True)


FIRST, COUNT = int(os.environ.get("FIRST", 1)), int(os.environ.get("COUNT", 24))
GROUPS = {"random_graphs": [random_case(seed) for seed in range(FIRST, FIRST + COUNT)]}
