"""random_graphs.py FOLDER: random models against the oracle.

    --first N --count M      the seeds N, N + 1, ...
    --source FILE            this model instead of a generated one, with the data of --first: a failure kept
    --compile FILE           compiles this model where --source is what the oracle reads: they had better differ visibly
    --differential K         every K-th graph is compiled in all ways, too (differential.py); 0 for none
    --shrink                 makes a failing model small and prints it
    --plant KIND             a fault in what is compared, which has to be found: head, loss, gradient, parameter, bits

One graph is compiled in f32 and -O3, every fourth in f64 and -O0. Prints every difference with its seed and ends with a
line of counts.
"""
import argparse
import collections
import pathlib
import re
import subprocess
import sys
import time

import check_graph
import differential
import draw
import generator
import plant
import shrink
from check_graph import Refused, Report, compiled
from interpreter import Oracle, read_models

BATCHES = 2
CHUNK = 20


def way(seed):
    """Precision and options of a graph."""
    return ("f64", "-O0") if seed % 4 == 0 else ("f32", "-O3")


def drawn(oracle, parameters, seed, report):
    """Batches on which nothing is ambiguous."""
    batches = [check_graph.prepare(oracle, parameters, draw.batch_size(oracle, seed, i), seed) for i in range(BATCHES)]
    report.skipped += batches.count(None)
    return [batch for batch in batches if batch]


def check(source, model, seed, folder, every, report):
    """One graph, in each of its phases."""
    oracle, *phases = [Oracle(model, phase) for phase in ["", *[op["name"] for op in model.regions[0] if op.name == "mimo.phase"]]]
    parameters = collections.ChainMap(*[draw.parameters(one, seed) for one in (oracle, *phases)])
    batches = drawn(oracle, parameters, seed, report)
    if every and seed % every == 0 and batches:
        return differential.everything(source, folder, parameters, oracle, batches[0], report)
    precision, option = way(seed)
    with compiled(source, folder / f"{source.stem}.so", precision, option) as library:
        for batch in batches:
            check_graph.check_batch(library, parameters, batch, report, precision)
        for phase in phases:
            for batch in drawn(phase, parameters, seed, report):
                check_graph.check_phase(library, parameters, batch, report, precision, phase.phase)


def checked(source, model, seed, folder, every):
    """A graph's report; a refusal is a failure as a difference is."""
    report = Report()
    try:
        check(source, model, seed, folder, every, report)
    except Refused as refusal:
        report.fail("refused", str(refusal))
    except (AssertionError, NotImplementedError, KeyError, IndexError, ValueError) as error:
        report.fail("oracle", f"{type(error).__name__}: {error}")
    return report


def kind_of(failures):
    """What a failure is about, without its numbers: a shrunk model has to fail in the same way."""
    return re.sub(r"[\d.e+-]+|'[^']*'", "#", failures[0].split(":")[0] if not failures[0].startswith(("refused", "oracle")) else failures[0])[:60]


def shrunk(text, seed, folder, every, kind):
    def fails(smaller):
        path = folder / "shrunk.mimo"
        path.write_text(smaller)
        try:
            report = checked(path, read_models([path])[path], seed, folder, every)
        except SyntaxError:
            return False
        return bool(report.failures) and kind_of(report.failures) == kind
    return shrink.shrink(text, fails)


def read(sources):
    """The models by source; where mimoc refuses one, each is asked alone."""
    try:
        return read_models(sources), {}
    except (SyntaxError, subprocess.CalledProcessError):
        pass
    models, refused = {}, {}
    for source in sources:
        try:
            models |= read_models([source])
        except (SyntaxError, subprocess.CalledProcessError) as error:
            refused[source] = str(error)
    return models, refused


def run(seeds, arguments):
    """Checks graphs; gives their counts."""
    counts = collections.Counter()
    for start in range(0, len(seeds), CHUNK):
        sources = {}
        for seed in seeds[start:start + CHUNK]:
            path = arguments.folder / f"graph_{seed}.mimo"
            path.write_text(arguments.source.read_text() if arguments.source else generator.generate(seed))
            sources[seed] = path
        models, refused = read(list(sources.values()))
        for seed, source in sources.items():
            print(f"seed {seed}", file=sys.stderr)
            report = Report()
            if source in refused:
                report.fail("refused", refused[source])
            else:
                counts.update({f"op {op.name}": 1 for op in models[source].regions[0]})
                report = checked(arguments.compile or source, models[source], seed, arguments.folder, arguments.differential)
            counts.update(graphs=1, numbers=report.numbers, weak=report.weak, skipped=report.skipped, failed=bool(report.failures))
            tell(seed, source, report, arguments)
    return counts


def tell(seed, source, report, arguments):
    for text in report.failures[:4]:
        print(f"seed {seed}: {text}")
    if report.failures and arguments.shrink:
        text = shrunk(source.read_text(), seed, arguments.folder, arguments.differential, kind_of(report.failures))
        print("".join(f"    {line}\n" for line in text.splitlines()), end="")
    for left in arguments.folder.glob(f"{source.stem}.*"):
        if not report.failures or left.suffix != ".mimo":
            left.unlink()
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--source", type=pathlib.Path)
    parser.add_argument("--compile", type=pathlib.Path)
    parser.add_argument("--differential", type=int, default=0)
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--operators", action="store_true", help="print how many graphs hold each operator")
    parser.add_argument("--plant", choices=plant.KINDS)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if arguments.plant:
        plant.plant(arguments.plant)
    started = time.time()
    counts = run(range(arguments.first, arguments.first + (1 if arguments.source else arguments.count)), arguments)
    if arguments.operators:
        for name, count in sorted(counts.items()):
            name.startswith("op ") and print(f"{name[3:]} {count}")
    print(f"{counts['graphs']} graphs: {counts['numbers']} numbers compared, {counts['weak']} with too weak a bound, {counts['skipped']} batches "
          f"skipped as ambiguous, {counts['failed']} graphs failed, {time.time() - started:.0f} s")
    return 1 if counts["failed"] or not counts["numbers"] else 0


if __name__ == "__main__":
    sys.exit(main())
