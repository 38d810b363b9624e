"""One model against the oracle: everything that its library computes, within the derived bounds, and the same bits where
mimoc promises them."""
import _ctypes
import pathlib
import subprocess
import sys
from dataclasses import dataclass, field

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path += [str(FOLDER.parent / "Oracle"), str(FOLDER.parent / "Execution")]
import draw  # noqa: E402
from compare import ROUNDOFF, TINY, WEAK  # noqa: E402
from compiled_model import CompiledModel, Refused  # noqa: E402
from rounded import Ambiguous, Rounded  # noqa: E402
from tape import Traced  # noqa: E402

ATTEMPTS = 12
LARGEST = {"f32": float(np.finfo(np.float32).max) / 1e8, "f64": float(np.finfo(np.float64).max) / 1e8}
STEPS = 3


@dataclass
class Report:
    """What was compared, and what differs."""
    numbers: int = 0
    weak: int = 0
    skipped: int = 0                                    # batches, or their training, in which rounding decides a comparison
    failures: list = field(default_factory=list)

    def fail(self, place, text):
        self.failures.append(f"{place}: {text}")

    def near(self, place, actual, expected, precision):
        """Every element within twice its bound (the two write formulas differently); weak bounds, and what leaves the range of
        the type, are counted instead."""
        expected = expected.data if isinstance(expected, Traced) else expected
        expected = expected if isinstance(expected, Rounded) else Rounded(expected)
        actual = np.asarray(actual, np.float64)
        if actual.shape != expected.shape:
            return self.fail(place, f"has shape {actual.shape}, the oracle {expected.shape}")
        tolerance = 2 * expected.bound * ROUNDOFF[precision] + TINY[precision]
        strong = tolerance <= WEAK * max(WEAK, float(np.abs(np.nan_to_num(expected.value, posinf=0, neginf=0)).max(initial=0)))
        strong &= ~(np.abs(expected.value) > LARGEST[precision]) | np.isinf(expected.value)
        with np.errstate(invalid="ignore"):
            good = (actual == expected.value) | (np.isnan(actual) & np.isnan(expected.value)) | (np.abs(actual - expected.value) <= tolerance)
        self.numbers += int(strong.sum())
        self.weak += int((~strong).sum())
        wrong = np.argwhere(strong & ~good)
        if len(wrong):
            at = tuple(wrong[0])
            self.fail(place, f"{len(wrong)} of {good.size} differ: {[int(i) for i in at]} is {actual[at]!r}, the oracle has "
                             f"{expected.value[at]!r} within {tolerance[at]:.3g}")

    def same_bits(self, place, one, other):
        one, other = np.asarray(one), np.asarray(other)
        self.numbers += one.size
        if one.tobytes() != other.tobytes():
            off = np.nanmax(np.abs(one.astype(np.float64) - other.astype(np.float64)), initial=0)
            self.fail(place, f"not the same bits, off by up to {off:.3g}")


class Library(CompiledModel):
    """A compiled model, unloaded when it is done with."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        _ctypes.dlclose(self.library._handle)


def compiled(source, output, precision, *options):
    command = ["mimoc", str(source), "-o", str(output), f"--precision={precision}", *options]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise Refused(f"mimoc exits with {result.returncode}: {result.stderr.strip()[-600:]}")
    return Library(output)


@dataclass
class Batch:
    """Data on which no comparison is ambiguous, and what the oracle says of it."""
    rows: int
    data: dict
    outcome: object        # of evaluation
    training: object       # with random numbers
    cotangents: dict
    gradients: dict        # of the objective ("") and of each loss
    head_gradients: dict
    trained: tuple


def prepare(oracle, parameters, rows, seed):
    """None where rounding decides in every attempt."""
    for attempt in range(ATTEMPTS):
        data = draw.everything(oracle, rows, seed, attempt)
        try:
            outcome = oracle.forward(parameters, data)
            cotangents = draw.cotangents(outcome, seed)
            training = oracle.forward(parameters, data, random=1, training=True)
            gradients = {name: oracle.gradients(training, value, oracle.parameters) for name, value in training.figures().items()}
            if training.terms:
                gradients[""] = oracle.gradients(training, oracle.objective(training), oracle.parameters)
            return Batch(rows, data, outcome, training, cotangents, gradients, oracle.head_gradients(outcome, cotangents),
                         train(oracle, parameters, data) if oracle.optimizer else None)
        except Ambiguous:
            continue
    return None


def train(oracle, parameters, data):
    """None where rounding comes to decide a comparison: an optimizer that divides by a gradient of 0 makes much of little."""
    try:
        return oracle.train(parameters, data, STEPS, random=1)
    except Ambiguous:
        return None


def check_forward(model, start, batch, report, precision):
    heads = model.forward(start, batch.data, batch.rows)
    for name, value in heads.items():
        report.near(f"head {name}", value, batch.outcome.heads[name], precision)
        report.same_bits(f"forward_{name}", model.forward_head(name, start, batch.data, batch.rows), value)
    for name, value in model.forward(start, batch.data, batch.rows).items():
        report.same_bits(f"a second run's head {name}", value, heads[name])


def check_evaluation(model, start, batch, report, precision):
    losses, states = model.evaluate(start, batch.data, batch.rows)
    for name, value in losses.items():
        report.near(f"loss {name} of evaluate", value, batch.outcome.figures()[name], precision)
    for name, value in model.figures(states).items():
        report.near(f"figure {name}", value, {**batch.outcome.figures(), **batch.outcome.metrics}[name], precision)
    for name, table in model.tables(states).items():
        report.near(f"table {name}", table, batch.outcome.metrics[name], precision)


def check_gradients(model, start, batch, report, precision):
    options = model.options(random=1)
    losses, block = model.backward(start, batch.data, batch.rows, options)
    for name, value in losses.items():
        report.near(f"loss {name}", value, batch.training.figures()[name], precision)
    report.same_bits("a second run's gradients", model.backward(start, batch.data, batch.rows, options)[1], block)
    twice = model.backward(start, batch.data, batch.rows, options, into=model.copy(block))[1]
    report.same_bits("accumulated gradients", twice, block + block)
    for name, value in model.nexts(block).items():
        observed = name in batch.training.nexts
        report.near(f"next {name}", value, batch.training.nexts[name] if observed else np.zeros_like(value), precision)
        if model.passes(twice)[name] != 2 * observed:
            report.fail(f"passes of {name}", f"are {model.passes(twice)[name]} after two")
    for name, value in model.trained(block).items():
        report.near(f"gradient {name} of the objective", value, batch.gradients[""][name], precision)


def check_loss_gradients(model, start, batch, report, precision):
    for loss, expected in batch.gradients.items():
        if not loss or not model.has(f"backward_{loss}"):
            continue
        _, block = model.backward(start, batch.data, batch.rows, model.options(random=1), loss)
        for name, value in model.trained(block, of_model=True).items():
            report.near(f"gradient {name} of {loss}", value, expected[name], precision)


def check_vjp(model, start, batch, report, precision):
    gradients, of_inputs = model.vjp(start, batch.data, batch.rows, batch.cotangents)
    for name, value in {**model.trained(gradients, of_model=True), **of_inputs}.items():
        report.near(f"vjp {name}", value, batch.head_gradients[name], precision)


def check_training(model, start, batch, report, precision):
    history, moved, moments = batch.trained or ([{}] * STEPS, {}, {})
    fused, state = model.copy(start), model.initial_state()
    parted, other = model.copy(start), model.initial_state()
    for step, expected in enumerate(history):
        options = model.options(step=step, random=1)
        for name, value in model.step(fused, state, batch.data, batch.rows, options).items():
            batch.trained and report.near(f"loss {name} of step {step}", value, expected[name], precision)
        _, gradients = model.backward(parted, batch.data, batch.rows, options)
        model.apply(parted, other, gradients, options)
        report.same_bits(f"step {step} and backward + apply: parameters", fused, parted)
        report.same_bits(f"step {step} and backward + apply: state", state, other)
    if not batch.trained:
        report.skipped += 1
        return
    for name in [row["name"] for row in model.about["parameters"] if row["name"] not in model.trained(model.gradient_block())]:
        report.same_bits(f"parameter {name}, which stands still", model.tensors(fused)[name], model.tensors(start)[name])
    for name, value in (model.tensors(fused) | model.buffers(fused)).items():
        report.near(f"parameter {name} after {STEPS} steps", value, moved[name], precision)
    for moment, values in model.moments(state).items():
        for name, value in values.items():
            if moment in moments[name]:  # what a balancing rule keeps may have an update of its own, without moments
                report.near(f"{moment} of {name} after {STEPS} steps", value, moments[name][moment], precision)


def check_batch(model, parameters, batch, report, precision):
    """What does not depend on a way of training, then the model's own."""
    start = model.block(parameters)
    check_forward(model, start, batch, report, precision)
    if model.losses:
        check_evaluation(model, start, batch, report, precision)
    if model.has("vjp"):
        check_vjp(model, start, batch, report, precision)
    check_loss_gradients(model, start, batch, report, precision)
    report.same_bits("parameters that are only read", start, model.block(parameters))
    check_phase(model, parameters, batch, report, precision)


def check_phase(model, parameters, batch, report, precision, phase=""):
    """One way of training."""
    start = model.block(parameters)
    model.train_as(phase)
    if model.has("backward" + model.of_phase):
        check_gradients(model, start, batch, report, precision)
    report.same_bits("parameters that are only read", start, model.block(parameters))
    if model.has("step" + model.of_phase):
        check_training(model, start, batch, report, precision)
