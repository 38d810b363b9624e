"""resnet_numbers.py: what resnet.py compares resnet18 with, from PyTorch in float64. Run by hand; the twin is that of cases_resnet.py."""
import pathlib

import numpy as np
import torch

import tensors
from cases_batchnorm import Norms
from cases_resnet import basic, outcome, shapes, trunk
from resnet import FOLDER, LABELS, RESNET18, ROWS, STEPS, draw_data, draw_kept, part_of

torch.set_default_dtype(torch.float64)


def forward(kept, data, training):
    norm = Norms(kept, training)
    return outcome(norm, kept, data, trunk(norm, kept, "features", torch.cat([data["rgb"], data["depth"]], 1), basic, RESNET18), huber=True)


def uncertainty(losses, kept):
    """Kendall et al.: each loss with a learned logarithm of its variance."""
    return sum(0.5 * torch.exp(-kept[f"minimize.full.{name}"]) * losses[name] + 0.5 * kept[f"minimize.full.{name}"] for name in ("cls", "reg"))


def train(phase, kept, data, trained, optimizer, objective):
    """Gradients of the first step, the losses of all, and what they leave. `heads` has all norms frozen."""
    results = {}
    for step in range(STEPS[phase]):
        found = forward(kept, data, phase == "full")
        optimizer.zero_grad()
        objective(found.losses).backward()
        results |= {f"{phase}/training_loss.{step}.{name}": value for name, value in found.losses.items()}
        if step == 0:
            results |= {f"{phase}/gradient/{name}": kept[name].grad.clone() for name in trained}
        optimizer.step()
        kept |= {name: value.detach() for name, value in found.buffers.items()}
    return results | {f"{phase}/trained/{name}": value.detach().clone() for name, value in kept.items()}


def main():
    parameters, buffers = shapes("features", 4, 64, 7, False, RESNET18)
    heads = {"logits.weight": (LABELS, 512), "logits.bias": (LABELS,), "pose.weight": (1, 512), "pose.bias": (1,)}
    parameters |= heads | {"minimize.full.cls": (), "minimize.full.reg": ()}
    to_torch = lambda arrays: {name: torch.as_tensor(np.asarray(a, np.float64 if a.dtype != np.int64 else np.int64)) for name, a in arrays.items()}
    data, kept = to_torch(draw_data()), to_torch(draw_kept(parameters | buffers))
    for name in parameters:
        kept[name].requires_grad_()
    found = forward(kept, data, False)
    results = {f"head.{name}": value for name, value in found.heads.items()} | {f"loss.{name}": value for name, value in found.losses.items()}
    adam = torch.optim.Adam([kept[name] for name in heads], lr=1e-3)
    results |= train("heads", kept, data, heads, adam, lambda losses: losses["cls"] + 0.5 * losses["reg"])
    slow = [kept[name] for name in parameters if name.startswith("features.")]
    fast = [kept[name] for name in parameters if not name.startswith("features.")]
    sgd = torch.optim.SGD([{"params": fast}, {"params": slow, "lr": 1e-3}], lr=0.01, momentum=0.9)
    results |= train("full", kept, data, parameters, sgd, lambda losses: uncertainty(losses, kept))
    assert sum(value.numel() for value in slow) == 11_179_648 and len(slow) == 60 and len(parameters) == 66
    packed = {}
    for name, value in results.items():
        packed |= {f"{name}{part}": numbers for part, numbers in part_of(value.detach().double().numpy()).items()}
    path = FOLDER / "Inputs" / "resnet18" / "expected.safetensors.gz"
    path.parent.mkdir(exist_ok=True)
    tensors.save(path, packed)
    print(f"{len(packed)} tensors, {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
