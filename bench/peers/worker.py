"""worker.py PEER THREADS: one peer in a process of its own. Reads commands from standard input, one JSON object a line, and answers
likewise on the descriptor that standard output was; what libraries print goes to standard error.

    {"do": "load", "workload": NAME, "folder": F}         F holds model.so, parameters.npz and, for a batch, data.npz
    {"do": "data", "file": F}                             a batch
    {"do": "check", "file": F}                            writes heads, losses, gradients and parameters after three steps
    {"do": "time", "what": W, "seconds": S}               seconds of one call of inference, gradients or step
    {"do": "peak"}                                        bytes: the largest resident set less that after the imports
"""
import importlib
import json
import os
import resource
import sys
import time

import numpy as np

PIECE = 2e-3  # seconds of one timed piece: long against the clock, short against what disturbs it


def timed(call, seconds):
    """The median time of a call over pieces. `call(n)` gives the seconds of n calls."""
    call(1)
    count = 1
    while (spent := call(count)) < PIECE and count < 1 << 20:
        count = max(2 * count, int(count * PIECE / max(spent, 1e-9)))
    pieces, end = [], time.perf_counter() + seconds
    while not pieces or time.perf_counter() < end:
        pieces.append(call(count) / count)
    return float(np.median(pieces))


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main():
    name, threads = sys.argv[1], int(sys.argv[2])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = importlib.import_module(f"with_{name}").Peer(threads)
    at_start = peak()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = {"peak": peak() - at_start} if command["do"] == "peak" else obey(peer, command)
        except Exception as error:  # the driver says which peer failed with what, and goes on without it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


def obey(peer, command):
    if command["do"] == "load":
        peer.load(command["workload"], command["folder"])
    elif command["do"] == "data":
        with np.load(command["file"]) as data:
            peer.take(dict(data))
    elif command["do"] == "check":
        np.savez(command["file"], **{name: np.asarray(value) for name, value in peer.results().items()})
    elif command["do"] == "time":
        return {"seconds": timed(getattr(peer, command["what"]), command["seconds"])}
    return {}


main()
