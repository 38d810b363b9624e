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


def objective(found, kept):
    """Kendall et al.: each loss with a learned logarithm of its variance."""
    return sum(0.5 * torch.exp(-kept[f"minimize.{name}"]) * found.losses[name] + 0.5 * kept[f"minimize.{name}"] for name in ("cls", "reg"))


def main():
    parameters, buffers = shapes("features", 4, 64, 7, False, RESNET18)
    parameters |= {"logits.weight": (LABELS, 512), "logits.bias": (LABELS,), "pose.weight": (1, 512), "pose.bias": (1,), "minimize.cls": (), "minimize.reg": ()}
    to_torch = lambda arrays: {name: torch.as_tensor(np.asarray(a, np.float64 if a.dtype != np.int64 else np.int64)) for name, a in arrays.items()}
    data, kept = to_torch(draw_data()), to_torch(draw_kept(parameters | buffers))
    for name in parameters:
        kept[name].requires_grad_()
    results = {"names": np.array(sorted(parameters))}
    found = forward(kept, data, False)
    results |= {f"head.{name}": value for name, value in found.heads.items()} | {f"loss.{name}": value for name, value in found.losses.items()}
    trained = [kept[name] for name in parameters]
    slow = [kept[name] for name in parameters if name.startswith("features.")]
    fast = [kept[name] for name in parameters if not name.startswith("features.")]
    optimizer = torch.optim.SGD([{"params": fast}, {"params": slow, "lr": 1e-3}], lr=0.01, momentum=0.9)
    for step in range(STEPS):
        found = forward(kept, data, True)
        optimizer.zero_grad()
        objective(found, kept).backward()
        results |= {f"training_loss.{step}.{name}": value for name, value in found.losses.items()}
        if step == 0:
            results |= {f"gradient/{name}": kept[name].grad.clone() for name in parameters}
        optimizer.step()
        kept |= {name: value.detach() for name, value in found.buffers.items()}
    results |= {f"trained/{name}": value for name, value in kept.items()}
    assert sum(value.numel() for value in slow) == 11_179_648 and len(slow) == 60 and len(trained) == 66
    packed = {}
    for name, value in results.items():
        if name != "names":
            packed |= {f"{name}{part}": numbers for part, numbers in part_of(value.detach().double().numpy()).items()}
    path = FOLDER / "Inputs" / "resnet18" / "expected.safetensors.gz"
    path.parent.mkdir(exist_ok=True)
    tensors.save(path, packed)
    print(f"{len(packed)} tensors, {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
