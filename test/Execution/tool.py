"""tool.py GROUP FOLDER: compares what `mimo grad`, `eval`, `predict` and `train` write with PyTorch's numbers, as compare.py
does with what the compiled functions compute."""
import json
import pathlib
import subprocess
import sys

import numpy as np

import tensors
from compare import STEPS, Comparison, split

FOLDER = pathlib.Path(__file__).resolve().parent


class Failed(Exception):
    """The tool refused."""


def run(*command):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if result.returncode:
        raise Failed(f"{' '.join(map(str, command))}: exit status {result.returncode}: {result.stderr}")
    return result.stdout


def names(arrays, kind):
    return [name[len(f"expected/{kind}"):].removesuffix("#samples") for name in arrays if name.startswith(f"expected/{kind}")
            and not name.endswith("#sums")]


def check_gradients(model, common, folder, arrays, comparison):
    losses = sorted({name.split("/")[0] for name in names(arrays, "gradient.")})
    for loss in [None, *losses]:
        output = folder / "gradients.safetensors"
        run("mimo", "grad", model, *common, "--no-random", "-o", output, *(["--loss", loss] if loss else []))
        for name, value in tensors.load(output).items():
            kind = "gradient" if loss is None else f"gradient.{loss}"
            comparison.check(name if name.startswith("loss.") else f"{kind}/{name}", value)


def check_figures(model, common, folder, arrays, comparison):
    printed = json.loads(run("mimo", "eval", model, *common, "--json", "--batch", 3))
    for name, value in printed["metrics"].items():
        comparison.check(f"metric.{name}", np.nan if value is None else value)
    run("mimo", "predict", model, *common, "-o", folder / "heads.npz", "--batch", 2)
    with np.load(folder / "heads.npz") as heads:
        for name in heads.files:
            comparison.check(f"head.{name}", heads[name])


def check_training(model, data, parameters, rows, folder, arrays, comparison):
    run("mimo", "train", model, "--data", data, "--load", parameters, "--no-shuffle", "--batch", rows, "--epochs", STEPS,
        "--steps", STEPS, "--out", folder / "run", "--overwrite")
    for name, value in tensors.load(folder / "run" / "last.safetensors").items():
        kind, _, rest = name.removeprefix("optimizer.").partition(".")
        comparison.check(f"trained_state.{kind}/{rest}" if name.startswith("optimizer.") else f"trained/{name}", value)


def check_batch(model, arrays, started, folder, comparison):
    data, parameters = folder / "data.npz", folder / "parameters.safetensors"
    given = {name.removeprefix("data/"): value for name, value in arrays.items() if name.startswith("data/")}
    np.savez(data, **given)
    tensors.save(parameters, started)
    common = ("--data", data, "--checkpoint", parameters)
    check_figures(model, common, folder, arrays, comparison)
    check_gradients(model, common, folder, arrays, comparison)
    check_training(model, data, parameters, len(next(iter(given.values()))), folder, arrays, comparison)


def main(group, folder):
    comparison, count = Comparison(), 0
    for case, batches in split(tensors.load(FOLDER / "Inputs" / f"{group}.safetensors.gz")).items():
        started = batches.pop("parameters")
        batch, arrays = next(iter(batches.items()))
        for precision in ("f64", "f32"):
            comparison.start(case, batch, precision, arrays)
            try:
                model = folder / f"{case}.{precision}.so"
                run("mimoc", FOLDER / "Inputs" / group / f"{case}.mimo", "-o", model, f"--precision={precision}")
                check_batch(model, arrays, started, folder, comparison)
            except Failed as failure:
                comparison.fail("refused", failure)
            count += 1
    print(f"{group}: {count} models, {comparison.numbers} numbers compared, {comparison.failed} differences")
    return 1 if comparison.failed or not count else 0


sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2])))
