"""The two models of images.py as PyTorch modules, with mimoc's names: `simple` is (d), a small CNN on 28 x 28, `resnet` is (e), ResNet18 with two
heads on colours and depth. Needs PyTorch: `python3 -m venv SOMEWHERE && SOMEWHERE/bin/pip install torch==2.13.0 numpy`, outside the checkout."""
import collections

import torch
import torch.nn as nn
import torch.nn.functional as F


class SimpleCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
                                      nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.25), nn.Linear(64 * 7 * 7, 128), nn.ReLU())
        self.logits = nn.Linear(128, 10)

    def loss(self, image, label):
        weights = [p for name, p in self.named_parameters() if name.endswith("weight")]
        return (F.cross_entropy(self.logits(self.features(image)), label) + 1e-4 * sum((w * w).sum() for w in weights)
                + 1e-6 * sum(w.abs().sum() for w in weights))

    def optimizer(self):
        return torch.optim.SGD(self.parameters(), lr=0.01, momentum=0.9)


class Basic(nn.Module):
    def __init__(self, into, channels, stride=1):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(into, channels, 3, stride, 1, bias=False), nn.BatchNorm2d(channels)
        self.conv2, self.bn2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)
        if stride != 1 or into != channels:
            self.downsample = nn.Sequential(nn.Conv2d(into, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)), inplace=True)))
        y += self.downsample(x) if hasattr(self, "downsample") else x
        return F.relu(y, inplace=True)


def resnet18(channels):
    parts = [("conv1", nn.Conv2d(channels, 64, 7, 2, 3, bias=False)), ("bn1", nn.BatchNorm2d(64)), ("relu", nn.ReLU(inplace=True)),
             ("maxpool", nn.MaxPool2d(3, 2, 1))]
    into = 64
    for number, (width, stride) in enumerate(((64, 1), (128, 2), (256, 2), (512, 2)), 1):
        parts.append((f"layer{number}", nn.Sequential(Basic(into, width, stride), Basic(width, width))))
        into = width
    return nn.Sequential(collections.OrderedDict([*parts, ("avgpool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten())]))


class ResNet18TwoHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = resnet18(4)
        self.logits = nn.Sequential(nn.Dropout(0.2), nn.Linear(512, 10))
        self.pose = nn.Linear(512, 1)
        self.s = nn.ParameterDict({"cls": nn.Parameter(torch.zeros(())), "reg": nn.Parameter(torch.zeros(()))})

    def loss(self, rgb, depth, label, angle):
        features = self.features(torch.cat([rgb, depth], 1))
        seen = ~torch.isnan(angle)
        losses = {"cls": F.cross_entropy(self.logits(features), label, ignore_index=-1), "reg": F.smooth_l1_loss(self.pose(features)[seen], angle[seen])}
        return sum(0.5 * torch.exp(-self.s[name]) * loss + 0.5 * self.s[name] for name, loss in losses.items())

    def optimizer(self):
        slow = list(self.features.parameters())
        fast = [p for name, p in self.named_parameters() if not name.startswith("features.")]
        return torch.optim.SGD([{"params": fast}, {"params": slow, "lr": 1e-3}], lr=0.01, momentum=0.9)


MODULES = {"simple": SimpleCNN, "resnet": ResNet18TwoHead}


class Trainer:
    """PyTorch's eager step on one batch, starting from given parameters and buffers."""

    def __init__(self, name, kept, data):
        self.module = MODULES[name]().train()
        own = self.module.state_dict()
        for key, value in kept.items():
            key = key.replace("minimize.full.", "s.").replace("minimize.", "s.")
            own[key].copy_(torch.from_numpy(value))
        self.optimizer = self.module.optimizer()
        self.data = {key: torch.from_numpy(value) for key, value in data.items()}

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.module.loss(**self.data)
        loss.backward()
        self.optimizer.step()
        return loss.item()
