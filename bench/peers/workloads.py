"""The models that are timed: mimoc's source, the same network as a function over a framework (functions_torch.py, functions_jax.py),
data, and what is minimised. Parameters have the names and start from the values of mimoc's library."""
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np

MODELS = Path(__file__).resolve().parents[1] / "models"


@dataclass
class Workload:
    name: str
    title: str
    source: Callable    # () -> text
    draw: Callable      # (random, rows) -> data by name
    network: Callable   # (F, p, d) -> heads by name, () -> losses by name
    minimize: dict      # loss -> coefficient
    optimizer: str      # "adam" or "sgd", with PyTorch's defaults beside what follows
    settings: dict
    batches: tuple = (1, 32, 64, 256, 1024, 4096)


def normal(random, *shape):
    return random.standard_normal(shape).astype(np.float32)


def from_file(name):
    return lambda: (MODELS / f"{name}.mimo").read_text()


# ---------------------------------------------------------------------------------------------------- (a) (b) (c)

def multi_input_output(F, p, d):
    image = F.relu(F.linear(p, "image_fc.2", F.relu(F.linear(p, "image_fc.0", d["image"]))))
    text = F.relu(F.linear(p, "text_fc.2", F.relu(F.linear(p, "text_fc.0", d["text"]))))
    both = F.relu(F.linear(p, "combined_fc.2", F.relu(F.linear(p, "combined_fc.0", F.concat([image, text])))))
    heads = {"classifier": F.linear(p, "classifier", both), "regressor": F.linear(p, "regressor", both)}
    return heads, lambda: {"classification": F.cross_entropy(heads["classifier"], d["label"]), "regression": F.mse(heads["regressor"], d["score"])}


def two_head(F, p, d):
    x = d["x"]
    for layer in ("rep.0", "rep.2", "rep.4"):
        x = F.elu(F.linear(p, layer, x))
    heads = {}
    for head in ("y0", "y1"):
        h = x
        for layer in (0, 2, 4):
            h = F.elu(F.linear(p, f"{head}.{layer}", h))
        heads[head] = h

    def losses():
        owned = lambda head, arm: F.sum(F.square(heads[head][:, 0] - d["y"][:, 0]) * d["w"] * F.cast(d["t"] == arm)) / F.at_least(F.sum(F.cast(d["t"] == arm)), 1)
        return {"l0": owned("y0", 0), "l1": owned("y1", 1)}
    return heads | {"effect": heads["y1"] - heads["y0"]}, losses


def siamese(F, p, d):
    tower = lambda x: F.sigmoid(F.linear(p, "tower.2", F.relu(F.linear(p, "tower.0", x))))
    z = F.concat([tower(d["a"]), tower(d["b"])])
    heads = {"pa": F.linear(p, "pa", z), "pb": F.linear(p, "pb", z)}
    return heads, lambda: {"la": F.mse(heads["pa"], d["ya"]), "lb": F.mse(heads["pb"], d["yb"])}


# ------------------------------------------------------------------------------------------------------ (d) (e)

def simple_cnn(F, p, d):
    x = F.maxpool(F.relu(F.conv2d(p, "features.0", d["image"], padding=1)), 2, 2, 0)
    x = F.maxpool(F.relu(F.conv2d(p, "features.3", x, padding=1)), 2, 2, 0)
    x = F.relu(F.linear(p, "features.8", F.dropout(F.flatten(x), 0.25)))
    heads = {"logits": F.linear(p, "logits", x)}
    weights = [value for name, value in p.items() if name.endswith("weight")]
    return heads, lambda: {"ce": F.cross_entropy(heads["logits"], d["label"]), "l2_all": sum(F.sum(F.square(w)) for w in weights),
                           "l1_all": sum(F.sum(F.abs(w)) for w in weights)}


def resnet18_two_head(F, p, d):
    bn = lambda name, x: F.batchnorm(p, f"features.{name}", x)
    conv = lambda name, x, stride, padding: F.conv2d(p, f"features.{name}", x, stride=stride, padding=padding)
    x = F.maxpool(F.relu(bn("bn1", conv("conv1", F.concat([d["rgb"], d["depth"]]), 2, 3))), 3, 2, 1)
    for stage in (1, 2, 3, 4):
        for block in (0, 1):
            name, stride = f"layer{stage}.{block}", 2 if stage > 1 and block == 0 else 1
            y = F.relu(bn(f"{name}.bn1", conv(f"{name}.conv1", x, stride, 1)))
            y = bn(f"{name}.bn2", conv(f"{name}.conv2", y, 1, 1))
            skip = bn(f"{name}.downsample.1", conv(f"{name}.downsample.0", x, stride, 0)) if stride == 2 else x
            x = F.relu(y + skip)
    x = F.global_avgpool(x)
    heads = {"logits": F.linear(p, "logits.1", F.dropout(x, 0.2)), "pose": F.linear(p, "pose", x)}

    def losses():
        labelled, angle = d["label"] >= 0, d["angle"][:, 0]
        known = F.cast(labelled)
        cls = F.sum(F.cross_entropies(heads["logits"], F.where(labelled, d["label"], 0)) * known) / F.at_least(F.sum(known), 1)
        known = F.cast(angle == angle)
        off = F.abs(heads["pose"][:, 0] - F.where(angle == angle, angle, 0.0))
        reg = F.sum(F.where(off < 1, 0.5 * off * off, off - 0.5) * known) / F.at_least(F.sum(known), 1)
        return {"cls": cls, "reg": reg}
    return heads, losses


def pictures(random, rows):
    label, angle = random.randint(0, 10, rows), normal(random, rows, 1)
    label[::3], angle[1::3] = -1, np.nan  # a third of either is missing
    return {"rgb": normal(random, rows, 3, 224, 224), "depth": normal(random, rows, 1, 224, 224), "label": label, "angle": angle}


# -------------------------------------------------------------------------------------------------- wide and many

def wide_mlp(F, p, d):
    x = d["x"]
    for layer in ("features.0", "features.2", "features.4"):
        x = F.relu(F.linear(p, layer, x))
    heads = {"logits": F.linear(p, "logits", x)}
    return heads, lambda: {"ce": F.cross_entropy(heads["logits"], d["label"])}


def mmoe(F, p, d):
    experts = F.stack([F.relu(F.linear(p, f"experts.{i}.0", d["x"])) for i in range(8)])
    heads = {}
    for t, name in enumerate(("clicks", "buys")):
        mixed = F.sum_axis1(experts * F.softmax(F.linear(p, f"gates.{t}.0", d["x"]))[:, :, None])
        heads[name] = F.linear(p, f"{name}.2", F.relu(F.linear(p, f"{name}.0", mixed)))
    return heads, lambda: {"click_loss": F.bce_with_logits(heads["clicks"], d["click"]), "buy_loss": F.bce_with_logits(heads["buys"], d["buy"])}


def heads_of(count, units=8):
    """`count` sibling heads of `units` columns on one trunk, each with a loss of its own; or one as wide as all."""
    lines = [f"model Heads {{", "  input x: f32[batch, 128]"]
    lines += [f"  target y{i}: f32[batch, {units}]" for i in range(count)] + ["  trunk h = x -> linear(256) -> relu -> linear(128) -> relu"]
    for i in range(count):
        lines += [f"  head h{i} = h -> linear({units})", f"  loss l{i} = mse(h{i}, y{i})"]
    lines += ["  minimize " + " + ".join(f"l{i}" for i in range(count)), "  optimizer adam(lr = 1e-3)", "}\n"]

    def network(F, p, d):
        x = F.relu(F.linear(p, "h.2", F.relu(F.linear(p, "h.0", d["x"]))))
        heads = {f"h{i}": F.linear(p, f"h{i}", x) for i in range(count)}
        return heads, lambda: {f"l{i}": F.mse(heads[f"h{i}"], d[f"y{i}"]) for i in range(count)}

    draw = lambda random, rows: {"x": normal(random, rows, 128), **{f"y{i}": normal(random, rows, units) for i in range(count)}}
    return "\n".join(lines), draw, network, {f"l{i}": 1.0 for i in range(count)}


def heads_workload(count, units=8):
    text, draw, network, minimize = heads_of(count, units)
    title = f"{count} heads of {units}"
    return Workload(f"heads{count}x{units}", title, lambda: text, draw, network, minimize, "adam", {"lr": 1e-3})


ADAM = ("adam", {"lr": 1e-3})
WORKLOADS = {w.name: w for w in [
    Workload("a", "(a) two inputs, two heads", from_file("multi_input_output"),
             lambda r, n: {"image": normal(r, n, 256), "text": normal(r, n, 100), "label": r.randint(0, 10, n), "score": normal(r, n, 1)},
             multi_input_output, {"classification": 1.0, "regression": 1.0}, *ADAM),
    Workload("b", "(b) two heads, masked, weighted", from_file("two_head"),
             lambda r, n: {"x": normal(r, n, 25), "t": r.randint(0, 2, n).astype(np.int32), "y": normal(r, n, 1),
                           "w": r.uniform(0.5, 1.5, n).astype(np.float32)},
             two_head, {"l0": 1.0, "l1": 1.0}, *ADAM),
    Workload("c", "(c) shared layers, two heads", from_file("siamese"), lambda r, n: {name: normal(r, n, 1) for name in ("a", "b", "ya", "yb")},
             siamese, {"la": 1.0, "lb": 1.0}, "sgd", {"lr": 0.1}),
    Workload("d", "(d) small CNN, 28x28", from_file("simple_cnn"), lambda r, n: {"image": normal(r, n, 1, 28, 28), "label": r.randint(0, 10, n)},
             simple_cnn, {"ce": 1.0, "l2_all": 1e-4, "l1_all": 1e-6}, "sgd", {"lr": 0.01, "momentum": 0.9}, (1, 8, 64)),
    Workload("e", "(e) ResNet18, two heads, 224x224", from_file("resnet18_two_head"), pictures, resnet18_two_head, {"cls": 1.0, "reg": 0.5},
             "sgd", {"lr": 0.01, "momentum": 0.9}, (1, 8)),
    Workload("wide", "MLP, 3 layers of 1024", from_file("wide_mlp"), lambda r, n: {"x": normal(r, n, 1024), "label": r.randint(0, 10, n)},
             wide_mlp, {"ce": 1.0}, *ADAM),
    Workload("mmoe", "MMoE, 8 experts, 2 tasks", from_file("mmoe"),
             lambda r, n: {"x": normal(r, n, 128), **{name: r.randint(0, 2, (n, 1)).astype(np.float32) for name in ("click", "buy")}},
             mmoe, {"click_loss": 1.0, "buy_loss": 1.0}, *ADAM),
    *[heads_workload(count) for count in (1, 2, 4, 8, 16)], heads_workload(1, 128)]}
