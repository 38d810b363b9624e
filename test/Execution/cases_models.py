"""The reference models, the digits example, and the optimizers."""
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

from twin import (Batch, Case, Outcome, accuracy, batches, chain, cross_entropy, l1, linear, model, mse, reduced, shapes_of)

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"


def example(name):
    return (EXAMPLES / name / "model.mimo").read_text()


def rename(text, sizes):
    for old, new in sizes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def coarse(random, name, shape):
    """Weights of few bits: the file of the large models stays small."""
    return np.round(random.weights(shape) * 512) / np.float32(512)


def adam(**settings):
    return lambda tensors: torch.optim.Adam(tensors, **settings)


# ------------------------------------------------------------------------------------------------------------ model (a)

def multi_input_output(name, image, text, classes, units, source, rows):
    a, b, c, d_, e, f = units

    def twin(p, d):
        image_fc = chain(p, "image_fc", d["image"], "linear", torch.relu, "linear", torch.relu)
        text_fc = chain(p, "text_fc", d["text"], "linear", torch.relu, "linear", torch.relu)
        both = chain(p, "combined_fc", torch.cat([image_fc, text_fc], 1), "linear", torch.relu, "linear", torch.relu)
        logits, score = linear(p, "classifier", both), linear(p, "regressor", both)
        return Outcome({"classifier": logits, "regressor": score},
                       {"classification": reduced(cross_entropy, logits, d["label"]), "regression": reduced(mse, score, d["score"])},
                       {"accuracy": accuracy(logits, d["label"])})

    def draw(random, n):
        return {"image": random.normal(n, image), "text": random.normal(n, text), "label": random.integers(n, high=classes),
                "score": random.normal(n, 1)}

    parameters = (shapes_of("image_fc.0", image, a) | shapes_of("image_fc.2", a, b) | shapes_of("text_fc.0", text, c)
                  | shapes_of("text_fc.2", c, d_) | shapes_of("combined_fc.0", b + d_, e) | shapes_of("combined_fc.2", e, f)
                  | shapes_of("classifier", f, classes) | shapes_of("regressor", f, 1))
    return Case(name, source, parameters, twin, batches(draw, *rows), {"classification": 1.0, "regression": 1.0}, adam(lr=1e-3),
                draw_parameter=coarse if image > 100 else None)


def model_a():
    text = example("multi_input_output")
    yield multi_input_output("multi_input_output", 256, 100, 10, (128, 64, 64, 32, 128, 64), text, (5,))
    small = rename(text, [("image_dim = 256", "image_dim = 6"), ("text_dim = 100", "text_dim = 5"), ("classes = 10", "classes = 3"),
                          ("image -> linear(128) -> relu -> linear(64)", "image -> linear(7) -> relu -> linear(4)"),
                          ("text  -> linear(64)  -> relu -> linear(32)", "text  -> linear(5)  -> relu -> linear(3)"),
                          ("text_fc) -> linear(128) -> relu -> linear(64)", "text_fc) -> linear(9) -> relu -> linear(6)")])
    yield multi_input_output("multi_input_output_small", 6, 5, 3, (7, 4, 5, 3, 9, 6), small, (4, 1, 17, 64))


# ------------------------------------------------------------------------------------------------------------ model (b)

def two_head(name, features, width, arm_width, source, rows):
    def arm(p, name, x):
        return chain(p, name, x, "linear", F.elu, "linear", F.elu, "linear", F.elu)

    def twin(p, d):
        rep = chain(p, "rep", d["x"], "linear", F.elu, "linear", F.elu, "linear", F.elu)
        y0, y1 = arm(p, "y0", rep), arm(p, "y1", rep)
        return Outcome({"y0": y0, "y1": y1, "effect": y1 - y0},
                       {"l0": reduced(mse, y0, d["y"], d["t"] == 0, d["w"]), "l1": reduced(mse, y1, d["y"], d["t"] == 1, d["w"])})

    def draw(treated):
        return lambda random, n: {"x": random.normal(n, features), "t": np.asarray(random.uniform(n) < treated, np.int32),
                                  "y": random.normal(n, 1), "w": random.uniform(n, low=0.5, high=2)}

    parameters = shapes_of("rep.0", features, width) | shapes_of("rep.2", width, width) | shapes_of("rep.4", width, width)
    for head in ("y0", "y1"):
        parameters |= shapes_of(f"{head}.0", width, arm_width) | shapes_of(f"{head}.2", arm_width, arm_width) | shapes_of(f"{head}.4", arm_width, 1)
    return Case(name, source, parameters, twin, [Batch(f"{kind}{n}", n, draw(p)) for n in rows for kind, p in (("both", 0.5), ("none", 0.0), ("all", 1.0))],
                {"l0": 1.0, "l1": 1.0}, adam(lr=1e-3), draw_parameter=coarse if width > 100 else None)


def model_b():
    text = example("two_head")
    yield two_head("two_head", 25, 200, 100, text, (3,))
    small = rename(text, [("features = 25", "features = 3"), ("linear(200)", "linear(7)"), ("arm(100)", "arm(5)")])
    yield two_head("two_head_small", 3, 7, 5, small, (6, 33))


# ------------------------------------------------------------------------------------------------------------ model (c)

def model_c():
    def twin(p, d):
        tower = lambda x: chain(p, "tower", x, "linear", torch.relu, "linear", torch.sigmoid)
        z = torch.cat([tower(d["a"]), tower(d["b"])], 1)
        pa, pb = linear(p, "pa", z), linear(p, "pb", z)
        return Outcome({"pa": pa, "pb": pb}, {"la": reduced(mse, pa, d["ya"]), "lb": reduced(mse, pb, d["yb"])})

    def draw(random, n):
        return {x: random.uniform(n, 1, low=-1, high=1) for x in ("a", "b", "ya", "yb")}

    parameters = shapes_of("tower.0", 1, 20) | shapes_of("tower.2", 20, 20) | shapes_of("pa", 40, 1) | shapes_of("pb", 40, 1)
    yield Case("siamese", example("siamese"), parameters, twin, batches(draw, 4, 1, 8, 100), {"la": 1.0, "lb": 1.0},
               lambda tensors: torch.optim.SGD(tensors, lr=0.1))


def digits():
    def twin(p, d):
        left = torch.relu(linear(p, "left_half.0", d["left"]))
        right = torch.relu(linear(p, "right_half.0", d["right"]))
        whole = torch.relu(linear(p, "whole.0", torch.cat([left, right], 1)))
        digit, middle = linear(p, "digit", whole), linear(p, "middle", whole)
        return Outcome({"digit": digit, "middle": middle},
                       {"classification": reduced(cross_entropy, digit, d["label"]), "location": reduced(mse, middle, d["centre"])},
                       {"accuracy": accuracy(digit, d["label"]), "error": reduced(l1, middle, d["centre"])})

    def draw(random, n):
        return {"left": random.integers(n, 32, high=17, dtype=np.float32), "right": random.integers(n, 32, high=17, dtype=np.float32),
                "label": random.integers(n, high=10), "centre": random.normal(n, 1)}

    parameters = (shapes_of("left_half.0", 32, 64) | shapes_of("right_half.0", 32, 64) | shapes_of("whole.0", 128, 64)
                  | shapes_of("digit", 64, 10) | shapes_of("middle", 64, 1))
    yield Case("digits", example("digits"), parameters, twin, batches(draw, 7), {"classification": 1.0, "location": 1.0}, adam(lr=2e-3))


# ----------------------------------------------------------------------------------------------------------- optimizers

OPTIMIZERS = {
    "sgd": ("sgd(lr = 0.1)", torch.optim.SGD, dict(lr=0.1)),
    "sgd_decay": ("sgd(lr = 0.1, weight_decay = 0.25)", torch.optim.SGD, dict(lr=0.1, weight_decay=0.25)),
    "sgd_momentum": ("sgd(lr = 0.1, momentum = 0.9)", torch.optim.SGD, dict(lr=0.1, momentum=0.9)),
    "sgd_dampening": ("sgd(0.1, momentum = 0.75, dampening = 0.5)", torch.optim.SGD, dict(lr=0.1, momentum=0.75, dampening=0.5)),
    "sgd_nesterov": ("sgd(lr = 0.05, momentum = 0.9, nesterov = true, weight_decay = 1e-2)", torch.optim.SGD,
                     dict(lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-2)),
    "sgd_everything": ("sgd(lr = 0.05, momentum = 0.5, dampening = 0.25, weight_decay = 0.1)", torch.optim.SGD,
                       dict(lr=0.05, momentum=0.5, dampening=0.25, weight_decay=0.1)),
    "adam": ("adam()", torch.optim.Adam, dict(lr=1e-3)),
    "adam_settings": ("adam(lr = 0.05, betas = (0.5, 0.75), eps = 1e-3, weight_decay = 0.25)", torch.optim.Adam,
                      dict(lr=0.05, betas=(0.5, 0.75), eps=1e-3, weight_decay=0.25)),
    "adamw": ("adamw(lr = 0.01)", torch.optim.AdamW, dict(lr=0.01)),
    "adamw_settings": ("adamw(lr = 0.05, betas = (0.8, 0.9), eps = 1e-4, weight_decay = 0.5)", torch.optim.AdamW,
                       dict(lr=0.05, betas=(0.8, 0.9), eps=1e-4, weight_decay=0.5)),
    "adamw_no_decay": ("adamw(lr = 0.01, weight_decay = 0)", torch.optim.AdamW, dict(lr=0.01, weight_decay=0.0)),
}


def optimizer_case(name, text, factory, settings):
    source = model("Fit", "input x: f32[batch, 3]", "target y: f32[batch, 2]", "head out = x -> linear(4) -> tanh -> linear(2)",
                   "loss fit = mse(out, y)", "minimize fit", f"optimizer {text}")

    def twin(p, d):
        out = chain(p, "out", d["x"], "linear", torch.tanh, "linear")
        return Outcome({"out": out}, {"fit": reduced(mse, out, d["y"])})

    draw = lambda random, n: {"x": random.normal(n, 3), "y": random.normal(n, 2)}
    return Case(name, source, shapes_of("out.0", 3, 4) | shapes_of("out.2", 4, 2), twin, batches(draw, 6, 1), {"fit": 1.0},
                lambda tensors: factory(tensors, **settings), full_gradients=False, vjp=False)


def unreached_parameter():
    """A part that no loss reaches has gradient zero; what weight decay does to it is the optimizer's rule."""
    for name, text, make in (("unreached_sgd", "sgd(lr = 0.1, momentum = 0.9, weight_decay = 0.1)", lambda t: torch.optim.SGD(t, lr=0.1, momentum=0.9, weight_decay=0.1)),
                             ("unreached_adamw", "adamw(lr = 0.1, weight_decay = 0.1)", lambda t: torch.optim.AdamW(t, lr=0.1, weight_decay=0.1))):
        source = model("Unreached", "input x: f32[batch, 3]", "target y: f32[batch, 2]", "head out = x -> linear(2)",
                       "head idle = x -> linear(2)", "loss fit = mse(out, y)", "minimize fit", f"optimizer {text}")

        def twin(p, d):
            out, idle = linear(p, "out", d["x"]), linear(p, "idle", d["x"])
            return Outcome({"out": out, "idle": idle}, {"fit": reduced(mse, out, d["y"])})

        draw = lambda random, n: {"x": random.normal(n, 3), "y": random.normal(n, 2)}
        yield Case(name, source, shapes_of("out", 3, 2) | shapes_of("idle", 3, 2), twin, batches(draw, 4), {"fit": 1.0}, make)


GROUPS = {
    "models": [*model_a(), *model_b(), *model_c(), *digits()],
    "optimizers": [optimizer_case(name, *row) for name, row in OPTIMIZERS.items()] + list(unreached_parameter()),
}
