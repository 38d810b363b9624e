"""Update rules beside the basic ones of cases_models.py, groups of parameters, limits on gradients, averages of parameters."""
import torch
from torch.optim.swa_utils import get_ema_multi_avg_fn, get_swa_multi_avg_fn

from bounded import Bounded, value_of
from cases_models import adam, optimizer_case
from twin import Case, Outcome, batches, bce_with_logits, linear, model, reduced, shapes_of

RULES = {
    "adam_amsgrad": ("adam(lr = 0.05, amsgrad = true)", torch.optim.Adam, dict(lr=0.05, amsgrad=True)),
    "adamw_amsgrad": ("adamw(lr = 0.05, betas = (0.8, 0.7), weight_decay = 0.5, amsgrad = true)", torch.optim.AdamW,
                      dict(lr=0.05, betas=(0.8, 0.7), weight_decay=0.5, amsgrad=True)),
    "rmsprop": ("rmsprop()", torch.optim.RMSprop, dict()),
    "rmsprop_settings": ("rmsprop(lr = 0.02, alpha = 0.75, eps = 1e-3, weight_decay = 0.25)", torch.optim.RMSprop,
                         dict(lr=0.02, alpha=0.75, eps=1e-3, weight_decay=0.25)),
    "rmsprop_momentum": ("rmsprop(lr = 0.02, momentum = 0.5)", torch.optim.RMSprop, dict(lr=0.02, momentum=0.5)),
    "rmsprop_centered": ("rmsprop(lr = 0.02, alpha = 0.5, eps = 0.25, centered = true)", torch.optim.RMSprop,
                         dict(lr=0.02, alpha=0.5, eps=0.25, centered=True)),
    "rmsprop_everything": ("rmsprop(0.02, 0.75, 0.5, 0.125, 0.25, true)", torch.optim.RMSprop,
                           dict(lr=0.02, alpha=0.75, eps=0.5, weight_decay=0.125, momentum=0.25, centered=True)),
    "adagrad": ("adagrad()", torch.optim.Adagrad, dict()),
    "adagrad_settings": ("adagrad(lr = 0.1, lr_decay = 0.25, weight_decay = 0.1, initial_accumulator_value = 0.5, eps = 1e-3)",
                         torch.optim.Adagrad,
                         dict(lr=0.1, lr_decay=0.25, weight_decay=0.1, initial_accumulator_value=0.5, eps=1e-3)),
    "nadam": ("nadam()", torch.optim.NAdam, dict()),
    "nadam_settings": ("nadam(lr = 0.05, betas = (0.5, 0.75), eps = 1e-3, weight_decay = 0.25, momentum_decay = 0.5)", torch.optim.NAdam,
                       dict(lr=0.05, betas=(0.5, 0.75), eps=1e-3, weight_decay=0.25, momentum_decay=0.5)),
    "nadam_decoupled": ("nadam(weight_decay = 0.5, momentum_decay = 0, decoupled_weight_decay = true)", torch.optim.NAdam,
                        dict(weight_decay=0.5, momentum_decay=0.0, decoupled_weight_decay=True)),
    "nadam_no_momentum": ("nadam(betas = (0, 0.9))", torch.optim.NAdam, dict(betas=(0.0, 0.9))),
}


def grouped(factory, settings, *groups):
    """An optimizer with the four parameters of optimizer_case, each with settings of its own beside the common ones."""
    def make(tensors):
        optimizer = factory([{"params": [t], **own} for t, own in zip(tensors, groups)], **settings)
        for t, own in zip(tensors, groups):
            if "initial_accumulator_value" in own:  # PyTorch starts all groups from the common value
                optimizer.state[t]["sum"].fill_(own["initial_accumulator_value"])
        return optimizer
    return make


EQUAL = "equal"  # for a decay: torch.optim.swa_utils.AveragedModel as it is


class Around:
    """An optimizer with what training loops do before and after its steps."""

    def __init__(self, optimizer, tensors, norm=None, value=None, decay=None):
        self.optimizer, self.tensors, self.norm, self.value, self.decay = optimizer, tensors, norm, value, decay
        self.averages, self.count = [None] * len(tensors), 0

    @property
    def state(self):
        more = [{} if a is None else {"average": a.detach()} for a in self.averages]
        return {t: {**self.optimizer.state[t], **m} for t, m in zip(self.tensors, more)}

    def step(self):
        gradients = [t.grad for t in self.tensors]
        if self.norm:
            self.check(gradients, lambda: torch.nn.utils.clip_grad_norm_(self.tensors, self.norm), self.by_norm)
        if self.value:
            self.check(gradients, lambda: torch.nn.utils.clip_grad_value_(self.tensors, self.value), self.by_value)
        self.optimizer.step()
        for i, t in enumerate(self.tensors if self.decay is not None else []):
            self.averages[i] = self.average(self.averages[i], t.detach())
        self.count += 1

    def check(self, gradients, theirs, ours):
        """`ours` is written with what Bounded tensors can do, and compared with `theirs` where they are plain ones."""
        limited = ours(gradients)
        if not isinstance(gradients[0], Bounded):
            theirs()
            assert all(torch.allclose(a, t.grad, rtol=1e-14) for a, t in zip(limited, self.tensors))
        for t, gradient in zip(self.tensors, limited):
            t.grad = gradient

    def by_norm(self, gradients):
        factor = self.norm / (sum((g * g).sum() for g in gradients).sqrt() + 1e-6)
        return [g * factor if value_of(factor) < 1 else g + 0 for g in gradients]

    def by_value(self, gradients):
        return [torch.where(g > self.value, self.value, torch.where(g < -self.value, -self.value, g)) for g in gradients]

    def average(self, average, now):
        if average is None:
            return now.clone()
        if not isinstance(now, Bounded):
            update = get_swa_multi_avg_fn() if self.decay == EQUAL else get_ema_multi_avg_fn(self.decay)
            update([average], [now], torch.tensor(self.count))
            return average
        if self.decay == EQUAL:
            return average + (now - average) / (self.count + 1)
        return average + (1 - self.decay) * (now - average)


def around(factory, settings, **more):
    return lambda tensors: Around(factory(tensors, **settings), tensors, **more)


ADAM, ADAMW, SGD, ADAGRAD = torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD, torch.optim.Adagrad
TRAINING = {
    # Option by option, the path that names most wins.
    "groups": ("adamw(lr = 0.05, weight_decay = 0.5) with **.bias(weight_decay = 0), out.2(lr = 0.01)",
               grouped(ADAMW, dict(lr=0.05, weight_decay=0.5), {}, dict(weight_decay=0.0), dict(lr=0.01), dict(lr=0.01, weight_decay=0.0))),
    "groups_vectors": ("sgd(lr = 0.1, momentum = 0.9, weight_decay = 0.25) with vectors(weight_decay = 0, momentum = 0.5)",
                       grouped(SGD, dict(lr=0.1, momentum=0.9, weight_decay=0.25), {}, dict(weight_decay=0.0, momentum=0.5), {},
                               dict(weight_decay=0.0, momentum=0.5))),
    "groups_specific": ("adagrad(lr = 0.1) with **(lr = 0.05), out.*.weight(lr = 0.2, initial_accumulator_value = 0.25), out.0.weight(lr = 0.3)",
                        grouped(ADAGRAD, dict(lr=0.1), dict(lr=0.3, initial_accumulator_value=0.25), dict(lr=0.05),
                                dict(lr=0.2, initial_accumulator_value=0.25), dict(lr=0.05))),
    "clip_norm": ("adam(lr = 0.05, clip_norm = 0.125)", around(ADAM, dict(lr=0.05), norm=0.125)),
    "clip_norm_sgd": ("sgd(lr = 0.5, clip_norm = 0.75)", around(SGD, dict(lr=0.5), norm=0.75)),
    "clip_norm_large": ("sgd(lr = 0.1, clip_norm = 1000)", around(SGD, dict(lr=0.1), norm=1000.0)),
    "clip_value": ("sgd(lr = 0.5, clip_value = 0.0625)", around(SGD, dict(lr=0.5), value=0.0625)),
    "average": ("adam(lr = 0.05, average = 0.75)", around(ADAM, dict(lr=0.05), decay=0.75)),
    "average_equal": ("sgd(lr = 0.5, average = equal)", around(SGD, dict(lr=0.5), decay=EQUAL)),
    "average_equal_adam": ("adam(lr = 0.05, clip_norm = 0.5, average = equal)", around(ADAM, dict(lr=0.05), norm=0.5, decay=EQUAL)),
    "average_fast": ("sgd(lr = 0.5, average = 0.25, clip_value = 0.25)", around(SGD, dict(lr=0.5), decay=0.25, value=0.25)),
}

# ------------------------------------------------------------------------------------------------ lists of layers

def two_tasks(name, lines, shapes, mixed):
    """Two heads on what `mixed(parameters, x)` gives for each of them."""
    source = model("Tasks", "input x: f32[batch, 3]", "target a, b: f32[batch, 1]", *lines, "head click = mixed[0] -> linear(1)",
                   "head buy = mixed[1] -> linear(1)", "entry both = click, buy", "loss of_click = bce_with_logits(click, a)",
                   "loss of_buy = bce_with_logits(buy, b)", "minimize of_click + of_buy", "optimizer adam(lr = 1e-2)",
                   above="block expert(units) = linear(units) -> tanh\n")

    def twin(p, d):
        heads = {head: linear(p, head, m) for head, m in zip(("click", "buy"), mixed(p, d["x"]))}
        return Outcome(heads, {"of_click": reduced(bce_with_logits, heads["click"], d["a"]),
                               "of_buy": reduced(bce_with_logits, heads["buy"], d["b"])})

    draw = lambda random, n: {"x": random.normal(n, 3), "a": random.uniform(n, 1), "b": random.uniform(n, 1)}
    return Case(name, source, shapes, twin, batches(draw, 5, 1), {"of_click": 1.0, "of_buy": 1.0}, adam(lr=1e-2))


def gated(p, gate, x, experts):
    weights = torch.softmax(linear(p, gate, x), 1)
    return torch.cat([weights[:, i:i + 1] * expert for i, expert in enumerate(experts)], 1)


def experts_of(p, name, x, count):
    return [torch.tanh(linear(p, f"{name}.{i}.0", x)) for i in range(count)]


def mixtures():
    """Names of weights are those of nn.ModuleList."""
    every = lambda name, count, *sizes: {k: v for i in range(count) for k, v in shapes_of(f"{name}.{i}.0", *sizes).items()}
    heads = lambda size: shapes_of("click", size, 1) | shapes_of("buy", size, 1)
    yield two_tasks("experts", ["trunk experts = [x -> expert(2) for i in 0 .. 3]", "trunk gates = [x -> linear(3) -> softmax for t in 0 .. 2]",
                                "mixed = [concat([gates[t][:, i:i + 1] * experts[i] for i in 0 .. 3]) for t in 0 .. 2]"],
                    every("experts", 3, 3, 2) | every("gates", 2, 3, 3) | heads(6),
                    lambda p, x: [gated(p, f"gates.{t}.0", x, experts_of(p, "experts", x, 3)) for t in range(2)])
    yield two_tasks("shared_and_own_experts",
                    ["trunk shared = [x -> expert(2) for i in 0 .. 2]", "trunk own = [[x -> expert(2) for i in 0 .. 1] for t in 0 .. 2]",
                     "trunk gates = [x -> linear(len(shared + own[t])) -> softmax for t in 0 .. 2]",
                     "mixed = [concat([gates[t][:, i:i + 1] * (shared + own[t])[i] for i in 0 .. len(shared + own[t])]) for t in 0 .. 2]"],
                    every("shared", 2, 3, 2) | every("own.0", 1, 3, 2) | every("own.1", 1, 3, 2) | every("gates", 2, 3, 3) | heads(6),
                    lambda p, x: [gated(p, f"gates.{t}.0", x, experts_of(p, "shared", x, 2) + experts_of(p, f"own.{t}", x, 1))
                                  for t in range(2)])


GROUPS = {
    "update_rules": [optimizer_case(name, *row) for name, row in RULES.items()],
    "training": [optimizer_case(name, *row, {}) for name, row in TRAINING.items()],
    "lists": list(mixtures()),
}
