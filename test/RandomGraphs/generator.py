"""Random valid models in the language, each from one number.

A shape is a tuple; "batch" may stand in front. How the data of an input or target are drawn is written in its name (see
draw.py), so that a model's text and a seed are all that a failure needs to be told again.
"""
import re

import numpy as np

import statements
from vocabulary import (BALANCING, BINARY, CLASS_LOSSES, CLASS_METRICS, CONDITIONS, ELEMENTWISE_LOSSES, ELEMENTWISE_METRICS, EXPRESSIONS,
                        KEEP_STATES, LAYERS, OF_GRADIENTS, OF_POSITIVE, OPTIMIZERS, PAIR_LOSSES, POSITIVE, PRODUCTS, REDUCTIONS, STEPS,
                        dialect_names, entries)

WIDTHS = (1, 2, 3, 4, 5, 7, 8, 10, 16, 17, 33)
REDUCE = ("mean", "sum", "batch_mean", "weighted_mean")
MOST_ELEMENTS = 300
BATCH = "batch"


def elements(shape):
    return int(np.prod([n for n in shape if n != BATCH], dtype=np.int64))


def broadcast(a, b):
    """The shape of an elementwise operator's result by the language's rule, or None."""
    if len(a) != len(b):
        low, high = sorted((a, b), key=len)
        if BATCH in low:
            return None
        low = (1,) * (len(high) - len(low)) + low
        a, b = low, high
    if any(m != n and 1 not in (m, n) for m, n in zip(a, b)):
        return None
    return tuple(n if m == 1 else m for m, n in zip(a, b))


class Graph:
    """A model that grows statement by statement."""

    def __init__(self, seed):
        self.random = np.random.RandomState(seed)
        self.blocks, self.declared, self.lines, self.values, self.unused = [], {}, [], {}, []
        self.layers, self.balanced = [], []
        self.parts = []  # with parameters, that can be frozen

    # --------------------------------------------------------------------------------------------------- choices

    def chance(self, p):
        return self.random.rand() < p

    def number(self, low, high):
        """From low up to and with high."""
        return int(self.random.randint(low, high + 1))

    def pick(self, options):
        return options[self.random.randint(len(options))]

    def value(self, fits=lambda shape: True):
        """The name of a value, a late one rather than an early one; None where none fits."""
        names = [name for name, shape in self.values.items() if fits(shape)]
        return names[max(self.random.randint(len(names)), self.random.randint(len(names)))] if names else None

    def matrix(self):
        """A value [batch, features]; there is always one."""
        return self.value(lambda shape: len(shape) == 2 and shape[0] == BATCH)

    def partner(self, x):
        return self.value(lambda shape: broadcast(shape, self.values[x]) is not None)

    # ------------------------------------------------------------------------------------------------ statements

    def fresh(self):
        return f"v{len(self.values)}"

    def fresh_last(self):
        return next(reversed(self.values))

    def bind(self, text, shape, *uses, word=""):
        name = self.fresh()
        self.lines.append(f"{word}{name} = {text}")
        self.unused = [other for other in self.unused if other not in uses] + [name]
        self.values[name] = tuple(shape)
        return name

    def declare(self, kind, prefix, dtype, shape, bound=""):
        name = f"{prefix}{len(self.declared)}"
        self.declared[name] = f"{kind} {name}: {dtype}[{', '.join(map(str, shape))}]{bound}"
        return name

    def inputs(self):
        for _ in range(self.number(1, 4)):
            below = self.pick((1, 1, 1, 2, 2, 3))
            widths = WIDTHS if below == 1 else WIDTHS[:7] if below == 2 else WIDTHS[:4]
            shape = (BATCH, *[int(self.pick(widths)) for _ in range(below)])
            self.values[self.declare("input", self.pick("xu"), "f32", shape)] = shape
        if not self.matrix():
            self.flatten()

    def steps(self, count):
        return "".join(f" -> {self.pick(entries(STEPS))}" for _ in range(count))

    def linear(self):
        x, units = self.matrix(), int(self.pick(WIDTHS))
        options = ", bias = false" if self.chance(0.2) else ""
        name = self.bind(f"{x} -> linear({units}{options}){self.steps(self.number(0, 2))}", (BATCH, units), x,
                         word=self.pick(["trunk ", "branch ", ""]))
        self.parts.append(name)

    def step(self):
        x = self.value()
        self.bind(f"{x}{self.steps(self.number(1, 2))}", self.values[x], x) if self.values[x] else self.expression()

    def normalise(self):
        x, layers = self.value(lambda shape: len(shape) >= 2 and shape[0] == BATCH), entries(LAYERS)
        self.bind(f"{x} -> {self.pick(layers)}", self.values[x], x, word="branch ") if layers else self.step()

    def expression(self):
        x = self.value()
        self.bind(self.pick(entries(EXPRESSIONS)).format(x), self.values[x], x)

    def binary(self):
        x = self.value()
        y = self.partner(x)
        x, y = (x, y) if self.chance(0.5) else (y, x)
        self.bind(self.pick(entries(BINARY)).format(x, y), broadcast(self.values[x], self.values[y]), x, y)

    def choose(self):
        x = self.value()
        y = self.partner(x)
        shape = broadcast(self.values[x], self.values[y])
        fits = lambda other: broadcast(other, shape) == shape
        a, b = self.value(fits), self.value(fits)
        both = broadcast(self.values[a], self.values[b])
        if a == b or both is None or broadcast(both, shape) != shape:
            return self.binary()
        self.bind(f"select({self.pick(entries(CONDITIONS)).format(a, b)}, {x}, {y})", shape, x, y, a, b)

    def reduce(self):
        x = self.value(lambda shape: len(shape) >= 1)
        shape = list(self.values[x])
        first = 0 if self.chance(0.15) else 1
        axes = sorted({self.number(first, len(shape) - 1) for _ in range(self.number(1, 2))}) if len(shape) > first else [0]
        keep = self.chance(0.5)
        shape = [1 if i in axes else n for i, n in enumerate(shape) if keep or i not in axes]
        axis = f"axis = {axes[0]}" if len(axes) == 1 else f"axis = ({', '.join(map(str, axes))})"
        name = self.pick([name for name in REDUCTIONS if name in dialect_names()])
        self.bind(f"{name}({x}{self.pick(REDUCTIONS[name])}, {axis}, keepdim = {str(keep).lower()})", shape, x)

    def flatten(self):
        x = self.value(lambda shape: len(shape) >= 2 and shape[0] == BATCH)
        self.bind(f"{x} -> flatten", (BATCH, elements(self.values[x])), x)

    def product(self):
        x = self.value(lambda shape: len(shape) >= 2 and shape[0] == BATCH)
        shape = self.values[x]
        call, result = self.pick([(call, result) for call, rank, result in entries(PRODUCTS) if len(shape) >= rank])
        if len(result(shape)) <= 5:
            self.bind(call.format(x), result(shape), x)

    def concat(self):
        x = self.value(lambda shape: len(shape) >= 2)
        shape = self.values[x]
        axis = self.number(1, len(shape) - 1)
        alike = lambda other: len(other) == len(shape) and all(m == n for i, (m, n) in enumerate(zip(other, shape)) if i != axis)
        parts = [x] + [self.value(alike) for _ in range(self.number(1, 2))]
        size = sum(self.values[part][axis] for part in parts)
        self.bind(f"concat({', '.join(parts)}, axis = {axis})", shape[:axis] + (size,) + shape[axis + 1:], *parts)

    def slice(self):
        x = self.value(lambda shape: len(shape) >= 2 and shape[0] == BATCH)
        shape, index, left = self.values[x], [":"], [BATCH]
        for size in shape[1:]:
            if self.chance(0.2) and len(shape) > 2:
                index.append(str(self.number(-size, size - 1)))
                continue
            first = self.number(0, size - 1)
            last = self.number(first + 1, size)
            index.append(f"{first}:{last}" if self.chance(0.7) else ":")
            left.append(last - first if index[-1] != ":" else size)
        self.bind(f"{x}[{', '.join(index)}]", left, x)

    def block(self):
        """A block, defined and used; a repeat where its result has the shape of what it takes."""
        x, units, name = self.matrix(), int(self.pick(WIDTHS[:9])), f"b{len(self.blocks)}"
        if self.chance(0.5):
            self.blocks.append(f"block {name}(units) = linear(units){self.steps(self.number(1, 2))} -> linear(units)")
        else:
            act, how = self.pick(entries(STEPS)), self.pick(["y + skip", "y * 0.5 - skip", "concat(y, skip) -> last: linear(units)"])
            self.blocks.append(f"block {name}(units)(x) {{\n  y = x -> fc: linear(units) -> {act}\n"
                               f"  skip = x if x.shape[1] == units else x -> project: linear(units, bias = false)\n  return {how}\n}}")
        step = f"{name}({units})"
        if self.chance(0.4):
            step += f" -> repeat({self.number(1, 2)}, {name}({units}))"
        self.bind(f"{x} -> {step}", (BATCH, units), x, word=self.pick(["trunk ", "branch "]))

    def layer(self):
        """Shared weights: one layer, used twice."""
        x = self.matrix()
        width, units, name = self.values[x][1], int(self.pick(WIDTHS[:9])), f"shared{len(self.layers)}"
        self.layers.append(name)
        self.lines.append(f"layer {name} = linear({units}){self.steps(self.number(0, 2))}")
        self.bind(f"{x} -> {name}", (BATCH, units), x)
        y = self.value(lambda shape: shape == (BATCH, width))
        self.bind(f"{y} -> {name}{self.steps(self.number(0, 1))}", (BATCH, units), y)

    def grow(self):
        more = [lambda function=function: function(self) for function in statements.available()]
        own = [self.linear, self.linear, self.step, self.step, self.expression, self.expression, self.binary, self.binary,
                      self.choose, self.reduce, self.product, self.concat, self.slice, self.flatten, self.block, self.layer, self.normalise]
        for _ in range(self.number(2, 14)):
            self.pick(more if self.chance(0.3) else own)()
            if any(elements(shape) > MOST_ELEMENTS for shape in self.values.values()):
                break

    # -------------------------------------------------------------------------------------------- heads and losses

    def heads(self):
        """Heads from some values, or all from one trunk; what is left unused is exported as it is."""
        found, trunk = [], None
        if self.chance(0.15):
            self.linear()
            trunk = self.fresh_last()
        for i in range(self.number(2 if trunk else 1, 4)):
            x, units = trunk or self.matrix(), int(self.pick((1, 1, 2, 3, 5, 10)))
            self.lines.append(f"head h{i} = {x} -> linear({units})")
            self.unused = [name for name in self.unused if name != x]
            found.append((f"h{i}", (BATCH, units)))
        self.balanced = [f"loss_{head}" for head, _ in found] if trunk else []
        self.lines += [f"output {name}" for name in self.unused]
        found += [(name, self.values[name]) for name in self.unused if self.values[name][:1] == (BATCH,) and self.chance(0.5)]
        return found

    def clauses(self, shape, per_row, reduced=True):
        """where, weight and reduce, for values of this shape."""
        text, weighted = "", False
        lead = shape[:1] if per_row or self.chance(0.6) else shape
        if self.chance(0.4):
            mask = self.declare("target", "m", "i32", lead)
            text += f" where {mask} == {self.number(0, 1)}"
        if self.chance(0.4):
            weighted = True
            text += f" weight {self.declare('target', 'w', 'f32', lead)}"
        reduction = self.pick(REDUCE[:4 if weighted else 3] if reduced else ["mean"])
        return text if reduction == "mean" else f"{text} reduce {reduction}"

    def score(self, head, shape, elementwise, of_classes):
        """A call of a loss or metric with a target of its own."""
        if len(shape) == 2 and shape[1] > 1 and self.chance(0.4):
            label = self.declare("target", f"c{shape[1]}_", self.pick(["i64", "i32"]), (BATCH,))
            weights = "(" + ", ".join(str((1.0, 0.25, 2.5, 0.75)[i % 4]) for i in range(shape[1])) + ")"
            return self.pick(entries(of_classes)).format(head, label, w=weights), True
        call, draw = self.pick(entries(elementwise))
        return call.format(head, self.declare("target", draw, "f32", shape)), False

    def losses(self, heads):
        names = []
        for head, shape in heads:
            call, per_row = self.score(head, shape, ELEMENTWISE_LOSSES, CLASS_LOSSES)
            self.lines.append(f"loss loss_{head} = {call}{self.clauses(shape, per_row)}")
            names.append(f"loss_{head}")
            if self.chance(0.2):
                call, per_row = self.score(head, shape, ELEMENTWISE_METRICS, CLASS_METRICS)
                self.lines.append(f"metric metric_{head} = {call}{self.clauses(shape, per_row, call.partition('(')[0] not in KEEP_STATES)}")
        if self.chance(0.15):
            names += self.pair_loss()
        return names

    def pair_loss(self):
        """A loss of rows of some matrices, which may be one."""
        a = self.matrix()
        b, c = [self.value(lambda shape: shape == self.values[a]) for _ in range(2)]
        call = self.pick(entries(PAIR_LOSSES))
        target = self.declare("target", "s", self.pick(["i32", "f32"]), (BATCH,)) if "{t}" in call else ""
        b, c = f"tanh({b})", f"(0.5 - {c})"  # nobody is its own neighbour: distances of 0 have no gradient
        self.lines.append(f"loss pairs = {call.format(a, b, c, t=target)}{self.clauses((BATCH,), True)}")
        return ["pairs"]

    def positive(self, names):
        """The losses that are positive for certain: something is selected."""
        of = lambda name: next(line for line in self.lines if line.startswith(f"loss {name} = "))
        return [name for name in names if of(name).split(" = ")[1].startswith(POSITIVE) and " where " not in of(name)]

    def minimize(self, losses):
        chosen = [name for name in losses if self.chance(0.85)] or losses[:1]
        positive = self.positive(losses)
        if self.balanced and entries(OF_GRADIENTS):
            two = self.balanced[:2]  # as many as the oracle has each of these rules for
            terms = [self.pick(entries(OF_GRADIENTS)).format(", ".join(two)), *[name for name in chosen if name not in two]]
        elif len(positive) >= 2 and entries(OF_POSITIVE) and self.chance(0.2):
            terms = [self.pick(entries(OF_POSITIVE)).format(", ".join(positive))]
        elif len(chosen) >= 2 and entries(BALANCING) and self.chance(0.25):
            terms = [self.pick(entries(BALANCING)).format(", ".join(chosen))]
        else:
            terms = [self.pick(["{}", "0.5 * {}", "{} / 4", "2 * {}"]).format(name) for name in chosen]
        terms += [self.pick(["1e-2 * l2(all)", "1e-3 * l1(all)", "0.05 * l2(h0)"])] if self.chance(0.2) else []
        return ["minimize " + " + ".join(terms), "optimizer " + self.pick(entries(OPTIMIZERS))]

    def training(self, losses):
        """One way of training, or train blocks; parts stand still in some."""
        if not self.chance(0.25):
            self.lines += self.phase(losses, 0.1)
            return
        for i in range(self.number(1, 3)):
            body = self.phase(losses, 0.7) + ([f"seed {self.number(1, 9)}"] if self.chance(0.3) else [])
            self.lines += [f"train p{i} {{", *[f"  {line}" for line in body], "}"]

    def phase(self, losses, p):
        """Objective, optimizer, and what is frozen: never all, the weights of one head are left; nor the trunk whose gradients are compared,
        nor all vectors where the optimizer has something for them."""
        body = self.minimize(losses)
        paths = ["h0"] * ("loss_h1" in losses) + ["**.bias"] * ("with vectors" not in body[1]) + (self.parts + self.layers) * (not self.balanced)
        if paths and self.chance(p):
            body.append(f"freeze {', '.join(sorted({self.pick(paths) for _ in range(self.number(1, 3))}))}")
        return body

    def text(self):
        self.inputs()
        self.grow()
        self.training(self.losses(self.heads()))
        used = "\n".join(self.lines)
        declared = [line for name, line in self.declared.items() if uses(used, name)]
        dims = [f"dim {name} <= {bound}" for name, bound in statements.DIMS.items() if uses("\n".join(declared + self.lines), name)]
        body = "".join(f"  {line}\n" for line in dims + declared + self.lines)
        return "".join(f"{block}\n" for block in self.blocks) + f"model Graph {{\n{body}}}\n"


def uses(text, name):
    return any(word == name for word in "".join(c if c.isalnum() or c == "_" else " " for c in text).split())


def along_nodes(text):
    """The same model over nodes in place of samples."""
    return re.sub(r"\bbatch\b", "nodes", text).replace("model Graph {\n", f"model Graph {{\n  dim nodes <= {statements.DIMS['nodes']}\n")


def generate(seed):
    text = Graph(seed).text()
    return along_nodes(text) if seed % 7 == 3 and not uses(text, "nodes") else text
