"""coverage.py DIALECTS: names every operator of the dialect that the oracle or the random graphs lack."""
import json
import pathlib
import subprocess
import sys

import balancing
import gradient_rules
import interpreter  # noqa: F401 (registers the operators)
import optimizers
from registry import OPERATORS

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "RandomGraphs"))
import vocabulary  # noqa: E402

# Autodiff and the stages below make these; a model of the `mimo` stage does not hold them.
MADE_BY_STAGES = {"first_out_of_range", "dwa_history", "contrastive_vjp", "add_rows", "update_rows", "one_hot_like", "broadcast_like",
                  "pad_like", "zeros", "conv_input", "conv_weight", "max_places", "max_unpool",
                  "window_sum", "window_spread", "resample"}
# Random graphs do not write these, each for its reason.
WITHOUT_GRAPHS = {}
# A gap that is known: the test fails for any other, and for one that is closed.
NOT_YET = set()


def operators(dialects):
    """The names of the operators below Ops/: all but the structural ones."""
    includes = subprocess.run(["llvm-config", "--includedir"], capture_output=True, text=True, check=True).stdout.strip()
    found = set()
    for path in sorted((dialects / "mimo" / "Ops").glob("*.td")):
        command = ["llvm-tblgen", "--dump-json", "-I", str(dialects), "-I", includes, str(path)]
        records = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        ops = [records[name] for name in records["!instanceof"].get("Op", [])]
        found |= {op["opName"] for op in ops if (op.get("opDialect") or {}).get("def") == "Mimo_Dialect"}
    return found


def known(name):
    return name in OPERATORS or name in optimizers.RULES or name in balancing.RULES or name in gradient_rules.RULES


def in_graphs():
    tables = [table for name, table in vars(vocabulary).items() if isinstance(table, dict) and name.isupper()]
    return {name for table in tables for name in table} | vocabulary.WRITTEN_ELSEWHERE


def main(dialects):
    computing = operators(dialects) - MADE_BY_STAGES
    lacking = {name for name in computing if not known(name)}
    for name in sorted(lacking ^ NOT_YET):
        print(f"{name}: " + ("the oracle lacks it" if name in lacking else "the oracle has it: take it out of NOT_YET"))
    graphless = {name for name in computing - NOT_YET if name not in in_graphs() and name not in WITHOUT_GRAPHS}
    for name in sorted(graphless):
        print(f"{name}: no random graph holds it")
    return 1 if lacking ^ NOT_YET or graphless or not computing else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
