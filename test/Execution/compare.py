"""compare.py GROUP FOLDER: compiles every model of a group and compares all that it computes with PyTorch's numbers.

    --precision f64,f32      of the compiled models
    --options "-O 0"         more options for mimoc
    --expected FILE          other numbers than Inputs/GROUP.safetensors.gz
    --only CASE

A number may differ from float64's by 2 * bound * u, where u is the roundoff of the precision and the bound was derived for
this very number (bounded.py); the factor 2 is for formulas that PyTorch and mimoc write differently. Prints each
difference with model, quantity, index and values, and exits 1 if there was one.
"""
import argparse
import collections
import pathlib
import shlex
import subprocess
import sys

import numpy as np

import tensors
from compiled_model import CompiledModel, Refused
from sampling import sample_places, signed_sums

FOLDER = pathlib.Path(__file__).resolve().parent
ROUNDOFF = {"f32": 2.0 ** -24, "f64": 2.0 ** -53}
TINY = {"f32": 2.0 ** -125, "f64": 2.0 ** -1021}  # what underflow may take: functions may flush it to zero
STEPS = 5
WEAK = 1e-2
SHOWN = 3


class Comparison:
    """Compares quantities of one batch, and counts."""

    def __init__(self):
        self.numbers = self.weak = self.failed = 0

    def start(self, case, batch, precision, arrays):
        self.place = f"{case}/{batch} {precision}"
        self.precision, self.arrays, self.seen = precision, arrays, set()

    def fail(self, quantity, text):
        self.failed += 1
        print(f"{self.place}: {quantity}: {text}")

    def check(self, quantity, actual):
        actual = np.asarray(actual, np.float64)
        if f"expected/{quantity}#samples" in self.arrays:
            flat = actual.reshape(-1)
            self.check_values(quantity, "#samples", flat[sample_places(flat.size)])
            self.check_values(quantity, "#sums", signed_sums(flat))
        else:
            self.check_values(quantity, "", actual)

    def check_values(self, quantity, part, actual):
        name = f"expected/{quantity}{part}"
        self.seen.add(name)
        if name not in self.arrays:
            return self.fail(quantity, "not expected by the case")
        expected, bound = self.arrays[name], self.arrays[f"bound/{quantity}{part}"].astype(np.float64)
        if actual.shape != expected.shape:
            return self.fail(quantity, f"has shape {actual.shape}, expected {expected.shape}")
        if self.precision == "f32":
            with np.errstate(over="ignore"):
                expected = np.where(np.abs(expected) > np.finfo(np.float32).max, expected.astype(np.float32), expected)
        tolerance = 2 * bound * ROUNDOFF[self.precision] + TINY[self.precision]
        with np.errstate(invalid="ignore"):
            good = (actual == expected) | (np.isnan(actual) & np.isnan(expected)) | (np.abs(actual - expected) <= tolerance)
        self.numbers += expected.size
        self.weak += int((tolerance > WEAK * np.abs(expected).max(initial=WEAK)).sum())
        for index in list(zip(*np.nonzero(~good)))[:SHOWN] if expected.ndim else [()] * (not good):
            at = ", ".join(map(str, index))
            self.fail(quantity + part, f"[{at}] is {actual[index]!r}, PyTorch has {expected[index]!r}, "
                                       f"off by {abs(actual[index] - expected[index]):.3g} and {tolerance[index]:.3g} is allowed")

    def same_bits(self, quantity, one, other):
        if np.asarray(one).tobytes() != np.asarray(other).tobytes():
            difference = np.nanmax(np.abs(np.asarray(one, np.float64) - np.asarray(other, np.float64)), initial=0)
            self.fail(quantity, f"not the same bits, off by up to {difference:.3g}")

    def finish(self):
        missing = {name for name in self.arrays if name.startswith("expected/")} - self.seen
        for name in sorted(missing):
            self.fail(name, "was not compared")


def compile_model(source, output, precision, options, phase=""):
    command = ["mimoc", str(source), "-o", str(output), f"--precision={precision}", *options]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode or result.stderr:
        raise Refused(f"mimoc {source.name}: exit status {result.returncode}: {result.stderr}")
    return CompiledModel(output, phase)


def check_forward(model, parameters, batch, rows, comparison):
    heads = model.forward(parameters, batch["data"], rows)
    for name, value in heads.items():
        comparison.check(f"head.{name}", value)
        alone = model.forward_head(name, parameters, batch["data"], rows)
        comparison.same_bits(f"forward_{name} and forward", alone, value)


def check_gradients(model, parameters, batch, rows, comparison):
    losses, gradients = model.backward(parameters, batch["data"], rows, model.options())
    for name, value in losses.items():
        trains_otherwise = f"expected/training_loss.{name}" in comparison.arrays
        comparison.check(f"training_loss.{name}" if trains_otherwise else f"loss.{name}", value)
    for name, value in model.trained(gradients).items():
        comparison.check(f"gradient/{name}", value)
    for name, value in model.nexts(gradients).items():
        comparison.check(f"next/{name}", value)
    twice = model.copy(gradients)
    model.backward(parameters, batch["data"], rows, model.options(), into=twice)
    comparison.same_bits("accumulated gradients", twice, gradients + gradients)
    for name, count in model.passes(twice).items():
        if count != 2 * comparison.arrays[f"expected/next/{name}"].any():  # frozen ones have none
            comparison.fail(f"passes of {name}", f"are {count} after two")
    for loss in {name.split("/")[1][len("gradient."):] for name in comparison.arrays if name.startswith("expected/gradient.")}:
        alone, gradients = model.backward(parameters, batch["data"], rows, model.options(), loss)
        comparison.same_bits(f"loss {loss} of backward_{loss}", alone[loss], losses[loss])
        for name, value in model.trained(gradients, of_model=True).items():
            comparison.check(f"gradient.{loss}/{name}", value)


def check_evaluation(model, parameters, batch, rows, comparison):
    losses, states = model.evaluate(parameters, batch["data"], rows)
    for name, value in losses.items():
        comparison.check(f"loss.{name}", value)
    for name, value in model.figures(states).items():
        comparison.check(f"metric.{name}" if name in model.metrics else f"loss.{name}", value)
    for name, table in model.tables(states).items():
        comparison.check(f"metric.{name}", table)


def check_vjp(model, parameters, batch, rows, comparison):
    gradients, of_inputs = model.vjp(parameters, batch["data"], rows, batch["cotangent"])
    for name, value in model.trained(gradients, of_model=True).items():
        comparison.check(f"vjp/{name}", value)
    for name, value in of_inputs.items():
        comparison.check(f"vjp_input/{name}", value)


def check_training(model, parameters, batch, rows, comparison):
    """The optimizer's steps as `step`, and as `backward` followed by `apply`: the same bits."""
    fused, state = model.copy(parameters), model.initial_state()
    parted, other_state = model.copy(parameters), model.initial_state()
    for step in range(STEPS):
        options = model.options(step=step)
        losses = model.step(fused, state, batch["data"], rows, options)
        for name, value in losses.items():
            comparison.check(f"trained_losses/{step}.{name}", value)
        _, gradients = model.backward(parted, batch["data"], rows, options)
        model.apply(parted, other_state, gradients, options)
        comparison.same_bits(f"step {step} and backward + apply: parameters", fused, parted)
        comparison.same_bits(f"step {step} and backward + apply: state", state, other_state)
    for name, value in (model.tensors(fused) | model.buffers(fused)).items():
        comparison.check(f"trained/{name}", value)
    for moment, values in model.moments(state).items():
        for name, value in values.items():
            comparison.check(f"trained_state.{moment}/{name}", value)


def compare_batch(model, case, batch, arrays, parameters, comparison):
    grouped = collections.defaultdict(dict)
    for name, value in arrays.items():
        kind, _, rest = name.partition("/")
        grouped[kind][rest] = value
    rows = model.rows(grouped["data"])
    before = parameters.tobytes()
    check_forward(model, parameters, grouped, rows, comparison)
    if model.losses:
        check_evaluation(model, parameters, grouped, rows, comparison)
    if model.has("backward" + model.of_phase):
        check_gradients(model, parameters, grouped, rows, comparison)
    if grouped["cotangent"]:
        check_vjp(model, parameters, grouped, rows, comparison)
    if parameters.tobytes() != before:
        comparison.fail("parameters", "were changed by a function that only reads them")
    if model.has("step" + model.of_phase):
        check_training(model, parameters, grouped, rows, comparison)
    comparison.finish()


def split(arrays):
    """{"case/batch/..." : array} as {case: {batch: {...: array}}}"""
    cases = collections.defaultdict(lambda: collections.defaultdict(dict))
    for name, value in arrays.items():
        case, batch, rest = name.split("/", 2)
        cases[case][batch][rest] = value
    return cases


def compare_case(group, case, batches, precision, arguments, comparison):
    comparison.start(case, "", precision, {})
    source = FOLDER / "Inputs" / group / f"{case}.mimo"
    output = pathlib.Path(arguments.folder) / f"{case}.{precision}.so"
    try:
        model = compile_model(source, output, precision, shlex.split(arguments.options), phase=case.partition("@")[2])
    except Refused as refusal:
        return comparison.fail("compile", refusal)
    started = batches.pop("parameters", {})
    wanted = {name: value.shape for name, value in started.items()}
    if wanted != model.shapes():
        return comparison.fail("parameters", f"are {model.shapes()}, PyTorch has {wanted}")
    for batch, arrays in batches.items():
        comparison.start(case, batch, precision, arrays)
        try:
            compare_batch(model, case, batch, arrays, model.block(started), comparison)
        except Refused as refusal:
            comparison.fail("refused", refusal)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("group")
    parser.add_argument("folder")
    parser.add_argument("--precision", default="f64,f32")
    parser.add_argument("--options", default="")
    parser.add_argument("--expected")
    parser.add_argument("--only")
    arguments = parser.parse_args()
    expected = arguments.expected or FOLDER / "Inputs" / f"{arguments.group}.safetensors.gz"
    comparison, count = Comparison(), 0
    for precision in arguments.precision.split(","):
        for case, batches in split(tensors.load(expected)).items():
            if arguments.only in (None, case):
                compare_case(arguments.group, case, batches, precision, arguments, comparison)
                sys.stdout.flush()
                count += 1
    print(f"{arguments.group}: {count} models, {comparison.numbers} numbers compared, {comparison.weak} of them with a bound "
          f"above {WEAK}, {comparison.failed} differences")
    return 1 if comparison.failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
