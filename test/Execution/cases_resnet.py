"""Residual networks of the blocks of std:resnet: narrow ones here, up to gradients; resnet18 itself, and its steps, in resnet.py."""
import torch
import torch.nn.functional as F

from cases_batchnorm import Norms, buffers_of, vectors_of
from twin import Case, Outcome, batches, cross_entropy, mse, reduced, smooth_l1


def conv(p, name, x, **options):
    return F.conv2d(x, p[f"{name}.weight"], **options)


def basic(norm, p, name, x, channels, stride=1):
    """torchvision's BasicBlock."""
    y = norm(f"{name}.bn1", conv(p, f"{name}.conv1", x, stride=stride, padding=1)).relu()
    y = norm(f"{name}.bn2", conv(p, f"{name}.conv2", y, padding=1))
    if stride != 1 or x.shape[1] != channels:
        x = norm(f"{name}.downsample.1", conv(p, f"{name}.downsample.0", x, stride=stride))
    return (y + x).relu()


def bottleneck(norm, p, name, x, channels, stride=1):
    """torchvision's Bottleneck."""
    y = norm(f"{name}.bn1", conv(p, f"{name}.conv1", x)).relu()
    y = norm(f"{name}.bn2", conv(p, f"{name}.conv2", y, stride=stride, padding=1)).relu()
    y = norm(f"{name}.bn3", conv(p, f"{name}.conv3", y))
    if stride != 1 or x.shape[1] != 4 * channels:
        x = norm(f"{name}.downsample.1", conv(p, f"{name}.downsample.0", x, stride=stride))
    return (y + x).relu()


def trunk(norm, p, name, x, block, stages, pooled=True):
    """torchvision's ResNet up to its average; `stages` are (channels, stride, blocks). Narrow ones have a kernel of 3x3 and no pooling: with
    few bits, its choice is soon ambiguous."""
    x = norm(f"{name}.bn1", conv(p, f"{name}.conv1", x, stride=2, padding=p[f"{name}.conv1.weight"].shape[2] // 2)).relu()
    if pooled:
        x = F.max_pool2d(x, 3, stride=2, padding=1)
    for number, (channels, stride, count) in enumerate(stages, 1):
        for i in range(count):
            x = block(norm, p, f"{name}.layer{number}.{i}", x, channels, stride if i == 0 else 1)
    return x.mean([2, 3])


def shapes(name, inputs, first, kernel, bottlenecks, stages):
    """Parameters and buffers of such a trunk, under torchvision's names."""
    parameters, buffers = {}, {}

    def layer(conv_name, norm_name, out, into, kernel):
        parameters[f"{name}.{conv_name}.weight"] = (out, into, kernel, kernel)
        parameters.update(vectors_of(f"{name}.{norm_name}", out))
        buffers.update(buffers_of(f"{name}.{norm_name}", out))
    layer("conv1", "bn1", first, inputs, kernel)
    into = first
    for number, (channels, stride, count) in enumerate(stages, 1):
        out = 4 * channels if bottlenecks else channels
        for i in range(count):
            place = f"layer{number}.{i}"
            kernels = [(channels, into, 1), (channels, channels, 3), (out, channels, 1)] if bottlenecks else [(out, into, 3), (out, out, 3)]
            for k, (rows, columns, kernel) in enumerate(kernels, 1):
                layer(f"{place}.conv{k}", f"{place}.bn{k}", rows, columns, kernel)
            if i == 0 and (stride != 1 or into != out):
                layer(f"{place}.downsample.0", f"{place}.downsample.1", out, into, 1)
            into = out
    return parameters, buffers


HEADS = """  head logits = features -> linear(3)
  head pose   = features -> linear(1)
  loss cls = cross_entropy(logits, label) where label >= 0
  loss reg = mse(pose, angle) where not isnan(angle)
"""


def draw(size):
    def two_images(random, rows):
        label, angle = random.integers(rows, low=-1, high=3), random.normal(rows, 1)
        label[0], angle[-1] = 1, float("nan")
        return {"rgb": random.normal(rows, 3, size, size), "depth": random.normal(rows, 1, size, size), "label": label, "angle": angle}
    return two_images


def outcome(norm, p, d, features, huber=False):
    linear = lambda name: F.linear(features, p[f"{name}.weight"], p[f"{name}.bias"])
    logits, pose = linear("logits"), linear("pose")
    known, seen = d["label"] >= 0, ~torch.isnan(d["angle"])
    return Outcome({"logits": logits, "pose": pose},
                   {"cls": reduced(cross_entropy, logits, d["label"], where=known), "reg": reduced(smooth_l1(1.0) if huber else mse, pose, d["angle"], where=seen)},
                   buffers=norm.nexts)


def draw_parameter(random, name, shape):
    """Scales of norms as they are: far from 0, where a relu decides everything."""
    return random.uniform(*shape, low=0.5, high=1.5) if "bn" in name and name.endswith("weight") else random.weights(shape)


def narrow(name, source, first, block, stages, size, rows):
    parameters, buffers = shapes("features", 4, first, 3, block is bottleneck, stages)
    width = stages[-1][0] * (4 if block is bottleneck else 1)
    for head, units in (("logits", 3), ("pose", 1)):
        parameters |= {f"{head}.weight": (units, width), f"{head}.bias": (units,)}
    text = f"""import "std:resnet"
default conv2d(bias = false)
model Narrow {{
  input  rgb: f32[batch, 3, {size}, {size}]
  input  depth: f32[batch, 1, {size}, {size}]
  target label: i64[batch]
  target angle: f32[batch, 1]
  trunk features = concat(rgb, depth) -> conv1: conv2d({first}, 3, stride = 2, pad = 1) -> bn1: batchnorm -> relu
    -> {source} -> global_avgpool
{HEADS}  minimize cls + 0.5 * reg
}}
"""

    def twin(p, d, training):
        norm = Norms(p, training)
        return outcome(norm, p, d, trunk(norm, p, "features", torch.cat([d["rgb"], d["depth"]], 1), block, stages, pooled=False))

    return Case(name, text, parameters, twin, batches(draw(size), *rows), {"cls": 1.0, "reg": 0.5}, buffers=buffers, draw_parameter=draw_parameter)


def networks():
    yield narrow("basic", "layer1: repeat(1, basic(3)) -> layer2: repeat(1, basic(4, 2))", 3, basic, [(3, 1, 1), (4, 2, 1)], 8, (8,))
    yield narrow("bottleneck", "layer1: repeat(1, bottleneck(2, 2))", 3, bottleneck, [(2, 2, 1)], 8, (6,))


def two_phases():
    """The phases of examples/resnet18_two_head on a narrow trunk. Where it is frozen its norms compute with their running statistics, which
    stand still."""
    stages = [(3, 2, 1)]
    parameters, buffers = shapes("features", 4, 2, 3, False, stages)
    trunk_names = tuple(parameters)
    for head, units in (("logits", 3), ("pose", 1)):
        parameters |= {f"{head}.weight": (units, 3), f"{head}.bias": (units,)}
    learned = {"minimize.full.cls": (), "minimize.full.reg": ()}
    text = f"""import "std:resnet"
default conv2d(bias = false)
model TwoPhases {{
  input  rgb: f32[batch, 3, 6, 6]
  input  depth: f32[batch, 1, 6, 6]
  target label: i64[batch]
  target angle: f32[batch, 1]
  trunk features = concat(rgb, depth) -> conv1: conv2d(2, 3, stride = 2, pad = 1) -> bn1: batchnorm -> relu
    -> layer1: repeat(1, basic(3, 2)) -> global_avgpool
{HEADS.replace("mse(", "smooth_l1(")}  train heads {{
    freeze features
    minimize cls + 0.5 * reg
    optimizer adam(lr = 1e-3)
  }}
  train full {{
    minimize uncertainty(cls, reg)
    optimizer sgd(lr = 1e-4, momentum = 0.9) with features(lr = 1e-5)
  }}
}}
"""

    def twin_of(frozen):
        def twin(p, d, training):
            norm = Norms(p, training and not frozen)
            return outcome(norm, p, d, trunk(norm, p, "features", torch.cat([d["rgb"], d["depth"]], 1), basic, stages, pooled=False), huber=True)
        return twin

    def uncertainty(found, p):
        total = sum(0.5 * torch.exp(-p[f"minimize.full.{name}"]) * found.losses[name] + 0.5 * p[f"minimize.full.{name}"] for name in ("cls", "reg"))
        return dict(zip(p, torch.autograd.grad(total, list(p.values()), retain_graph=True)))

    def sgd(tensors):
        count = len(trunk_names)
        return torch.optim.SGD([{"params": tensors[:count], "lr": 1e-5}, {"params": tensors[count:]}], lr=1e-4, momentum=0.9)

    parameters |= learned
    common = dict(buffers=buffers, draw_parameter=draw_parameter)
    yield Case("two_phases@heads", text, parameters, twin_of(True), batches(draw(6), 8), {"cls": 1.0, "reg": 0.5}, lambda p: torch.optim.Adam(p, lr=1e-3),
               frozen=(*trunk_names, *learned, *buffers), full_gradients=False, **common)
    yield Case("two_phases@full", text, parameters, twin_of(False), batches(draw(6), 8), {"cls": 1.0, "reg": 1.0}, sgd, gradients=uncertainty, **common)


GROUPS = {"resnets": [*networks(), *two_phases()]}
