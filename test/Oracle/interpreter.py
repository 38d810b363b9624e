"""The reference interpreter: a model of the `mimo` stage, evaluated in float64 with a bound of the rounding error.

    oracle = Oracle(read_models([path])[path])
    outcome = oracle.forward(parameters, data)
    oracle.gradients(outcome, oracle.objective(outcome))
    oracle.train(parameters, data, steps)
"""
import importlib
import pathlib
import subprocess
from dataclasses import dataclass, field

import numpy as np

import balancing
import gradient_rules
import generic_ir
import optimizers
import tape
from registry import OPERATORS, WITH_MODE
from rounded import Rounded, U, rounded
from tape import Traced

for _module in sorted(pathlib.Path(__file__).resolve().parent.glob("operators_*.py")):
    importlib.import_module(_module.stem)  # registers its operators

SEPARATOR = "\n// -----\n"


def read_models(sources, options=()):
    """The one mimo.model of each source file, compiled to the `mimo` stage in f64: there constants are what was written."""
    texts = [subprocess.run(["mimoc", str(source), "--emit=mimo", "--precision=f64", *options], capture_output=True, text=True)
             for source in sources]
    for source, result in zip(sources, texts):
        if result.returncode:
            raise SyntaxError(f"{source}: {result.stderr}")
    generic = subprocess.run(["mimo-opt", "--mlir-print-op-generic", "--split-input-file"], input=SEPARATOR.join(r.stdout for r in texts),
                             capture_output=True, text=True, check=True).stdout
    modules = generic_ir.read(generic.replace("// -----", ""))
    models = [next(op for op in generic_ir.walk([module]) if op.name == "mimo.model") for module in modules]
    return dict(zip(sources, models, strict=True))


@dataclass
class Outcome:
    leaves: dict                                        # parameters and inputs, by name
    heads: dict = field(default_factory=dict)
    losses: dict = field(default_factory=dict)
    metrics: dict = field(default_factory=dict)         # value
    nexts: dict = field(default_factory=dict)           # what a step leaves in each buffer that it observes
    terms: dict = field(default_factory=dict)           # of the objective: (coefficient, value)
    elsewhere: dict = field(default_factory=dict)       # penalties of other phases: value
    balances: list = field(default_factory=list)        # what weighs terms against one another: (op, operands)

    def figures(self):
        """Losses, and the penalties of the objective, which are reported like losses."""
        return self.elsewhere | {name: value for name, (_, value) in self.terms.items()} | self.losses


class Oracle:
    """Trains as `phase` says: a train block, or the model itself."""

    def __init__(self, model, phase=""):
        blocks = [op for op in model.regions[0] if op.name == "mimo.phase"]
        chosen = [op for block in blocks if block["name"] == phase for op in block.regions[0]]
        self.body = [op for op in model.regions[0] if op not in blocks] + chosen
        self.others = [op for block in blocks if block["name"] != phase for op in block.regions[0] if op.name == "mimo.objective"]
        self.phase = phase
        self.seed = next((block.attributes.get("seed", model["seed"]) for block in blocks if block["name"] == phase), model["seed"])
        named = lambda kind: {op["name"]: op.result_types[0] for op in self.body if op.name == f"mimo.{kind}"}
        self.inputs, self.targets, kept = named("input"), named("target"), named("param")
        self.buffers = {op["name"]: kept[op["name"]] for op in self.body if op.name == "mimo.param" and op.attributes.get("buffer")}
        self.parameters = {name: type for name, type in kept.items() if name not in self.buffers}
        self.reached = needed_by(self.body, [op for op in self.body if op.name in ("mimo.loss", "mimo.objective", "mimo.balance")])
        self.optimizer = next((op for op in self.body if op.name == "mimo.optimizer"), None)
        self.updates = {op["name"]: op.attributes.get("update") for op in self.body if op.name == "mimo.param"}
        self.sparse = {op["name"] for op in self.body if op.name == "mimo.param" and op.attributes.get("sparse_rows")}
        self.trained = [op["name"] for op in self.body if op.name == "mimo.param" and phase not in op.attributes.get("frozen_in", []) and op["name"] not in self.buffers]
        self.still = {op["name"] for op in self.body if op.name == "mimo.param" and phase in op.attributes.get("frozen_in", [])}
        place = f"minimize.{phase}" if phase else "minimize"  # of what balancing rules keep
        self.periods = {f"{place}.{term}": op["settings"]["period"] for op in self.body if op.name == "mimo.balance" and op["rule"] == "dwa"
                        for term in op["terms"]}
        self.groups = [op for op in self.body if op.name == "mimo.group"]

    def least_rows(self):
        """That a batch must have in training: a channel of one value has no deviation."""
        shapes = [op.result_types[0].shape for op in self.body if op.name == "mimo.batchnorm"]
        return 2 if any(np.prod(shape[2:], dtype=np.int64) == 1 for shape in shapes) else 1

    def forward(self, parameters, arrays, step=0, random=0, training=False):
        """Every value of the model, on the tape. Parameters, among which the buffers are, may be arrays or Rounded."""
        outcome, values, buffers, still = Outcome({}), {}, {}, np.array([self.seed, step, 0])
        state = None
        sources = {"param": parameters, "input": arrays, "target": arrays}
        for op in self.body:
            kind = op.name.removeprefix("mimo.")
            operands = [values[name] for name in op.operands]
            if self.phase in op.attributes.get("mimo.frozen_in", []):
                operands = [still if operand is state else operand for operand in operands]
            if kind in sources:
                value = sources[kind][op["name"]]
                if op.result_types[0].element in ("f32", "f64"):
                    value = outcome.leaves[op["name"]] = Traced(value)
                values[op.results[0]], buffers[op.results[0]] = value, op["name"]
            elif kind == "next":
                if training and buffers[op.operands[0]] not in self.still and not self.reached.isdisjoint(op.operands[2:]):
                    outcome.nexts[buffers[op.operands[0]]] = operands[1].data
            elif kind == "dim":
                values[op.results[0]] = np.array(self.sizes(arrays)[op["name"]])
            elif kind == "rng":
                values[op.results[0]] = state = np.array([self.seed, step, random])
            elif kind in STRUCTURE:
                STRUCTURE[kind](outcome, op, *operands)
            else:
                values.update(compute(op, kind, operands, training and self.phase not in op.attributes.get("mimo.frozen_in", [])))
        outcome.elsewhere = {op["name"]: values[op.operands[0]] for op in self.others}
        return outcome

    def sizes(self, arrays):
        """The run-time sizes that the arrays have."""
        ports = [op for op in self.body if op.name in ("mimo.input", "mimo.target")]
        return {op.result_types[0].dim: len(arrays[op["name"]]) for op in ports if op.result_types[0].dim and op["name"] in arrays}

    def objective(self, outcome):
        total, terms = Traced(0.0), dict(outcome.terms)
        for op, operands in outcome.balances:
            losses = [coefficient * value for coefficient, value in map(terms.pop, op["terms"])]
            kept, shared, rng = cut(operands, op["operandSegmentSizes"])
            state = rng[0] if rng else None
            if shared:
                total = total + gradient_rules.surrogate(op["rule"], losses, shared, state)
            else:
                total = total + balancing.RULES[op["rule"]](op["settings"], losses, kept, state)
        for coefficient, value in terms.values():
            total = total + coefficient * value
        return total

    def gradients(self, outcome, result, names, cotangent=1.0):
        leaves = {name: outcome.leaves[name] for name in names}
        return dict(zip(leaves, tape.gradients(result, cotangent, leaves.values())))

    def head_gradients(self, outcome, cotangents):
        """Of the heads' sum, weighted by their cotangents, for parameters and inputs."""
        total = Traced(0.0)
        for name, head in outcome.heads.items():
            if isinstance(head, Traced):
                total = total + tape.sum_over(head * Traced(cotangents[name]), [])
        floating = [name for name in [*self.parameters, *self.inputs] if name in outcome.leaves]
        return self.gradients(outcome, total, floating)

    def settings(self, parameter):
        """Settings and learning rate of a parameter: those of its group, or of the optimizer."""
        group = next((op for op in self.groups if parameter in op["parameters"]), self.optimizer)
        rate = group.attributes.get("learning_rate", self.optimizer["learning_rate"])
        return group["settings"] | {"rule": self.optimizer["rule"]}, rounded(rate)

    def train(self, parameters, arrays, steps, random=0):
        """The optimizer's steps on one batch: losses before each step, parameters and their state after the last."""
        around = self.optimizer.attributes
        moving, state, history = {name: Rounded(parameters[name]) for name in self.parameters}, {name: {} for name in self.parameters}, []
        buffers = {name: Rounded(parameters[name]) for name in self.buffers}
        for step in range(steps):
            outcome = self.forward(moving | buffers, arrays, step, random, training=True)
            buffers |= outcome.nexts
            found = self.gradients(outcome, self.objective(outcome), self.trained)
            history.append({name: value.data for name, value in outcome.figures().items()})
            found = optimizers.limited(around, found, [name for name in self.trained if self.updates[name] is None])
            for name, p in moving.items():
                if name in found:
                    moving[name] = self.updated(name, step + 1, p, found[name], state[name])
                if "average" in around or "equal_average" in around:
                    decay = around["average"] if "average" in around else step / (step + 1)
                    state[name]["average"] = p if name not in found else optimizers.moving_average(state[name].get("average"), moving[name], decay)
        return history, moving | buffers, state

    def updated(self, name, t, p, g, state):
        """What a balancing rule keeps is updated without weight decay, or in a way of its own."""
        if self.updates[name] == "dwa_history":
            return balancing.dwa_history(self.periods[name], p, g)
        settings, lr = self.settings(name)
        if self.updates[name] == "plain":
            settings["weight_decay"] = 0.0
        if name in self.sparse:
            return optimizers.update_rows(settings, lr, t, p, g, state)
        return optimizers.RULES[settings["rule"]](settings, lr, t, p, g, state)


def needed_by(body, users):
    """The values that operations use, at whatever distance."""
    needed = {name for op in users for name in op.operands}
    for op in reversed(body):
        if not needed.isdisjoint(op.results):
            needed.update(op.operands)
            needed.update(op.results)
    return needed


def compute(op, kind, operands, training=False):
    """One operator's results by name."""
    if kind not in OPERATORS:
        raise NotImplementedError(f"the oracle has no operator {kind!r}")
    result = OPERATORS[kind](op, *operands, **({"training": training} if kind in WITH_MODE else {}))
    results = result if isinstance(result, tuple) else (result,)
    for value, wanted in zip(results, op.result_types, strict=True):
        fits = len(value.shape) == len(wanted.shape) and all(n in (None, m) for n, m in zip(wanted.shape, value.shape))
        if not fits:
            raise AssertionError(f"{op.name}: the compiler infers {wanted}, the oracle computes {value.shape}")
    return dict(zip(op.results, results))


# ------------------------------------------------------------------------------------------------------------ structure

def head(outcome, op, value):
    outcome.heads[op["name"]] = value


def loss(outcome, op, value, total, divisor):
    outcome.losses[op["name"]] = value


def metric(outcome, op, *states):
    outcome.metrics[op["name"]] = FIGURES[op["rule"]](*(state.data for state in states))
    outcome.metrics |= {f"{op['name']}.{field}": state.data for field, state in zip(op["fields"], states) if state.rank == 2}


def determination(weight, total, squares, residuals):
    spread = squares - total * total / weight
    figure = 1.0 - residuals / spread
    if not (spread.value > 1e-12 * squares.value).all():
        return Rounded(np.nan)  # the targets do not vary
    return figure.sum(range(len(figure.shape))) / max(1, figure.value.size)


def base_of(figure, predicted, actual):
    return {"precision": predicted, "recall": actual, "f1": 0.5 * (predicted + actual)}[figure]


def mean_over_classes(figure):
    """Over the classes that were predicted or are there; one with nothing to divide by counts as 0."""
    def mean(hits, predicted, actual):
        base = base_of(figure, predicted, actual)
        terms = hits / Rounded(np.where(base.value == 0, 1.0, base.value), base.bound)
        found = terms.sum([0]) / float(((predicted + actual).value != 0).sum())
        return Rounded(found.value, 1 / U if predicted.bound.any() else found.bound)
    return mean


def diagonal(table):
    hits = Rounded(np.diag(table.value), np.diag(table.bound))
    return hits.sum([0]) / table.sum([0, 1])


# The rules by which a metric's figure is made of its states; of nothing: no number.
FIGURES = {"ratio": lambda total, divisor: total / divisor, "root": lambda total, divisor: (total / divisor).map(np.sqrt, 1.0),
           "determination": determination, "diagonal": diagonal}
for name in ("precision", "recall", "f1"):
    FIGURES[name] = lambda hits, predicted, actual, name=name: hits / base_of(name, predicted, actual)
    FIGURES[f"mean_{name}"] = mean_over_classes(name)


def objective(outcome, op, value):
    outcome.terms[op["name"]] = (op["coefficient"], value)


def balance(outcome, op, *operands):
    outcome.balances.append((op, operands))


def cut(operands, sizes):
    """Operands by the parts of a declaration."""
    ends = np.cumsum(sizes)
    return [list(operands[end - size:end]) for end, size in zip(ends, sizes)]


def ignore(outcome, op, *operands):
    pass


STRUCTURE = {"head": head, "loss": loss, "metric": metric, "objective": objective, "balance": balance,
             "check": ignore, "optimizer": ignore, "group": ignore, "entry": ignore}
