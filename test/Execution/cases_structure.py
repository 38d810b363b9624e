"""What moves and sums elements, how weights get their names, and how sizes meet the edges of vectors and tiles."""
import torch
import torch.nn.functional as F

from twin import (Batch, Case, Outcome, batches, chain, cross_entropy, linear, model, mse, reduced, shapes_of)


def weightless(name, inputs, heads, rows=(1, 3, 8)):
    declared = [f"input {x}: f32[{', '.join(['batch', *map(str, shape)])}]" for x, shape in inputs.items()]
    source = model("Shapes", *declared, *(f"head {head} = {text}" for head, (text, _) in heads.items()))
    twin = lambda p, d: Outcome({head: function(**d) for head, (_, function) in heads.items()})
    draw = lambda random, n: {x: random.normal(n, *shape) for x, shape in inputs.items()}
    return Case(name, source, {}, twin, batches(draw, *rows))


def shapes():
    yield weightless("concat_rank_2", {"x": (3,), "y": (1,), "z": (7,)}, {
        "two": ("concat(x, y)", lambda x, y, z: torch.cat([x, y], 1)),
        "three": ("concat(z, x, y)", lambda x, y, z: torch.cat([z, x, y], 1)),
        "twice": ("concat(x, x * 2, axis = 1)", lambda x, y, z: torch.cat([x, x * 2], 1)),
        "one": ("concat(x)", lambda x, y, z: x * 1)})
    yield weightless("concat_rank_3", {"x": (2, 3), "y": (5, 3), "z": (2, 4)}, {
        "along_1": ("concat(x, y, axis = 1)", lambda x, y, z: torch.cat([x, y], 1)),
        "along_2": ("concat(x, z, axis = 2)", lambda x, y, z: torch.cat([x, z], 2)),
        "last": ("concat(z, x, axis = -1)", lambda x, y, z: torch.cat([z, x], -1))})
    yield weightless("concat_rank_4", {"x": (1, 2, 3), "y": (3, 2, 3)}, {
        "channels": ("concat(x, y)", lambda x, y: torch.cat([x, y], 1)),
        "width": ("concat(y, y ** 2, axis = 3)", lambda x, y: torch.cat([y, y ** 2], 3))}, rows=(1, 5))
    yield weightless("slices", {"x": (10,)}, {
        "range": ("x[:, 0:4]", lambda x: x[:, 0:4]), "from_": ("x[:, 7:]", lambda x: x[:, 7:]),
        "to": ("x[:, :3]", lambda x: x[:, :3]), "negative": ("x[:, -4:-1]", lambda x: x[:, -4:-1]),
        "one": ("x[:, 3:4]", lambda x: x[:, 3:4]), "all_": ("x[:, :]", lambda x: x * 1),
        "swapped": ("concat(x[:, 5:], x[:, :5])", lambda x: torch.cat([x[:, 5:], x[:, :5]], 1)),
        "product": ("x[:, 0:5] * x[:, 5:10]", lambda x: x[:, 0:5] * x[:, 5:10]),
        "index": ("x[:, 3]", lambda x: x[:, 3]), "last": ("x[:, -1]", lambda x: x[:, -1])})
    yield weightless("slices_rank_3", {"x": (4, 5)}, {
        "box": ("x[:, 1:3, 2:]", lambda x: x[:, 1:3, 2:]), "row": ("x[:, 2]", lambda x: x[:, 2]),
        "column": ("x[:, :, 0]", lambda x: x[:, :, 0]), "element": ("x[:, 1, -2]", lambda x: x[:, 1, -2]),
        "leading": ("x[:, 1:]", lambda x: x[:, 1:])})
    yield weightless("flatten", {"x": (2, 3), "y": (2, 3, 2), "z": (4,)}, {
        "rank_3": ("flatten(x)", lambda x, y, z: x.flatten(1)), "rank_4": ("y -> flatten", lambda x, y, z: y.flatten(1)),
        "rank_2": ("z -> flatten", lambda x, y, z: z * 1),
        "joined": ("concat(x -> flatten, z)", lambda x, y, z: torch.cat([x.flatten(1), z], 1))})
    yield flatten_then_linear()


def flatten_then_linear():
    source = model("Image", "input x: f32[batch, 2, 3, 5]", "target t: f32[batch, 3]",
                   "head out = x -> flatten -> linear(7) -> tanh -> linear(3)", "loss fit = mse(out, t)",
                   "minimize fit", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        out = chain(p, "out", d["x"], lambda x: x.flatten(1), "linear", torch.tanh, "linear")
        return Outcome({"out": out}, {"fit": reduced(mse, out, d["t"])})

    draw = lambda random, n: {"x": random.normal(n, 2, 3, 5), "t": random.normal(n, 3)}
    parameters = shapes_of("out.1", 30, 7) | shapes_of("out.3", 7, 3)
    return Case("flatten_then_linear", source, parameters, twin, batches(draw, 2, 7), {"fit": 1.0},
                lambda tensors: torch.optim.SGD(tensors, lr=0.1))


def reductions():
    """Within rows, and (names that end in _batch) over them."""
    yield weightless("sum_rank_2", {"x": (10,)}, {
        "rows": ("sum(x, axis = 1)", lambda x: x.sum(1)), "kept": ("sum(x, axis = 1, keepdim = true)", lambda x: x.sum(1, True)),
        "last": ("x -> sum(axis = -1)", lambda x: x.sum(-1)), "centred": ("x - mean(x, axis = 1, keepdim = true)", lambda x: x - x.mean(1, True))},
        rows=(1, 2, 5, 64))
    yield weightless("sum_rank_2_batch", {"x": (10,)}, {
        "columns": ("x - sum(x, axis = 0)", lambda x: x - x.sum(0)), "all_": ("x * sum(x)", lambda x: x * x.sum())}, rows=(1, 2, 5, 64))
    yield weightless("mean_rank_2_batch", {"x": (7,)}, {
        "rows": ("mean(x, axis = 1)", lambda x: x.mean(1)), "columns": ("x - mean(x, axis = 0)", lambda x: x - x.mean(0)),
        "both": ("x * mean(x, axis = (0, 1))", lambda x: x * x.mean((0, 1))), "all_": ("x / (1 + mean(x * x))", lambda x: x / (1 + (x * x).mean()))},
        rows=(1, 3, 17, 100))
    yield weightless("long_rows", {"x": (100,), "y": (33, 17)}, {
        "sums": ("sum(x, axis = 1)", lambda x, y: x.sum(1)), "means": ("mean(y, axis = (1, 2))", lambda x, y: y.mean((1, 2))),
        "middle": ("sum(y, axis = 1)", lambda x, y: y.sum(1)), "share": ("softmax(x)", lambda x, y: x.softmax(1))}, rows=(1, 7))
    yield weightless("rank_3", {"x": (3, 5)}, {
        "inner": ("sum(x, axis = 2)", lambda x: x.sum(2)), "middle": ("mean(x, axis = 1)", lambda x: x.mean(1)),
        "two": ("sum(x, axis = (1, 2))", lambda x: x.sum((1, 2))), "two_kept": ("mean(x, axis = (1, 2), keepdim = true)", lambda x: x.mean((1, 2), True)),
        "reverse": ("mean(x, axis = (-1, 1))", lambda x: x.mean((-1, 1)))})
    yield weightless("rank_3_batch", {"x": (3, 5)}, {
        "and_last": ("x - mean(x, axis = (0, 2), keepdim = true)", lambda x: x - x.mean((0, 2), True)),
        "and_middle": ("x * sum(x, axis = (0, 1), keepdim = true)", lambda x: x * x.sum((0, 1), True))})
    yield weightless("rank_4_batch", {"x": (3, 4, 5)}, {
        "pool": ("mean(x, axis = (2, 3))", lambda x: x.mean((2, 3))), "channels": ("sum(x, axis = 1)", lambda x: x.sum(1)),
        "statistics": ("(x - mean(x, axis = (0, 2, 3), keepdim = true)) / sqrt(1 + mean(x * x, axis = (0, 2, 3), keepdim = true))",
                       lambda x: (x - x.mean((0, 2, 3), True)) / (1 + (x * x).mean((0, 2, 3), True)).sqrt())}, rows=(1, 3))
    yield weightless("softmax", {"x": (10,), "y": (3, 4), "z": (1,)}, {
        "last": ("softmax(x)", lambda x, y, z: x.softmax(-1)), "named": ("x -> softmax(axis = 1)", lambda x, y, z: x.softmax(1)),
        "inner": ("softmax(y)", lambda x, y, z: y.softmax(-1)), "middle": ("softmax(y, axis = 1)", lambda x, y, z: y.softmax(1)),
        "single": ("softmax(z)", lambda x, y, z: z.softmax(-1)), "large": ("softmax(100 * x)", lambda x, y, z: (100 * x).softmax(-1))},
        rows=(1, 2, 9))
    yield weightless("softmax_batch", {"x": (10,)}, {"columns": ("softmax(x, axis = 0)", lambda x: x.softmax(0))}, rows=(1, 2, 9))


# ------------------------------------------------------------------------------------------------------------- names

def named(name, source, parameters, forward, rows=(2, 5)):
    """Models of input x [batch, 4], target t [batch, 2], head out and loss fit."""
    def twin(p, d):
        out = forward(p, d["x"])
        return Outcome({"out": out}, {"fit": reduced(mse, out, d["t"])})

    draw = lambda random, n: {"x": random.normal(n, 4), "t": random.normal(n, 2)}
    return Case(name, source, parameters, twin, batches(draw, *rows), {"fit": 1.0},
                lambda tensors: torch.optim.SGD(tensors, lr=0.1))


def body(*lines):
    return ["input x: f32[batch, 4]", "target t: f32[batch, 2]", *lines, "loss fit = mse(out, t)", "minimize fit",
            "optimizer sgd(lr = 0.1)"]


def names():
    yield named("one_step", model("Net", *body("head out = x -> linear(2)")), shapes_of("out", 4, 2),
                lambda p, x: linear(p, "out", x))
    yield named("no_bias", model("Net", *body("head out = x -> linear(3, bias = false) -> relu -> linear(2)")),
                shapes_of("out.0", 4, 3, bias=False) | shapes_of("out.2", 3, 2),
                lambda p, x: chain(p, "out", x, "linear", torch.relu, "linear"))
    yield named("labels", model("Net", *body("trunk t1 = x -> first: linear(3) -> relu -> linear(5)",
                                             "head out = t1 -> last: linear(2)")),
                shapes_of("t1.first", 4, 3) | shapes_of("t1.2", 3, 5) | shapes_of("out.last", 5, 2),
                lambda p, x: linear(p, "out.last", linear(p, "t1.2", torch.relu(linear(p, "t1.first", x)))))
    yield named("labels_inside", model("Net", *body(
        "trunk z = concat(x -> left: linear(3), x -> right: linear(2))", "head out = z -> linear(2)")),
        shapes_of("z.left", 4, 3) | shapes_of("z.right", 4, 2) | shapes_of("out", 5, 2),
        lambda p, x: linear(p, "out", torch.cat([linear(p, "z.left", x), linear(p, "z.right", x)], 1)))
    yield named("chain_block", model("Net", *body("trunk a = x -> two(5)", "head out = a -> two(3) -> linear(2)"),
                                     above="block two(units) = linear(units) -> tanh -> linear(units)\n\n"),
                shapes_of("a.0", 4, 5) | shapes_of("a.2", 5, 5) | shapes_of("out.0.0", 5, 3) | shapes_of("out.0.2", 3, 3) | shapes_of("out.1", 3, 2),
                lambda p, x: linear(p, "out.1", chain(p, "out.0", chain(p, "a", x, "linear", torch.tanh, "linear"), "linear", torch.tanh, "linear")))
    yield named("repeat", model("Net", *body("trunk a = x -> repeat(3, unit(4))", "trunk b = a -> linear(3) -> repeat(1, unit(3))",
                                             "head out = b -> linear(2)"),
                                above="block unit(units) = linear(units) -> tanh\n\n"),
                shapes_of("a.0.0", 4, 4) | shapes_of("a.1.0", 4, 4) | shapes_of("a.2.0", 4, 4) | shapes_of("b.0", 4, 3) | shapes_of("b.1.0.0", 3, 3) | shapes_of("out", 3, 2),
                lambda p, x: linear(p, "out", torch.tanh(linear(p, "b.1.0.0", linear(p, "b.0", torch.tanh(linear(p, "a.2.0", torch.tanh(linear(p, "a.1.0", torch.tanh(linear(p, "a.0.0", x)))))))))))
    yield named("shared_layer", model("Net", *body("layer tower = linear(3) -> tanh -> linear(3)",
                                                   "trunk z = concat(x -> tower, x * x -> tower, -x -> tower)", "head out = z -> linear(2)")),
                shapes_of("tower.0", 4, 3) | shapes_of("tower.2", 3, 3) | shapes_of("out", 9, 2), shared_layer)
    yield named("shared_single", model("Net", *body("layer mix = linear(4)", "head out = x -> mix -> tanh -> mix -> mix -> linear(2)")),
                shapes_of("mix", 4, 4) | shapes_of("out.4", 4, 2),
                lambda p, x: linear(p, "out.4", linear(p, "mix", linear(p, "mix", torch.tanh(linear(p, "mix", x))))))
    yield named("residual", RESIDUAL, shapes_of("body.0.fc1", 4, 6) | shapes_of("body.0.fc2", 6, 6) | shapes_of("body.0.project", 4, 6, bias=False)
                | shapes_of("body.1.0.fc1", 6, 6) | shapes_of("body.1.0.fc2", 6, 6) | shapes_of("body.1.1.fc1", 6, 6) | shapes_of("body.1.1.fc2", 6, 6)
                | shapes_of("out", 6, 2), residual)
    yield named("two_results", model("Net", *body("a, b = pair(x)", "head out = concat(a, b) -> linear(2)"),
                                     above="block pair(x) {\n  s = x * 2\n  return s + 1, tanh(s)\n}\n\n"),
                shapes_of("out", 8, 2), lambda p, x: linear(p, "out", torch.cat([x * 2 + 1, torch.tanh(x * 2)], 1)))
    yield named("constants", model("Net(width = 3, deep = true)", *body(
        "assert width > 2: \"too narrow\"", "trunk a = SCALE * x -> linear(2 * width + 1) -> relu if deep else x -> linear(1)",
        "head out = a -> linear(a.shape[1] // 3) -> linear(2)"), above="const SCALE = 0.5\n\n"),
        shapes_of("a.0", 4, 7) | shapes_of("out.0", 7, 2) | shapes_of("out.1", 2, 2),
        lambda p, x: linear(p, "out.1", linear(p, "out.0", torch.relu(linear(p, "a.0", 0.5 * x)))))


def shared_layer(p, x):
    tower = lambda v: chain(p, "tower", v, "linear", torch.tanh, "linear")
    return linear(p, "out", torch.cat([tower(x), tower(x * x), tower(-x)], 1))


RESIDUAL = """block residual(units)(x) {
  y = x -> fc1: linear(units) -> relu -> fc2: linear(units)
  skip = x if x.shape[1] == units else x -> project: linear(units, bias = false)
  return tanh(y + skip)
}

""" + model("Net", *body("trunk body = x -> residual(6) -> repeat(2, residual(6))", "head out = body -> linear(2)"))


def residual(p, x):
    def block(name, x):
        y = linear(p, f"{name}.fc2", torch.relu(linear(p, f"{name}.fc1", x)))
        return torch.tanh(y + (linear(p, f"{name}.project", x) if f"{name}.project.weight" in p else x))
    return linear(p, "out", block("body.1.1", block("body.1.0", block("body.0", x))))


# ------------------------------------------------------------------------------------------------------------- sizes

ALL_ROWS = (1, 2, 3, 5, 8, 17, 33, 64, 100)


def size_case(inputs, hidden, outputs):
    """Two layers whose sizes are no multiple of anything, in every batch size."""
    source = model("Sizes", f"input x: f32[batch, {inputs}]", f"target label: i64[batch] < {outputs}",
                   f"head out = x -> linear({hidden}) -> tanh -> linear({outputs})",
                   "loss ce = cross_entropy(out, label)", "minimize ce", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        out = chain(p, "out", d["x"], "linear", torch.tanh, "linear")
        return Outcome({"out": out}, {"ce": reduced(cross_entropy, out, d["label"])})

    draw = lambda random, n: {"x": random.normal(n, inputs), "label": random.integers(n, high=outputs)}
    parameters = shapes_of("out.0", inputs, hidden) | shapes_of("out.2", hidden, outputs)
    return Case(f"sizes_{inputs}_{hidden}_{outputs}", source, parameters, twin, batches(draw, *ALL_ROWS), {"ce": 1.0},
                lambda tensors: torch.optim.SGD(tensors, lr=0.1), vjp=False, full_gradients=False)


GROUPS = {
    "shapes": list(shapes()),
    "reductions": list(reductions()),
    "names": list(names()),
    "sizes": [size_case(*sizes) for sizes in ((1, 1, 1), (3, 7, 1), (7, 10, 17), (10, 33, 3), (17, 100, 7), (33, 17, 10), (100, 3, 33))],
}
