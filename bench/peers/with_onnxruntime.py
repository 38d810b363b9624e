"""ONNX Runtime's training API. The model, losses included, is exported from PyTorch; the optimizer is its AdamW, whose weight decay of
0.01 the export does not let one switch off, or its SGD, which has no momentum."""
import pathlib
import tempfile

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.training import artifacts
from onnxruntime.training.api import CheckpointState, Module, Optimizer

import functions_torch as F
from called import Called
from workloads import WORKLOADS


def plain(name):
    """A name that a PyTorch parameter may have."""
    return name.replace(".", "__")


class Network(torch.nn.Module):
    """The sum that is minimised, then each loss; or the heads."""

    def __init__(self, workload, start, names, of_heads):
        super().__init__()
        self.workload, self.names, self.of_heads, self.kept = workload, names, of_heads, list(start)
        for name, value in start.items():
            self.register_parameter(plain(name), torch.nn.Parameter(torch.from_numpy(value.copy())))

    def forward(self, *arrays):
        p = {name: getattr(self, plain(name)) for name in self.kept}
        heads, losses = self.workload.network(F, p, dict(zip(self.names, arrays)))
        if self.of_heads:
            return tuple(heads.values())
        losses = losses()
        return (sum(coefficient * losses[name] for name, coefficient in self.workload.minimize.items()), *losses.values())


class Peer(Called):
    STEPS = 3

    def __init__(self, threads):
        self.session = onnxruntime.SessionOptions()
        self.session.intra_op_num_threads, self.session.inter_op_num_threads = threads, 1

    def load(self, workload, folder):
        self.workload = WORKLOADS[workload]
        if self.workload.settings.get("momentum"):
            raise ValueError("SGD has no momentum here")
        with np.load(pathlib.Path(folder) / "parameters.npz") as start:
            self.start = dict(start)

    def export(self, folder, of_heads):
        names = list(self.data)
        network = Network(self.workload, self.start, names, of_heads)
        path = folder / ("heads.onnx" if of_heads else "losses.onnx")
        torch.onnx.export(network, tuple(torch.from_numpy(value) for value in self.data.values()), str(path), input_names=names, opset_version=17,
                          training=torch.onnx.TrainingMode.TRAINING, do_constant_folding=False, dynamo=False)
        return path

    def take(self, data):
        self.data = data
        self.set_up()

    def set_up(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            artifacts.generate_artifacts(onnx.load(str(self.export(folder, False))), requires_grad=[plain(name) for name in self.start],
                                         optimizer=artifacts.OptimType.AdamW if self.workload.optimizer == "adam" else artifacts.OptimType.SGD,
                                         artifact_directory=str(folder))
            self.state = CheckpointState.load_checkpoint(str(folder / "checkpoint"))
            self.module = Module(str(folder / "training_model.onnx"), self.state, str(folder / "eval_model.onnx"), session_options=self.session)
            self.optimizer = Optimizer(str(folder / "optimizer_model.onnx"), self.module)
            self.optimizer.set_learning_rate(self.workload.settings["lr"])
            self.session_of_heads = onnxruntime.InferenceSession(str(self.export(folder, True)), self.session)
        self.module.train()
        read = {value.name for value in self.session_of_heads.get_inputs()}
        self.inputs = {name: value for name, value in self.data.items() if name in read}

    def backward(self):
        self.module.lazy_reset_grad()
        return self.module(*self.data.values())

    def whole_step(self):
        self.backward()
        self.optimizer.step()

    def parameters(self, of):
        return {name: of(self.state.parameters[plain(name)]) for name in self.start}

    def results(self):
        names = list(self.workload.network(F, {name: torch.from_numpy(value) for name, value in self.start.items()},
                                           {name: torch.from_numpy(value) for name, value in self.data.items()})[0])
        found = {f"head/{name}": value for name, value in zip(names, self.forward())}
        losses = list(self.workload.minimize)
        found |= {f"loss/{name}": value for name, value in zip(losses, self.backward()[1:])}
        found |= {f"gradient/{name}": value for name, value in self.parameters(lambda parameter: parameter.grad).items()}
        self.set_up()
        for _ in range(self.STEPS):
            self.whole_step()
        found |= {f"after/{name}": value for name, value in self.parameters(lambda parameter: parameter.data).items()}
        self.set_up()
        return found

    def forward(self):
        return self.session_of_heads.run(None, self.inputs)
