"""side_by_side.py: mimoc and its peers on the same models, weights and data, in turns.

    python bench/side_by_side.py --workloads a,b,c --batches 32,256 --threads 1,2 --json results.json --markdown table.md

Every peer runs in a process of its own, held to as many processors as it has threads. Before anything is timed, each peer's heads,
losses, gradients and parameters after three steps are compared with mimoc's; one that differs is not timed. Then the peers take turns,
round after round, so that what disturbs the machine disturbs all of them. A figure is the median over rounds of
(seconds of the peer) / (seconds of mimoc in the same round): above 1, mimoc is faster. bench/README.md says how to set up the peers.
"""
import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
from datetime import date

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE / "peers"), str(HERE.parent / "test" / "Execution")]
from compiled_model import CompiledModel  # noqa: E402
from workloads import WORKLOADS  # noqa: E402

PEERS = ("torch", "inductor", "jax", "onnxruntime", "expert")
WHAT = ("inference", "gradients", "step")
# Of the largest number of the tensor: f32, summed in other orders. Parameters after some steps are compared as a whole, by their norm: Adam
# makes a whole step of a gradient that is nothing but rounding, and ONNX Runtime places its eps elsewhere.
NEAR = {"head": 2e-4, "loss": 2e-4, "gradient": 2e-3, "after": 5e-2}


class Worker:
    """A peer in its process."""

    def __init__(self, peer, threads):
        self.peer = peer
        processors = set(sorted(os.sched_getaffinity(0))[:threads])
        names = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
        self.process = subprocess.Popen([sys.executable, str(HERE / "peers" / "worker.py"), peer, str(threads)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE if peer == "mimoc" else subprocess.DEVNULL, text=True,
                                        env=os.environ | names, preexec_fn=lambda: os.sched_setaffinity(0, processors))

    def ask(self, **command):
        try:
            print(json.dumps(command), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        answer = json.loads(line) if line else {"error": f"the process ended with {self.process.wait()}"}
        if "error" in answer:
            raise RuntimeError(f"{self.peer}: {answer['error']}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compile_workload(workload, folder):
    source = folder / f"{workload.name}.mimo"
    source.write_text(workload.source())
    subprocess.run(["mimoc", str(source), "-o", str(folder / "model.so")], check=True)
    model = CompiledModel(folder / "model.so")
    np.savez(folder / "parameters.npz", **{row["name"]: model.view(model.initial_parameters(1), row) for row in model.kept})


def differences(expected, found):
    """What a peer has that is not mimoc's, in words."""
    for name, value in expected.items():
        kind = name.split("/")[0]
        if name not in found:
            yield f"{name} is missing"
            continue
        value, other = value.astype(np.float64), found[name].reshape(value.shape).astype(np.float64)
        size = np.linalg.norm if kind == "after" else lambda x: np.abs(x).max(initial=0)
        off = size((value - other).ravel()) / max(size(value.ravel()), 1e-3)
        if not off <= NEAR[kind]:
            yield f"{name} is off by {off:.2g}"


def started(peers, threads, workload, folder):
    """Workers that have loaded the model; those that cannot are named and left out."""
    workers = []
    for peer in ("mimoc", *peers):
        worker = Worker(peer, threads)
        try:
            worker.ask(do="load", workload=workload.name, folder=str(folder))
            workers.append(worker)
        except RuntimeError as error:
            print(f"  left out: {error}", file=sys.stderr)
            worker.close()
    if not workers or workers[0].peer != "mimoc":
        sys.exit("mimoc itself does not run")
    return workers


def agreeing(workers, folder, data):
    """The workers whose results are mimoc's."""
    expected, good = None, []
    for worker in workers:
        try:
            worker.ask(do="data", file=str(data))
            worker.ask(do="check", file=str(folder / "results.npz"))
            with np.load(folder / "results.npz") as results:
                found = dict(results)
            expected = expected or found
            wrong = list(differences(expected, found))
        except RuntimeError as error:
            wrong = [str(error)]
        for text in wrong[:3]:
            print(f"  {worker.peer} is not timed: {text}", file=sys.stderr)
        if not wrong:
            good.append(worker)
    return good


def measured(workers, arguments):
    """Seconds by what, peer and round."""
    seconds = {what: {worker.peer: [] for worker in workers} for what in WHAT}
    for _ in range(arguments.rounds):
        for what in WHAT:
            for worker in workers:
                seconds[what][worker.peer].append(worker.ask(do="time", what=what, seconds=arguments.seconds)["seconds"])
    return seconds


def run(arguments):
    rows = []
    for workload in [WORKLOADS[name] for name in arguments.workloads]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            compile_workload(workload, folder)
            for threads in arguments.threads:
                workers = started(arguments.peers, threads, workload, folder)
                for batch in arguments.batches or workload.batches:
                    print(f"{workload.name}, batch {batch}, {threads} threads", file=sys.stderr, flush=True)
                    np.savez(folder / "data.npz", **workload.draw(np.random.RandomState(batch), batch))
                    seconds = measured(agreeing(workers, folder, folder / "data.npz"), arguments)
                    rows.append({"workload": workload.name, "title": workload.title, "batch": batch, "threads": threads, "seconds": seconds,
                                 "library_bytes": os.path.getsize(folder / "model.so")})
                    print(line_of(rows[-1], arguments.peers), flush=True)
                    write(rows, arguments)
                for worker in workers:
                    worker.close()


# ------------------------------------------------------------------------------------------------------------ tables

def ratio(seconds, peer):
    """Median, least and largest of peer over mimoc."""
    ratios = np.divide(seconds[peer], seconds["mimoc"])
    return float(np.median(ratios)), float(ratios.min()), float(ratios.max())


def cell(seconds, peer):
    if peer not in seconds:
        return "-"
    middle, low, high = ratio(seconds, peer)
    return f"{middle:.2f} ({low:.2f}-{high:.2f})"


def short(seconds):
    return f"{seconds * 1e6:.1f} us" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


def line_of(row, peers):
    parts = [f"{what}: {short(np.median(row['seconds'][what]['mimoc']))} " + " ".join(f"{peer} {cell(row['seconds'][what], peer)}" for peer in peers)
             for what in WHAT]
    return f"{row['workload']:10} batch {row['batch']:5} threads {row['threads']}  " + "; ".join(parts)


def processor():
    try:
        with open("/proc/cpuinfo") as info:
            return next(line.split(":")[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def versions():
    from importlib import metadata
    found = {}
    for name in ("torch", "jax", "onnxruntime-training"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return found


def markdown(rows, peers):
    lines = [f"{processor()}, {os.cpu_count()} processors, {date.today().isoformat()}; " + ", ".join(f"{name} {version}" for name, version in versions().items()), ""]
    for what in WHAT:
        lines += [f"### {what.capitalize()}", "", "| model | batch | threads | mimoc | " + " | ".join(peers) + " |", "|---" * (4 + len(peers)) + "|"]
        for row in rows:
            seconds = row["seconds"][what]
            lines.append(f"| {row['title']} | {row['batch']} | {row['threads']} | {short(np.median(seconds['mimoc']))} | " +
                         " | ".join(cell(seconds, peer) for peer in peers) + " |")
        lines.append("")
    return "\n".join(lines)


def write(rows, arguments):
    """After every row, so that a run that is stopped leaves what it has."""
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")
    if arguments.markdown:
        arguments.markdown.write_text(markdown(rows, arguments.peers))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    listed = lambda text: [part for part in text.split(",") if part]
    numbers = lambda text: [int(part) for part in listed(text)]
    parser.add_argument("--workloads", type=listed, default=list(WORKLOADS), help="names: " + ", ".join(WORKLOADS))
    parser.add_argument("--peers", type=listed, default=list(PEERS))
    parser.add_argument("--batches", type=numbers, help="instead of each model's own")
    parser.add_argument("--threads", type=numbers, default=[1])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.1, help="of each timing")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path)
    arguments = parser.parse_args()
    unknown = [name for name in arguments.workloads if name not in WORKLOADS] + [name for name in arguments.peers if name not in PEERS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}")
    run(arguments)


if __name__ == "__main__":
    main()
