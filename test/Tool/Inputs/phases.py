"""phases.py FILE.npz: data for phase_runs.mimo. phases.py --moved BEFORE AFTER: which parameters differ, and which have a state."""
import json
import struct
import sys

import numpy as np


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        rest = file.read()
    return {name: rest[slice(*row["data_offsets"])] for name, row in header.items() if name != "__metadata__"}


if sys.argv[1] == "--moved":
    before, after = read(sys.argv[2]), read(sys.argv[3])
    print("moved:", *sorted(name for name in after if not name.startswith("optimizer.") and after[name] != before[name]))
    states = sorted(name.split(".", 2)[1:] for name in after if name.startswith("optimizer."))
    print("state:", *sorted({moment for moment, _ in states}), "of", *(name for _, name in states))
else:
    random = np.random.RandomState(1)
    np.savez(sys.argv[1], x=random.standard_normal((48, 6)).astype(np.float32), label=random.randint(0, 3, 48),
             angle=random.standard_normal((48, 1)).astype(np.float32))
