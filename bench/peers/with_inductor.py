"""PyTorch with torch.compile: losses and their gradients are compiled, the optimizer is the fused one."""
import torch

import with_torch


class Peer(with_torch.Peer):
    def transformed(self, function):
        return torch.compile(function, dynamic=False)

    def load(self, workload, folder):
        torch._dynamo.reset()
        super().load(workload, folder)

    def take(self, data):
        torch._dynamo.reset()  # each batch size is compiled for itself, as static shapes make the fastest code
        super().take(data)
