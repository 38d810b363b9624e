"""resnet.py FOLDER: the ResNet18 with two heads of the example, whole, on small images in float64: names as torchvision's, and heads, losses,
every gradient, running statistics and steps of both its phases as PyTorch computes them (resnet_numbers.py). Its dropout is left out: random
numbers are no part of it. Numbers of large tensors are sampled, see sampling.py.

Both sides compute in float64. What rounding does to them is amplified by twenty normalisations on the way, but stays far below TOLERANCE of
the largest number of a tensor; whatever is computed otherwise does not."""
import pathlib
import sys
import zlib

import numpy as np

import tensors
from compare import compile_model
from compiled_model import CompiledModel
from sampling import SAMPLES, sample_places, signed_sums

FOLDER = pathlib.Path(__file__).resolve().parent
RESNET18 = [(64, 1, 2), (128, 2, 2), (256, 2, 2), (512, 2, 2)]
LABELS, ROWS, SIZE, STEPS = 5, 4, 48, {"heads": 2, "full": 5}
TOLERANCE = 1e-9


def stream(name):
    return np.random.RandomState(zlib.crc32(name.encode()))


def draw_data():
    random = stream("data")
    images = {name: random.standard_normal((ROWS, channels, SIZE, SIZE)).astype(np.float32) for name, channels in (("rgb", 3), ("depth", 1))}
    return images | {"label": np.array([3, -1, 4, 0]), "angle": np.float32([[0.5], [-1.5], [np.nan], [2]])}


def draw_kept(shapes):
    """Parameters and buffers by name: each from a stream of its own."""
    def one(name, shape):
        random, last = stream(name), name.rpartition(".")[2]
        if last == "num_batches_tracked":
            return np.array(7)
        if len(shape) > 1:
            return (random.standard_normal(shape) / np.sqrt(np.prod(shape[1:]) / 2)).astype(np.float32)
        positive = last == "running_var" or (last == "weight" and shape)
        return np.float32(random.uniform(0.5, 1.5, shape) if positive else random.uniform(-0.2, 0.2, shape))
    return {name: one(name, shape) for name, shape in shapes.items()}


def part_of(value):
    if value.size <= 2 * SAMPLES:
        return {"": value}
    flat = value.reshape(-1)
    return {"#samples": flat[sample_places(flat.size)], "#sums": signed_sums(flat), "#largest": np.abs(flat).max()}


def torchvision_names():
    """Of a trunk called `features`, in the order of its layers."""
    names = ["conv1.weight", "bn1.weight", "bn1.bias"]
    for layer in range(1, 5):
        for block in range(2):
            names += [f"layer{layer}.{block}.{part}" for i in (1, 2) for part in (f"conv{i}.weight", f"bn{i}.weight", f"bn{i}.bias")]
            if layer > 1 and block == 0:
                names += [f"layer{layer}.0.downsample.{part}" for part in ("0.weight", "1.weight", "1.bias")]
    return names


class Comparison:
    def __init__(self):
        self.expected = tensors.load(FOLDER / "Inputs" / "resnet18" / "expected.safetensors.gz")
        self.numbers, self.failed = 0, 0

    def check(self, name, actual):
        actual = np.asarray(actual, np.float64)
        largest = self.expected.get(f"{name}#largest")
        for part, value in part_of(actual).items():
            wanted = self.expected.pop(name + part)
            scale = np.abs(wanted).max(initial=1e-12) if largest is None else float(largest)
            # A sum of n numbers with random signs is about as large as the root of n of them.
            allowed = TOLERANCE * scale * (np.sqrt(actual.size) if part == "#sums" else 1)
            self.numbers += value.size
            if not (np.abs(value - wanted) <= allowed).all():
                self.failed += 1
                print(f"{name}{part}: off by {np.abs(value - wanted).max():.3g} where {allowed:.3g} is allowed")


def check(phases, comparison):
    model = phases["full"]
    kept, data = draw_kept(model.shapes()), draw_data()
    parameters = model.block(kept)
    for name, value in model.forward(parameters, data, ROWS).items():
        comparison.check(f"head.{name}", value)
    for name, value in model.evaluate(parameters, data, ROWS)[0].items():
        comparison.check(f"loss.{name}", value)
    for phase, model in phases.items():
        _, gradients = model.backward(parameters, data, ROWS, model.options())
        for name, value in model.trained(gradients).items():
            comparison.check(f"{phase}/gradient/{name}", value)
        state = model.initial_state()
        for step in range(STEPS[phase]):
            for name, value in model.step(parameters, state, data, ROWS, model.options(step=step)).items():
                comparison.check(f"{phase}/training_loss.{step}.{name}", value)
        for name, value in (model.tensors(parameters) | model.buffers(parameters)).items():
            comparison.check(f"{phase}/trained/{name}", value)
    for name in comparison.expected:
        comparison.failed += 1
        print(f"{name}: was not compared")


def main(folder):
    text = (FOLDER.parents[1] / "examples" / "resnet18_two_head" / "model.mimo").read_text()
    source = pathlib.Path(folder) / "resnet18.mimo"
    source.write_text(text.replace("side = 64", f"side = {SIZE}").replace(" -> dropout(0.2)", ""))
    phases = {"heads": compile_model(source, pathlib.Path(folder) / "resnet18.so", "f64", [], phase="heads")}
    phases["full"] = CompiledModel(pathlib.Path(folder) / "resnet18.so", "full")
    model = phases["full"]
    named = [row for row in model.about["parameters"] if row["name"].startswith("features.")]
    assert [row["name"] for row in named] == [f"features.{name}" for name in torchvision_names()] and len(named) == 60
    assert sum(row["elements"] for row in named) == 11_179_648
    assert {row["name"] for row in model.about["buffers"]} == {
        name.replace(".weight", f".{kept}") for name in (row["name"] for row in named) if "bn" in name or "downsample.1.weight" in name
        if name.endswith("weight") for kept in ("running_mean", "running_var", "num_batches_tracked")}
    comparison = Comparison()
    check(phases, comparison)
    print(f"{comparison.numbers} numbers compared, {comparison.failed} differences")
    return 1 if comparison.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
