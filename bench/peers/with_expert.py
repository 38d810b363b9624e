"""expert.cpp, the hand-written version of (a) on oneDNN; needs libdnnl-dev."""
import ctypes
import pathlib
import subprocess
import tempfile

import numpy as np

from with_mimoc import FOLDER, repeat_function

LAYERS = ("image_fc.0", "image_fc.2", "text_fc.0", "text_fc.2", "combined_fc.0", "combined_fc.2", "classifier", "regressor")
NAMES = [f"{layer}.{kind}" for layer in LAYERS for kind in ("weight", "bias")]


def built():
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / "expert.so"
        subprocess.run(["c++", "-std=c++20", "-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC", str(FOLDER / "expert.cpp"),
                        "-ldnnl", "-o", str(library)], check=True, capture_output=True)
        return ctypes.CDLL(str(library))


class Peer:
    STEPS = 3

    def __init__(self, threads):
        self.repeat, self.expert = repeat_function(), None

    def load(self, workload, folder):
        if workload != "a":
            raise ValueError("only (a) is written by hand")
        self.library = built()
        for name in ("new", "parameters", "gradient", "losses", "logits", "score"):
            getattr(self.library, f"expert_{name}").restype = ctypes.c_void_p
        with np.load(pathlib.Path(folder) / "parameters.npz") as start:
            self.start = dict(start)

    def take(self, data):
        self.data, self.rows = data, len(data["label"])
        self.set_up()

    def set_up(self):
        if self.expert:
            self.library.expert_delete(self.expert)
        block = np.concatenate([self.start[name].ravel() for name in NAMES])
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in (block, *(self.data[name] for name in ("image", "text", "label", "score")))]
        self.expert = ctypes.c_void_p(self.library.expert_new(ctypes.c_int64(self.rows), *pointers))

    def array(self, name, size, type=ctypes.c_float):
        at = getattr(self.library, f"expert_{name}")(self.expert)
        return np.ctypeslib.as_array(ctypes.cast(at, ctypes.POINTER(type)), (size,)).copy()

    def by_name(self, block):
        parts = np.split(block, np.cumsum([self.start[name].size for name in NAMES])[:-1])
        return {name: part.reshape(self.start[name].shape) for name, part in zip(NAMES, parts)}

    def results(self):
        self.set_up()
        size = sum(value.size for value in self.start.values())
        self.library.expert_gradients(self.expert)
        found = {"head/classifier": self.array("logits", 10 * self.rows), "head/regressor": self.array("score", self.rows)}
        found |= dict(zip(("loss/classification", "loss/regression"), self.array("losses", 2, ctypes.c_double)))
        found |= {f"gradient/{name}": value for name, value in self.by_name(self.array("gradient", size)).items()}
        for _ in range(self.STEPS):
            self.library.expert_step(self.expert)
        found |= {f"after/{name}": value for name, value in self.by_name(self.array("parameters", size)).items()}
        self.set_up()
        return found

    def call(self, name, count):
        function = ctypes.cast(getattr(self.library, f"expert_{name}"), ctypes.c_void_p)
        return self.repeat(function, (ctypes.c_uint64 * 11)(self.expert.value, *[0] * 10), ctypes.c_int64(count))

    def inference(self, count):
        return self.call("inference", count)

    def gradients(self, count):
        return self.call("gradients", count)

    def step(self, count):
        return self.call("step", count)
