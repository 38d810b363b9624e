"""buffers.py FOLDER: what changes running statistics and what does not."""
import pathlib
import sys

import numpy as np

from compare import compile_model
from compiled_model import Refused

SOURCE = """model Buffers {
  input  x: f32[batch, 3]
  input  y: f32[batch, 2, 4]
  target t: f32[batch, 1]
  trunk h = x -> norm: batchnorm -> linear(4) -> relu
  trunk k = y -> norm: batchnorm(momentum = none) -> flatten
  head a = h -> linear(1)
  head b = k -> linear(1)
  head c = x -> norm: batchnorm -> linear(2)
  loss of_a = mse(a, t)
  loss of_b = mse(b, t)
  minimize of_a + 2 * of_b
  optimizer sgd(lr = 0.1, momentum = 0.9, average = 0.5, clip_norm = 1)
}
"""
ROWS = 6


class Run:
    def __init__(self, model, seed):
        self.model, self.random = model, np.random.RandomState(seed)
        self.parameters, self.state = model.initial_parameters(5), model.initial_state()

    def data(self, rows=ROWS):
        return {"x": self.random.standard_normal((rows, 3)), "y": self.random.standard_normal((rows, 2, 4)), "t": self.random.standard_normal((rows, 1))}

    def buffers(self):
        return self.model.buffers(self.parameters)


def same(one, other, names=None):
    for name in names or one:
        assert np.array_equal(one[name], other[name]), (name, one[name], other[name])


def refused(message, call, *arguments):
    try:
        call(*arguments)
    except Refused as refusal:
        assert str(refusal) == message, refusal
    else:
        raise AssertionError(f"not refused: {message}")


def start(model):
    found = Run(model, 0).buffers()
    assert set(found) == {f"{part}.norm.{kept}" for part in "hkc" for kept in ("running_mean", "running_var", "num_batches_tracked")}, found
    for name, value in found.items():
        assert (value == (1 if name.endswith("var") else 0)).all(), name
    assert not {row["name"] for row in model.about["parameters"]} & set(found)


def accumulated(model):
    """Several passes count as one batch with the mean of their statistics; one that is repeated changes nothing."""
    run, options = Run(model, 1), model.options()
    first, second = run.data(), run.data()
    _, gradients = model.backward(run.parameters, first, ROWS, options)
    alone = model.nexts(gradients)
    model.backward(run.parameters, second, ROWS, options, into=gradients)
    both = model.nexts(gradients)
    assert set(model.passes(gradients).values()) == {0, 2}
    before = run.buffers()
    model.apply(run.parameters, run.state, gradients, options)
    after = run.buffers()
    same(before, after, [name for name in before if name.startswith("c.")])  # no loss depends on it
    for name in [name for name in before if not name.startswith("c.")]:
        assert np.array_equal(after[name], both[name] / 2) and not np.array_equal(after[name], alone[name] if "num" not in name else before[name]), name
    assert after["h.norm.num_batches_tracked"] == 1
    model.apply(run.parameters, run.state, model.gradient_block(), options)  # no pass
    same(after, run.buffers())


def losses_apart(model):
    """The gradients of two losses on one batch add up to one pass through what both of them, or one, reach."""
    run, options = Run(model, 2), model.options(of_b=1)
    data = run.data()
    _, whole = model.backward(run.parameters, data, ROWS, options)
    _, gradients = model.backward(run.parameters, data, ROWS, options, "of_a")
    assert [model.passes(gradients)[f"{part}.norm.running_mean"] for part in "hkc"] == [1, 0, 0]
    model.backward(run.parameters, data, ROWS, options, "of_b", into=gradients)
    same(model.nexts(whole), model.nexts(gradients))


def averaged(model):
    """The average of the parameters has the buffers of the last step, reached or not."""
    run = Run(model, 3)
    for step in range(3):
        model.step(run.parameters, run.state, run.data(), ROWS, model.options(step=step))
        same(run.buffers(), model.buffers(run.state))
    assert run.buffers()["k.norm.num_batches_tracked"] == 3
    data = run.data()
    assert not np.array_equal(model.forward(run.state, data, ROWS)["b"], model.forward(run.parameters, data, ROWS)["b"])
    moment = run.state[model.size:]  # of what is trained alone
    assert model.about["phases"][0]["optimizer"]["state"] == ["average", "momentum_buffer"] and len(moment) == sum(row["elements"] for row in model.about["parameters"])


def one_row(model):
    """Refused where it would be normalised to nothing; evaluation takes any batch."""
    run, options = Run(model, 4), model.options()
    data, before = run.data(1), (run.parameters.tobytes(), run.state.tobytes())
    needed = "batch is 1; training needs at least 2 rows (buffers.mimo:5)"
    refused(f"buffers_step: {needed}", model.step, run.parameters, run.state, data, 1, options)
    refused(f"buffers_backward: {needed}", model.backward, run.parameters, data, 1, options)
    refused(f"buffers_backward_of_a: {needed}", model.backward, run.parameters, data, 1, options, "of_a")
    model.backward(run.parameters, data, 1, options, "of_b")  # a row of it has 4 values a channel
    model.forward(run.parameters, data, 1)
    model.evaluate(run.parameters, data, 1)
    gradients, _ = model.vjp(run.parameters, data, 1, {"a": np.ones((1, 1)), "b": np.ones((1, 1)), "c": np.ones((1, 2))})
    assert not any(model.passes(gradients).values()) and not any(value.any() for value in model.nexts(gradients).values())
    assert before == (run.parameters.tobytes(), run.state.tobytes())


def alone(model):
    """In evaluation a row gives the bits that it gives in any batch."""
    run = Run(model, 5)
    model.step(run.parameters, run.state, run.data(), ROWS, model.options())
    data = run.data()
    heads = model.forward(run.parameters, data, ROWS)
    row = model.forward(run.parameters, {name: value[2:3] for name, value in data.items()}, 1)
    for name, value in row.items():
        assert value[0].tobytes() == heads[name][2].tobytes(), name


def main(folder):
    source = pathlib.Path(folder) / "buffers.mimo"
    source.write_text(SOURCE)
    for precision in ("f32", "f64"):
        model = compile_model(source, pathlib.Path(folder) / f"buffers.{precision}.so", precision, [])
        for check in (start, accumulated, losses_apart, averaged, one_row, alone):
            check(model)


main(sys.argv[1])
