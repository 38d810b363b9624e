"""mimoc's library, called from C."""
import ctypes
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1] / "test" / "Execution"))
from compiled_model import CompiledModel, address, aligned, pointers  # noqa: E402


def repeat_function():
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / "repeat.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", str(FOLDER / "repeat.c"), "-o", str(library)], check=True)
        function = ctypes.CDLL(str(library)).repeat
    function.restype = ctypes.c_double
    return function


class Peer:
    STEPS = 3

    def __init__(self, threads):
        self.repeat = repeat_function()

    def load(self, workload, folder):
        self.model = CompiledModel(pathlib.Path(folder) / "model.so")
        with np.load(pathlib.Path(folder) / "parameters.npz") as start:
            self.start = dict(start)
        self.parameters, self.state = self.model.block(self.start), self.model.initial_state()

    def take(self, data):
        model = self.model
        self.data, self.rows = data, len(next(iter(data.values())))
        inputs, targets = model.arrays(model.about["inputs"], data), model.arrays(model.about["targets"], data)
        heads, losses, gradients, options = list(model.head_rooms(self.rows, data).values()), aligned(len(model.losses), np.float64), model.gradient_block(), model.options(random=1)
        rows, space, size = model.room(self.rows)
        context, p, state, losses_at, options_at, block = (address(array) for array in (model.context, self.parameters, self.state, losses, options, gradients))
        given, wanted, into = pointers(inputs), pointers(targets), pointers(heads)
        self.kept = (inputs, targets, heads, losses, gradients, options, given, wanted, into, model.held)
        at = lambda array: ctypes.cast(array, ctypes.c_void_p).value
        room = [rows.value, space.value, size.value]
        value = lambda pointer: pointer.value
        self.calls = {
            "forward": [value(context), value(p), at(given), at(into), *room],
            "backward": [value(context), value(p), at(given), at(wanted), value(options_at), value(losses_at), value(block), 0, *room],
            "step": [value(context), value(p), value(state), at(given), at(wanted), value(options_at), value(losses_at), *room]}

    def results(self):
        """Without dropout."""
        model, options = self.model, self.model.options(random=0)
        parameters, state = model.block(self.start), model.initial_state()
        found = {f"head/{name}": value for name, value in model.forward(parameters, self.data, self.rows).items()}
        losses, gradients = model.backward(parameters, self.data, self.rows, options)
        found |= {f"loss/{name}": value for name, value in losses.items()} | {f"gradient/{name}": value for name, value in model.trained(gradients).items()}
        for step in range(self.STEPS):
            model.step(parameters, state, self.data, self.rows, model.options(random=0, step=step))
        return found | {f"after/{name}": value for name, value in model.tensors(parameters).items()}

    def call(self, name, count):
        arguments = self.calls[name] + [0] * (11 - len(self.calls[name]))
        function = ctypes.cast(self.model.function(name), ctypes.c_void_p)
        seconds = self.repeat(function, (ctypes.c_uint64 * 11)(*arguments), ctypes.c_int64(count))
        if seconds < 0:
            raise RuntimeError(self.model.function("message", ctypes.c_char_p)(address(self.model.context)).decode())
        return seconds

    def inference(self, count):
        return self.call("forward", count)

    def gradients(self, count):
        return self.call("backward", count)

    def step(self, count):
        return self.call("step", count)
