"""Train blocks and frozen parts: what a phase trains, with its own objective, optimizer and state."""
import torch
import torch.nn.functional as F

from twin import Batch, Case, Outcome, chain, linear, model, shapes_of

NETWORK = ["input x: f32[batch, 5]", "target label: i64[batch]", "target angle: f32[batch, 1]",
           "trunk features = x -> linear(7) -> tanh -> linear(4) -> tanh", "head logits = features -> linear(3)", "head pose = features -> linear(1)",
           "loss cls = cross_entropy(logits, label)", "loss reg = mse(pose, angle)"]
PARAMETERS = {**shapes_of("features.0", 5, 7), **shapes_of("features.2", 7, 4), **shapes_of("logits", 4, 3), **shapes_of("pose", 4, 1)}
TRUNK = tuple(name for name in PARAMETERS if name.startswith("features."))


def network(p, d):
    features = chain(p, "features", d["x"], "linear", torch.tanh, "linear", torch.tanh)
    heads = {"logits": linear(p, "logits", features), "pose": linear(p, "pose", features)}
    return heads, {"cls": F.cross_entropy(heads["logits"], d["label"].long()), "reg": F.mse_loss(heads["pose"], d["angle"])}


def squares(p, prefix=""):
    """l2 of the weights of a part."""
    return sum((value * value).sum() for name, value in p.items() if name.startswith(prefix) and value.dim() > 1)


def draw(random, rows):
    return {"x": random.normal(rows, 5), "label": random.integers(rows, high=3), "angle": random.normal(rows, 1)}


BATCHES = [Batch(f"rows{n}", n, draw) for n in (1, 9)]


def with_groups(optimizer, parameters, **features):
    """Parameters of the trunk in a group of their own; they are the first ones."""
    count = len(TRUNK)
    return optimizer([{"params": parameters[:count], **features}, {"params": parameters[count:]}])


def train_blocks():
    """One model and its three phases. Every phase reports every loss, and the penalties of all."""
    source = model("Phases", *NETWORK,
                   "train heads {", "  freeze features", "  minimize cls + 0.5 * reg", "  optimizer adam(lr = 0.01)", "}",
                   "train full {", "  minimize 2 * cls + reg + 0.125 * l2(features)",
                   "  optimizer sgd(lr = 0.0625, momentum = 0.5) with features(lr = 0.03125)", "}",
                   "train bottom {", "  freeze features.2, **.bias, pose", "  minimize reg + 0.25 * l2(all)",
                   "  optimizer adamw(lr = 0.01, weight_decay = 0.125)", "}")

    def twin(p, d):
        heads, losses = network(p, d)
        return Outcome(heads, losses | {"l2_features": squares(p, "features."), "l2_all": squares(p)})

    bottom = tuple(name for name in PARAMETERS if name.endswith(".bias") or name.startswith(("features.2.", "pose.")))
    yield Case("blocks@heads", source, PARAMETERS, twin, BATCHES, {"cls": 1.0, "reg": 0.5}, lambda p: torch.optim.Adam(p, lr=0.01), frozen=TRUNK)
    yield Case("blocks@full", source, PARAMETERS, twin, BATCHES, {"cls": 2.0, "reg": 1.0, "l2_features": 0.125},
               lambda p: with_groups(lambda groups: torch.optim.SGD(groups, lr=0.0625, momentum=0.5), p, lr=0.03125))
    yield Case("blocks@bottom", source, PARAMETERS, twin, BATCHES, {"reg": 1.0, "l2_all": 0.25},
               lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.125), frozen=bottom)


def same_penalty():
    """Two phases with the same penalty: reported once, and part of what each minimizes."""
    source = model("Phases", *NETWORK,
                   "train first {", "  minimize cls + 0.5 * l2(all)", "  optimizer sgd(lr = 0.0625)", "}",
                   "train second {", "  freeze features.0", "  minimize reg + 0.25 * l2(all)", "  optimizer sgd(lr = 0.0625)", "}")

    def twin(p, d):
        heads, losses = network(p, d)
        return Outcome(heads, losses | {"l2_all": squares(p)})

    sgd = lambda p: torch.optim.SGD(p, lr=0.0625)
    frozen = tuple(name for name in PARAMETERS if name.startswith("features.0."))
    yield Case("same_penalty@first", source, PARAMETERS, twin, BATCHES, {"cls": 1.0, "l2_all": 0.5}, sgd)
    yield Case("same_penalty@second", source, PARAMETERS, twin, BATCHES, {"reg": 1.0, "l2_all": 0.25}, sgd, frozen=frozen)


def frozen_parts():
    """`freeze` in a model without train blocks: vjp and the losses alone have no gradients of what is frozen, either."""
    for name, paths, frozen in (("trunk", "features", TRUNK), ("heads", "logits, pose", tuple(n for n in PARAMETERS if n not in TRUNK)),
                                ("one", "features.2.weight", ("features.2.weight",))):
        source = model("Frozen", *NETWORK, f"freeze {paths}", "minimize cls + reg", "optimizer rmsprop(lr = 0.01)")
        yield Case(f"freeze_{name}", source, PARAMETERS, lambda p, d: Outcome(*network(p, d)), BATCHES, {"cls": 1.0, "reg": 1.0},
                   lambda p: torch.optim.RMSprop(p, lr=0.01), frozen=frozen)


GROUPS = {"phases": [*train_blocks(), *same_penalty(), *frozen_parts()]}
