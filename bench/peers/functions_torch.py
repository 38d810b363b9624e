"""What the networks of workloads.py are written with, in PyTorch."""
import torch
import torch.nn.functional as F

relu, elu, sigmoid, square, where = F.relu, F.elu, torch.sigmoid, torch.square, torch.where
abs, sum = torch.abs, torch.sum  # noqa: A001
training = True  # dropout is on; a check of results switches it off


def linear(p, name, x):
    return F.linear(x, p[f"{name}.weight"], p.get(f"{name}.bias"))


def conv2d(p, name, x, stride=1, padding=0):
    return F.conv2d(x, p[f"{name}.weight"], p.get(f"{name}.bias"), stride=stride, padding=padding)


def batchnorm(p, name, x):
    return F.batch_norm(x, p[f"{name}.running_mean"], p[f"{name}.running_var"], p[f"{name}.weight"], p[f"{name}.bias"], training=torch.is_grad_enabled())


def maxpool(x, kernel, stride, padding):
    return F.max_pool2d(x, kernel, stride, padding)


def global_avgpool(x):
    return F.adaptive_avg_pool2d(x, 1).flatten(1)


def dropout(x, p):
    return F.dropout(x, p, training and torch.is_grad_enabled())


def concat(parts):
    return torch.cat(parts, 1)


def stack(parts):
    return torch.stack(parts, 1)


def flatten(x):
    return x.flatten(1)


def softmax(x):
    return F.softmax(x, -1)


def sum_axis1(x):
    return x.sum(1)


def cast(x):
    return x.float()


def at_least(x, low):
    return x.clamp(min=low)


def cross_entropy(logits, label):
    return F.cross_entropy(logits, label)


def cross_entropies(logits, label):
    return F.cross_entropy(logits, label, reduction="none")


def mse(x, y):
    return F.mse_loss(x, y)


def bce_with_logits(x, y):
    return F.binary_cross_entropy_with_logits(x, y)
