"""make_cases.py [GROUP...]: writes the models and the numbers that the tests of this folder compare with.

Run by hand with PyTorch, when a case is new or changed; the tests themselves need NumPy only. A case is a model in the
mimo language and the same model in PyTorch (its twin, in cases_*.py). Of each group this writes

    Inputs/<group>/<case>.mimo     the model
    Inputs/<group>.safetensors.gz  for every case: parameters, and for every batch of it the data, what PyTorch computes from
                                   them in float64, and for every number how far rounding may move it (see bounded.py)

Names in the second file, each below "<case>/":
    parameters/<name>                          where the case starts
    <batch>/data/<input or target>
    <batch>/expected/head.<name>  loss.<name>  metric.<name>
    <batch>/expected/gradient/<parameter>               of what `minimize` says
    <batch>/expected/gradient.<loss>/<parameter>        of one loss alone
    <batch>/expected/vjp/<parameter>  vjp_input/<input> for the head cotangents <batch>/cotangent/<head>
    <batch>/expected/trained/<parameter>  trained_state.<moment>/<parameter>  trained_losses     after the optimizer's steps
    <batch>/bound/...                          for each of the expected, in units of roundoff
"""
import importlib
import pathlib
import re
import sys
import zlib

import numpy as np
import torch

import bounded_functions  # registers its rules
import tensors
from bounded import Ambiguous, Bounded, exact, value_of
from sampling import SAMPLES, sample_places, signed_sums
from twin import Draw

FOLDER = pathlib.Path(__file__).resolve().parent
MODULES = sorted(path.stem for path in FOLDER.glob("cases_*.py"))
ATTEMPTS = 20


def to_torch(array):
    tensor = torch.as_tensor(np.array(array))
    return tensor.double() if tensor.is_floating_point() else tensor


def gradients(value, parameters):
    """Zeros for what the value does not depend on."""
    if not parameters:
        return {}
    if not value.requires_grad:
        return {name: torch.zeros_like(p) for name, p in parameters.items()}
    found = torch.autograd.grad(value, list(parameters.values()), retain_graph=True, allow_unused=True)
    return {name: torch.zeros_like(p) if g is None else g for (name, p), g in zip(parameters.items(), found)}


def minimized(case, losses):
    return sum(coefficient * losses[name] for name, coefficient in case.minimize.items())


def trained(case, parameters, of_model=False):
    """Those that backward and step give gradients of; backward of a loss and vjp are the model's, whatever a train block freezes."""
    frozen = () if of_model and "@" in case.name else case.frozen
    return {name: p for name, p in parameters.items() if name not in frozen}


def minimized_gradients(case, outcome, parameters):
    if case.gradients:
        return case.gradients(outcome, parameters)
    return gradients(minimized(case, outcome.losses), trained(case, parameters))


def train(case, parameters, data, wrap):
    """The optimizer's steps on one batch; gives expected values by name."""
    moving = {name: wrap(value_of(p).detach().clone()).requires_grad_() for name, p in parameters.items()}
    optimizer = case.optimizer(list(trained(case, moving).values()))
    history, results = [], {}
    for _ in range(case.steps):
        outcome = case.twin(moving, data)
        for name, gradient in minimized_gradients(case, outcome, moving).items():
            moving[name].grad = gradient
        history.append([outcome.losses[name].detach() for name in outcome.losses])
        optimizer.step()
    for name, p in moving.items():
        results[f"trained/{name}"] = p.detach()
        for moment, value in optimizer.state.get(p, {}).items():
            if isinstance(value, torch.Tensor) and moment not in ("step", "mu_product"):
                results[f"trained_state.{moment}/{name}"] = value
    for step, row in enumerate(history):
        for name, value in zip(outcome.losses, row):
            results[f"trained_losses/{step}.{name}"] = value
    return results


def compute(case, arrays, wrap):
    """Every expected number of one batch. `wrap` makes leaves: plain tensors, or Bounded ones."""
    parameters = {name: wrap(to_torch(a)).requires_grad_() for name, a in arrays["parameters"].items()}
    data = {name: wrap(to_torch(a)) for name, a in arrays["data"].items()}
    outcome = case.twin(parameters, data)
    results = {f"head.{name}": value for name, value in outcome.heads.items()}
    results |= {f"loss.{name}": value for name, value in outcome.losses.items()}
    results |= {f"metric.{name}": value for name, value in outcome.metrics.items()}
    if case.minimize:
        results |= {f"gradient/{name}": g for name, g in minimized_gradients(case, outcome, parameters).items()}
    if case.minimize and case.full_gradients:
        for loss, value in outcome.losses.items():
            if f"loss {loss} =" not in case.source:
                continue  # a penalty
            results |= {f"gradient.{loss}/{name}": g for name, g in gradients(value, trained(case, parameters, of_model=True)).items()}
    if case.vjp:
        results |= head_gradients(case, arrays, parameters, data, wrap)
    if case.optimizer:
        results |= train(case, parameters, data, wrap)
    return {name: value.detach() for name, value in results.items()}


def head_gradients(case, arrays, parameters, data, wrap):
    declared = re.findall(r"^  input\s+([^:]+):", case.source, re.MULTILINE)
    inputs = [name.strip() for names in declared for name in names.split(",")]
    leaves = {name: data[name].requires_grad_() for name in inputs if value_of(data[name]).is_floating_point()}
    heads = case.twin(parameters, {**data, **leaves}).heads
    total = sum((value * wrap(to_torch(arrays["cotangent"][name]))).sum() for name, value in heads.items())
    found = gradients(total, trained(case, parameters, of_model=True) | leaves)
    return {(f"vjp/{name}" if name in parameters else f"vjp_input/{name}"): g for name, g in found.items()}


def draw(case, batch, seed):
    random = Draw(seed)
    make = case.draw_parameter or (lambda r, name, shape: r.weights(shape))
    # Parameters come first, so that all batches of a case have the same.
    parameters = {name: make(random, name, shape) for name, shape in case.parameters.items()}
    random = Draw(seed + zlib.crc32(batch.name.encode()) % 100_000)
    return {"parameters": parameters, "data": batch.draw(random, batch.rows), "cotangent": {}}, random


def add_cotangents(case, arrays, random):
    parameters = {name: to_torch(a) for name, a in arrays["parameters"].items()}
    data = {name: to_torch(a) for name, a in arrays["data"].items()}
    for name, head in case.twin(parameters, data).heads.items():
        arrays["cotangent"][name] = (random.integers(*head.shape, low=-8, high=9) / 4).astype(np.float32)


def agree(name, plain, bounded):
    """The bounds belong to the values of the plain run: both computed the same."""
    tolerance = 4 * bounded.bound.double() * 2.0 ** -53 + 1e-300
    same = (plain == bounded.value) | (plain.isnan() & bounded.value.isnan()) | ((plain - bounded.value).abs() <= tolerance)
    if not same.all():
        raise AssertionError(f"{name}: PyTorch gives {plain} and its decompositions {bounded.value}")


def rounded_up(bound):
    """Three bits of a bound are enough, and compress well; what is not zero stays so in f32."""
    mantissa, exponent = np.frexp(np.where(bound > 0, np.clip(bound, 2.0 ** -126, 1e38), 0.0))
    return np.ldexp(np.ceil(mantissa * 8) / 8, exponent).astype(np.float32)


def pack(name, plain, bounded):
    value, bound = plain.double().numpy(), bounded.bound.numpy() if isinstance(bounded, Bounded) else np.zeros(plain.shape)
    bound = rounded_up(np.where(np.isnan(bound), np.inf, bound))
    if value.size <= 2 * SAMPLES:
        return {f"expected/{name}": value, f"bound/{name}": bound}
    flat, error = value.reshape(-1), bound.reshape(-1)
    places = sample_places(flat.size)
    return {f"expected/{name}#samples": flat[places], f"bound/{name}#samples": error[places],
            f"expected/{name}#sums": signed_sums(flat),
            f"bound/{name}#sums": rounded_up(np.full(4, error.sum(dtype=np.float64)))}


def make_batch(case, batch, seed):
    for attempt in range(ATTEMPTS):
        arrays, random = draw(case, batch, seed)
        if attempt:  # another batch, the same parameters
            arrays["data"] = batch.draw(random, batch.rows)
            for _ in range(attempt):
                arrays["data"] = batch.draw(random, batch.rows)
        if case.vjp:
            add_cotangents(case, arrays, random)
        try:
            bounded = compute(case, arrays, exact)
        except Ambiguous:
            continue
        plain = compute(case, arrays, lambda x: x)
        packed = {f"data/{name}": a for name, a in arrays["data"].items()}
        packed |= {f"cotangent/{name}": a for name, a in arrays["cotangent"].items()}
        for name, value in plain.items():
            other = bounded[name]
            if isinstance(other, Bounded):
                agree(f"{case.name}/{batch.name}/{name}", value, other)
            packed |= pack(name, value, other)
        return packed
    raise Ambiguous(f"{case.name}/{batch.name}: {ATTEMPTS} batches were all ambiguous")


def make_case(group, case):
    seed = zlib.crc32(f"{group}/{case.name}".encode())  # another case does not change this one
    arrays, _ = draw(case, case.batches[0], seed % 2 ** 31)
    packed = {f"parameters/{name}": a for name, a in arrays["parameters"].items()}
    for batch in case.batches:
        packed |= {f"{batch.name}/{name}": a for name, a in make_batch(case, batch, seed % 2 ** 31).items()}
    return {f"{case.name}/{name}": a for name, a in packed.items()}


def make_group(group, cases):
    folder = FOLDER / "Inputs" / group
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.mimo"):
        stale.unlink()
    packed = {}
    for case in cases:
        try:
            packed |= make_case(group, case)
        except Ambiguous as reason:
            if not case.optional:
                raise
            print(f"left out: {reason}")
            continue
        (folder / f"{case.name}.mimo").write_text(case.source)
    path = folder.with_suffix(".safetensors.gz")
    tensors.save(path, packed)
    size = path.stat().st_size
    print(f"{group}: {len(cases)} cases, {sum(len(case.batches) for case in cases)} batches, {size // 1024} KiB")


def main(wanted):
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    for module in MODULES:
        for group, cases in importlib.import_module(module).GROUPS.items():
            if not wanted or group in wanted:
                make_group(group, cases)


main(sys.argv[1:])
