"""PyTorch, eager. The optimizer is the fused one, PyTorch's fastest."""
import pathlib

import numpy as np
import torch

import functions_torch as F
from called import Called
from workloads import WORKLOADS

OPTIMIZERS = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}


class Peer(Called):
    STEPS = 3

    def __init__(self, threads):
        torch.set_num_threads(threads)

    def transformed(self, function):
        return function

    def load(self, workload, folder):
        self.workload = WORKLOADS[workload]
        with np.load(pathlib.Path(folder) / "parameters.npz") as start:
            self.start = dict(start)
        self.set_up()
        network, minimize = self.workload.network, self.workload.minimize

        def losses_of(p, d):
            heads, losses = network(F, p, d)
            losses = losses()
            return sum(coefficient * losses[name] for name, coefficient in minimize.items()), losses

        self.losses_of = self.transformed(losses_of)
        self.heads_of = self.transformed(lambda p, d: network(F, p, d)[0])

    def set_up(self):
        """Parameters at their start, and an optimizer."""
        self.p = {name: torch.from_numpy(value.copy()) for name, value in self.start.items()}
        self.trained = {name: value.requires_grad_() for name, value in self.p.items() if ".running_" not in name and "num_batches" not in name}
        self.optimizer = OPTIMIZERS[self.workload.optimizer](list(self.trained.values()), fused=True, **self.workload.settings)

    def take(self, data):
        self.data = {name: torch.from_numpy(value) for name, value in data.items()}

    def forward(self):
        with torch.no_grad():
            return self.heads_of(self.p, self.data)

    def backward(self):
        self.optimizer.zero_grad(set_to_none=True)
        total, losses = self.losses_of(self.p, self.data)
        total.backward()
        return losses

    def whole_step(self):
        self.backward()
        self.optimizer.step()

    def results(self):
        F.training = False
        self.set_up()
        found = {f"head/{name}": value.numpy() for name, value in self.forward().items()}
        found |= {f"loss/{name}": value.detach().numpy() for name, value in self.backward().items()}
        found |= {f"gradient/{name}": value.grad.numpy().copy() for name, value in self.trained.items()}
        self.set_up()
        for _ in range(self.STEPS):
            self.whole_step()
        found |= {f"after/{name}": value.detach().numpy().copy() for name, value in self.trained.items()}
        F.training = True
        self.set_up()
        return found
