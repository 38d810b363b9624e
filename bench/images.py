"""images.py [--rounds N] [--threads 1,2] [--models simple,resnet]: a training step of two convolutional models beside PyTorch eager, the peak memory of a process that
trains, and what compiling costs. Run with a Python that has PyTorch (see image_twins.py), and with mimoc on the PATH.

Both sides take turns within a round, and what is reported is the ratio of the two in each round, so that other work on the machine meets both.
mimoc computes on one thread; PyTorch on as many as --threads says. Both start from the same parameters and data; dropout is on.
"""
import argparse
import ctypes
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "test" / "Execution"))
from compiled_model import CompiledModel, address, aligned, pointers  # noqa: E402

STEP = 8  # the purpose of a workspace, include/mimoc/Runtime.h
BATCHES = {"simple": (32, 128), "resnet": (8,)}
SOURCES = {"simple": ROOT / "test" / "Inputs" / "simple_cnn.mimo", "resnet": ROOT / "test" / "Inputs" / "resnet18_two_head.mimo"}
PHASES = {"simple": "", "resnet": "full"}


def draw(name, rows):
    random = np.random.RandomState(rows)
    images = lambda channels, side: random.standard_normal((rows, channels, side, side)).astype(np.float32)
    label = random.randint(0, 10, rows).astype(np.int64)
    if name == "simple":
        return {"image": images(1, 28), "label": label}
    angle = random.standard_normal((rows, 1)).astype(np.float32)
    label[::3], angle[1::3] = -1, np.nan
    return {"rgb": images(3, 224), "depth": images(1, 224), "label": label, "angle": angle}


class Compiled:
    """mimoc's step on one batch, with no more memory than it needs."""

    def __init__(self, library, name, data, rows):
        self.model = model = CompiledModel(library, PHASES[name])
        self.parameters, self.state, self.options = model.initial_parameters(1), model.initial_state(), model.options(random=1)
        self.data = model.arrays(model.about["inputs"], data), model.arrays(model.about["targets"], data)
        size = model.function("workspace_bytes", ctypes.c_uint64)(ctypes.c_int64(STEP), ctypes.c_int64(rows))
        self.workspace = aligned(size, np.uint8)
        room = ctypes.c_int64(rows), address(self.workspace), ctypes.c_uint64(size)
        self.losses = aligned(len(model.losses), np.float64)
        function = model.function("step" + model.of_phase)
        inputs, targets = (pointers(arrays) for arrays in self.data)
        self.call = lambda: model.check(function(address(model.context), address(self.parameters), address(self.state), inputs, targets,
                                                 address(self.options), address(self.losses), *room))

    def step(self):
        self.call()
        self.options[-2:].view(np.int64)[0] += 1
        return self.losses


def peak():
    """MiB that this process had at most, so far. (ru_maxrss would count what it was forked from.)"""
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


# ------------------------------------------------------------------------------------------------------------- processes


def train_alone(who, name, rows, library, steps=5):
    """In a process of its own: peak memory after the imports, and after some steps."""
    if who == "torch":
        import image_twins
        import torch
        torch.set_num_threads(1)
    imported = peak()
    data = draw(name, rows)
    if who == "torch":
        trainer = image_twins.Trainer(name, {}, data)
    else:
        trainer = Compiled(library, name, data, rows)
    for _ in range(steps):
        trainer.step()
    print(imported, peak())


def memory(name, rows, library):
    for who in ("mimoc", "torch"):
        text = subprocess.run([sys.executable, __file__, "--alone", who, name, str(rows), str(library)], check=True, capture_output=True, text=True).stdout
        imported, most = map(float, text.split())
        print(f"memory of a process that trains {name}, {rows} rows: {who}: {most - imported:.0f} MiB beyond the {imported:.0f} of its imports", flush=True)


# In a process of its own, because a child's peak counts what it was forked from.
COMPILE = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(["mimoc", *sys.argv[1:]], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{time.perf_counter() - start:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of processor time, at most {used.ru_maxrss / 1024:.0f} MiB")
"""


def compiling(name, folder):
    library = pathlib.Path(folder) / f"{name}.so"
    command = [sys.executable, "-c", COMPILE, str(SOURCES[name]), "-o", str(library)]
    print(f"compiling {name}:", subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip(), flush=True)
    return library


# ------------------------------------------------------------------------------------------------------------------ time


def timed(step):
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def compare(name, rows, library, threads, rounds):
    import torch
    from image_twins import Trainer
    torch.set_num_threads(threads)
    data = draw(name, rows)
    ours = Compiled(library, name, data, rows)
    kept = ours.model.tensors(ours.parameters) | ours.model.buffers(ours.parameters)
    theirs = Trainer(name, kept, data)
    for _ in range(2):
        ours.step(), theirs.step()
    times = np.array([[timed(ours.step), timed(theirs.step)] for _ in range(rounds)])
    low, middle, high = np.percentile(times[:, 0] / times[:, 1], [25, 50, 75])
    best = times.min(0) * 1e3
    print(f"step of {name}, {rows} rows, PyTorch on {threads}: mimoc / PyTorch {middle:.2f} ({low:.2f} to {high:.2f}), fastest {best[0]:.1f} and {best[1]:.1f} ms",
          flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--models", default=",".join(SOURCES))
    parser.add_argument("--alone", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        who, name, rows, library = arguments.alone
        return train_alone(who, name, int(rows), library)
    import torch
    print(f"PyTorch {torch.__version__}, NumPy {np.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.models.split(","):
            library = compiling(name, folder)
            for rows in BATCHES[name]:
                memory(name, rows, library)
                for threads in map(int, arguments.threads.split(",")):
                    compare(name, rows, library, threads, arguments.rounds)


main()
