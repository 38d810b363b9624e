"""against_pytorch.py [GROUP...]: the oracle against the numbers that PyTorch computed in float64 for the cases of
test/Execution (all groups by default). Both are float64, so they may differ by what rounding does to either.

    --plant OPERATOR            the operator's result is off by one part in 10^9: the comparison has to fail
    --plant-gradient OPERATOR   the cotangent of its operands is
"""
import argparse
import pathlib
import sys

import numpy as np

import interpreter
from registry import OPERATORS
from rounded import Ambiguous, Rounded
from tape import Traced

EXECUTION = pathlib.Path(__file__).resolve().parent.parent / "Execution"
sys.path.append(str(EXECUTION))
import tensors  # noqa: E402
from compare import split  # noqa: E402
from sampling import sample_places, signed_sums  # noqa: E402

F64 = 2.0 ** -53
TINY = 2.0 ** -1000
STEPS = 5
SHOWN = 3


def results(oracle, parameters, arrays):
    """What the oracle computes, under the names of make_cases.py."""
    group = lambda kind: {name[len(kind) + 1:]: value for name, value in arrays.items() if name.startswith(kind + "/")}
    data, found = group("data"), {}
    outcome = oracle.forward(parameters, data)
    for kind, values in (("head", outcome.heads), ("loss", outcome.figures()), ("metric", outcome.metrics)):
        found |= {f"{kind}.{name}": value for name, value in values.items()}
    wanted = {name.split("/")[1] for name in arrays if name.startswith("expected/gradient")}
    for kind in wanted:
        loss = kind.removeprefix("gradient").removeprefix(".")
        value = outcome.losses[loss] if loss else oracle.objective(outcome)
        found |= {f"{kind}/{name}": g for name, g in oracle.gradients(outcome, value, oracle.parameters).items()}
    if group("cotangent"):
        for name, g in oracle.head_gradients(outcome, group("cotangent")).items():
            found[f"vjp/{name}" if name in oracle.parameters else f"vjp_input/{name}"] = g
    if any(name.startswith("expected/trained") for name in arrays):
        found |= trained(oracle, parameters, data)
    return found


def trained(oracle, parameters, data):
    history, moved, state = oracle.train(parameters, data, STEPS)
    found = {f"trained/{name}": value for name, value in moved.items()}
    for name, moments in state.items():
        found |= {f"trained_state.{moment}/{name}": value for moment, value in moments.items()}
    for step, losses in enumerate(history):
        found |= {f"trained_losses/{step}.{name}": value for name, value in losses.items()}
    return found


def parts(value, bound, sampled):
    if not sampled:
        return {"": (value, bound)}
    places = sample_places(value.size)
    return {"#samples": (value.reshape(-1)[places], bound.reshape(-1)[places]),
            "#sums": (signed_sums(value.reshape(-1)), np.full(4, bound.sum()))}


def differences(place, found, arrays):
    """Each expected number that the oracle does not confirm, as text; and how many were compared."""
    texts, count = [], 0
    for name in [name for name in arrays if name.startswith("expected/")]:
        quantity, _, part = name.removeprefix("expected/").partition("#")
        if quantity not in found:
            texts.append(f"{place}: {quantity}: the oracle does not compute it")
            continue
        actual = found[quantity].data if isinstance(found[quantity], Traced) else found[quantity]
        actual = actual if isinstance(actual, Rounded) else Rounded(actual)
        value, bound = parts(actual.value, actual.bound, part)["#" + part if part else ""]
        expected = arrays[name]
        tolerance = 2 * F64 * (bound + arrays[f"bound/{quantity}" + ("#" + part if part else "")]) + TINY
        with np.errstate(invalid="ignore"):
            good = (value == expected) | (np.isnan(value) & np.isnan(expected)) | (np.abs(value - expected) <= tolerance)
        count += expected.size
        for index in list(zip(*np.nonzero(np.atleast_1d(~good))))[:SHOWN]:
            pair = [np.atleast_1d(x)[index] for x in (value, expected, tolerance)]
            texts.append(f"{place}: {quantity}{[int(i) for i in index]}: {pair[0]!r}, PyTorch has {pair[1]!r}; {pair[2]:.3g} is allowed")
    return texts, count


def check_group(group, skipped):
    cases = split(tensors.load(EXECUTION / "Inputs" / f"{group}.safetensors.gz"))
    sources = {case: EXECUTION / "Inputs" / group / f"{case}.mimo" for case in cases}
    models = interpreter.read_models(list(sources.values()))
    texts, count = [], 0
    for case, batches in cases.items():
        oracle = interpreter.Oracle(models[sources[case]], case.partition("@")[2])
        parameters = batches.pop("parameters", {})
        for batch, arrays in batches.items():
            try:
                found = results(oracle, parameters, arrays)
            except Ambiguous:
                skipped.append(f"{group}/{case}/{batch}")
                continue
            more, compared = differences(f"{group}/{case}/{batch}", found, arrays)
            texts, count = texts + more, count + compared
    return texts, count


def plant(name, forward, backward):
    sound = OPERATORS[name]

    def faulty(op, *operands):
        result = sound(op, *operands)
        return Traced(result.data * forward, (result, lambda g: g * backward))
    OPERATORS[name] = faulty


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("groups", nargs="*")
    parser.add_argument("--plant")
    parser.add_argument("--plant-gradient")
    arguments = parser.parse_args()
    if arguments.plant:
        plant(arguments.plant, 1 + 1e-9, 1)
    if arguments.plant_gradient:
        plant(arguments.plant_gradient, 1, 1 + 1e-9)
    groups = arguments.groups or sorted(path.name.partition(".")[0] for path in (EXECUTION / "Inputs").glob("*.gz"))
    numbers, failed, skipped = 0, 0, []
    for group in groups:
        texts, count = check_group(group, skipped)
        for text in texts[:20]:
            print(text)
        numbers, failed = numbers + count, failed + len(texts)
    for place in skipped:
        print(f"left out: {place}")
    print(f"{len(groups)} groups: {numbers} numbers of PyTorch compared, {len(skipped)} batches left out as ambiguous, {failed} differences")
    return 1 if failed or not numbers else 0


if __name__ == "__main__":
    sys.exit(main())
