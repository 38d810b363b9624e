"""What puts elements in other places: order, shape, repetition, padding, parts; and parameters that belong to no layer."""
import torch
import torch.nn.functional as F

import bounded_reductions  # noqa: F401  registers the bounds
from cases_structure import weightless
from twin import Case, Outcome, batches, linear, model, mse, reduced, shapes_of


def orders():
    yield weightless("permute", {"x": (3, 4), "y": (2, 3, 5)}, {
        "two": ("permute(x, 0, 2, 1)", lambda x, y: x.permute(0, 2, 1)), "tuple": ("x -> permute((0, -1, 1))", lambda x, y: x.permute(0, 2, 1)),
        "rotated": ("permute(y, 0, 3, 1, 2)", lambda x, y: y.permute(0, 3, 1, 2)), "same": ("permute(y, 0, 1, 2, 3)", lambda x, y: y * 1),
        "last": ("y -> permute(0, 2, 1, 3) -> tanh", lambda x, y: y.permute(0, 2, 1, 3).tanh())}, rows=(1, 3))
    yield weightless("transpose", {"x": (3, 4), "y": (17, 2, 33)}, {
        "plain": ("transpose(x)", lambda x, y: x.transpose(1, 2)), "named": ("x -> transpose(-1, 1)", lambda x, y: x.transpose(1, 2)),
        "outer": ("transpose(y, 1, 3)", lambda x, y: y.transpose(1, 3)), "product": ("x * transpose(transpose(x) * 2)", lambda x, y: x * x * 2)}, rows=(1, 3))
    yield weightless("rank_8", {"x": (2, 1, 3, 2, 1, 2, 2)}, {
        "reverse": ("permute(x, 0, 7, 6, 5, 4, 3, 2, 1)", lambda x: x.permute(0, 7, 6, 5, 4, 3, 2, 1)),
        "swap": ("transpose(x, 3, 7)", lambda x: x.transpose(3, 7))}, rows=(1, 2))
    yield weightless("flip", {"x": (37,), "y": (3, 4)}, {
        "rows": ("flip(x, axis = 1)", lambda x, y: x.flip(1)), "middle": ("flip(y, 1)", lambda x, y: y.flip(1)),
        "both": ("y -> flip((1, -1))", lambda x, y: y.flip((1, 2))), "used": ("x * flip(x, -1)", lambda x, y: x * x.flip(1))}, rows=(1, 5))
    yield weightless("flip_batch", {"x": (3,), "y": (2, 5)}, {
        "rows": ("flip(x, 0)", lambda x, y: x.flip(0)), "all_": ("flip(y, (0, 2))", lambda x, y: y.flip((0, 2)))}, rows=(1, 4, 9))


def sizes():
    yield weightless("reshape", {"x": (12,), "y": (2, 3, 4)}, {
        "matrix": ("reshape(x, 3, 4)", lambda x, y: x.reshape(-1, 3, 4)), "inferred": ("x -> reshape(2, -1)", lambda x, y: x.reshape(-1, 2, 6)),
        "written": ("y -> reshape(batch, 6, 4)", lambda x, y: y.reshape(-1, 6, 4)), "tuple": ("reshape(y, (4, 6))", lambda x, y: y.reshape(-1, 4, 6)),
        "flat": ("reshape(y, -1)", lambda x, y: y.flatten(1)), "units": ("x -> reshape(1, 12, 1)", lambda x, y: x.reshape(-1, 1, 12, 1)),
        "like": ("x -> reshape(3, 4) -> transpose -> reshape(x.shape)", lambda x, y: x.reshape(-1, 3, 4).mT.reshape(-1, 12))}, rows=(1, 3))
    yield weightless("flatten", {"x": (2, 3, 4, 2)}, {
        "all_": ("flatten(x)", lambda x: x.flatten(1)), "from_": ("flatten(x, 2)", lambda x: x.flatten(2)),
        "within": ("x -> flatten(start = 2, end = 3)", lambda x: x.flatten(2, 3)), "front": ("flatten(x, end = -2)", lambda x: x.flatten(1, -2)),
        "one": ("flatten(x, 3, 3)", lambda x: x * 1)}, rows=(1, 3))
    yield weightless("units", {"x": (1, 3, 1), "y": (4,)}, {
        "all_": ("squeeze(x)", lambda x, y: x.reshape(-1, 3)), "one": ("squeeze(x, axis = 1)", lambda x, y: x.squeeze(1)),
        "last": ("x -> squeeze(-1)", lambda x, y: x.squeeze(-1)), "both": ("squeeze(x, 1, 3)", lambda x, y: x.squeeze((1, 3))),
        "row": ("unsqueeze(y, 1)", lambda x, y: y.unsqueeze(1)), "column": ("y -> unsqueeze(-1)", lambda x, y: y.unsqueeze(-1)),
        "more": ("unsqueeze(y, 1, -1)", lambda x, y: y.unsqueeze(1).unsqueeze(-1)), "outer": ("unsqueeze(y, 1) * unsqueeze(y, 2)", lambda x, y: y.unsqueeze(1) * y.unsqueeze(2))},
        rows=(1, 3))
    yield weightless("vector", {"s": ()}, {
        "column": ("unsqueeze(s, 1)", lambda s: s.unsqueeze(1)), "cube": ("reshape(s, 1, 1)", lambda s: s.reshape(-1, 1, 1)),
        "wide": ("s -> unsqueeze(1) -> broadcast(5)", lambda s: s.unsqueeze(1).expand(-1, 5)), "back": ("s -> unsqueeze(-1) -> squeeze", lambda s: s * 1)}, rows=(1, 4))
    yield weightless("broadcast", {"x": (1, 4), "y": (3, 1)}, {
        "rows": ("broadcast(x, 3, 4)", lambda x, y: x.expand(-1, 3, 4)), "kept": ("y -> broadcast(-1, 5)", lambda x, y: y.expand(-1, -1, 5)),
        "written": ("broadcast(y, batch, 3, 2) * 2", lambda x, y: y.expand(-1, 3, 2) * 2), "same": ("broadcast(x, x.shape)", lambda x, y: x * 1)}, rows=(1, 3))
    yield weightless("tile", {"x": (3,), "y": (2, 3)}, {
        "row": ("tile(x, 4)", lambda x, y: x.tile(1, 4)), "both": ("y -> tile(2, 3)", lambda x, y: y.tile(1, 2, 3)),
        "one": ("tile(y, (1, 2))", lambda x, y: y.tile(1, 1, 2)), "once": ("tile(y, 1, 1)", lambda x, y: y * 1)}, rows=(1, 3))


def paddings():
    yield weightless("constant", {"x": (5,), "y": (3, 4)}, {
        "both": ("pad(x, 2)", lambda x, y: F.pad(x, (2, 2))), "apart": ("x -> pad(1, 3)", lambda x, y: F.pad(x, (1, 3))),
        "value": ("pad(x, 0, 2, value = -1.5)", lambda x, y: F.pad(x, (0, 2), value=-1.5)), "middle": ("pad(y, 1, 2, axis = 1)", lambda x, y: F.pad(y, (0, 0, 1, 2))),
        "two": ("pad(y, 1, axis = (1, 2))", lambda x, y: F.pad(y, (1, 1, 1, 1))), "each": ("pad(y, (1, 0), (2, 3), axis = (1, 2))", lambda x, y: F.pad(y, (0, 3, 1, 2))),
        "lowest": ("x -> pad(1, value = -inf) -> softmax", lambda x, y: F.pad(x, (1, 1), value=-float("inf")).softmax(1)), "none": ("pad(x, 0)", lambda x, y: x * 1)}, rows=(1, 3))
    yield weightless("continued", {"x": (5, 4)}, {
        "reflect": ("pad(x, 2, 1, mode = reflect)", lambda x: x[:, :, [2, 1, 0, 1, 2, 3, 2]]),
        "replicate": ("pad(x, 3, 2, mode = replicate)", lambda x: torch.cat([x[:, :, :1]] * 3 + [x] + [x[:, :, 3:]] * 2, 2)),
        "circular": ("pad(x, 1, 4, mode = circular)", lambda x: torch.cat([x[:, :, 3:], x, x], 2)),
        "image": ("pad(x, (1, 2), axis = (1, 2), mode = reflect)", lambda x: x[:, [1, 0, 1, 2, 3, 4, 3]][:, :, [2, 1, 0, 1, 2, 3, 2, 1]])}, rows=(1, 3))


def parts():
    yield weightless("stack", {"x": (3,), "y": (3,)}, {
        "rows": ("stack(x, y)", lambda x, y: torch.stack([x, y], 1)), "columns": ("stack(x, y, x, axis = -1)", lambda x, y: torch.stack([x, y, x], -1)),
        "piped": ("(x, y) -> stack(axis = 2)", lambda x, y: torch.stack([x, y], 2)), "one": ("stack(x)", lambda x, y: x.unsqueeze(1))}, rows=(1, 3))
    yield split_case()
    yield split_trained()


def split_case():
    source = model("Split", "input x: f32[batch, 12]", "input y: f32[batch, 4, 6]", "a, b, c = split(x, 3)", "d, e = y -> split((1, 3), axis = 1)",
                   "pieces = split(y, 2, axis = -1)", "e1, f = split(x, (5, 7))", "head whole = concat(c, b, a)", "head square = a * b",
                   "head first = d", "head rest = e * 2", "head joined = split(x, 2) -> concat", "head inner = pieces[1] - pieces[0]", "head tail = concat(f, e1)",
                   "head single = split(x, 1)")

    def twin(p, d):
        a, b, c = d["x"].split(4, 1)
        first, rest = d["y"].split((1, 3), 1)
        left, right = d["y"].split(3, 2)
        return Outcome({"whole": torch.cat([c, b, a], 1), "square": a * b, "first": first * 1, "rest": rest * 2, "joined": d["x"] * 1,
                        "inner": right - left, "tail": torch.cat([d["x"][:, 5:], d["x"][:, :5]], 1), "single": d["x"] * 1})

    return Case("split", source, {}, twin, batches(lambda random, n: {"x": random.normal(n, 12), "y": random.normal(n, 4, 6)}, 1, 3))


def split_trained():
    """Weights in front of the parts: one part is used twice, one in a second loss, one not at all."""
    source = model("Split", "input x: f32[batch, 5]", "target t: f32[batch, 6]", "target s: f32[batch, 2, 2]", "trunk h = x -> linear(9)",
                   "pieces = split(h, (2, 3, 4))", "head out = concat(pieces[2], pieces[0] * pieces[0])",
                   "square = reshape(h[:, 1:9], 2, 4)", "up, down = split(square, 2, axis = 1)", "left, right = split(up - down, 2, axis = 2)",
                   "head corner = reshape(left * right, 1, 2)", "loss fit = mse(out, t)", "loss more = mse(concat(corner, corner, axis = 1), s)",
                   "minimize fit + 0.5 * more", "optimizer sgd(lr = 0.1, momentum = 0.9)")

    def twin(p, d):
        h = linear(p, "h", d["x"])
        first, _, last = h.split((2, 3, 4), 1)
        out = torch.cat([last, first * first], 1)
        up, down = h[:, 1:].reshape(-1, 2, 4).split(1, 1)
        left, right = (up - down).split(2, 2)
        corner = left * right
        return Outcome({"out": out, "corner": corner}, {"fit": reduced(mse, out, d["t"]), "more": reduced(mse, torch.cat([corner, corner], 1), d["s"])})

    draw = lambda random, n: {"x": random.normal(n, 5), "t": random.normal(n, 6), "s": random.normal(n, 2, 2)}
    return Case("split_trained", source, shapes_of("h", 5, 9), twin, batches(draw, 1, 7), {"fit": 1.0, "more": 0.5},
                lambda tensors: torch.optim.SGD(tensors, lr=0.1, momentum=0.9))


def free(name, lines, parameters, forward, rows=(2, 5)):
    source = model("Free", "input x: f32[batch, 3, 4]", "target t: f32[batch, 3, 4]", *lines, "loss fit = mse(out, t)", "minimize fit",
                   "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        out = forward(p, d["x"])
        return Outcome({"out": out}, {"fit": reduced(mse, out, d["t"])})

    draw = lambda random, n: {"x": random.normal(n, 3, 4), "t": random.normal(n, 3, 4)}
    return Case(name, source, parameters, twin, batches(draw, *rows), {"fit": 1.0}, lambda tensors: torch.optim.SGD(tensors, lr=0.1),
                draw_parameter=lambda random, _, shape: random.normal(*shape, scale=0.5))


def parameters():
    yield free("scale_and_shift", ["trunk scale = parameter(4, init = ones)", "shift = parameter(3, 1, init = normal(0, 0.5))", "gain = parameter()",
                                   "head out = (x * scale + shift) * gain"],
               {"scale": (4,), "shift": (3, 1), "gain": ()}, lambda p, x: (x * p["scale"] + p["shift"]) * p["gain"])
    yield free("token", ["token = parameter(1, 4)", "trunk tokens = concat(token -> broadcast(batch, 1, 4), x[:, 1:], axis = 1)", "head out = tokens -> tanh"],
               {"token": (1, 4)}, lambda p, x: torch.cat([p["token"].expand(x.shape[0], 1, 4), x[:, 1:]], 1).tanh())
    lines = ["trunk body = x -> scaled(1)", "head out = body -> scaled(0.5)"]
    case = free("in_a_block", lines, {"body.scale": (4,), "body.unit": (), "out.scale": (4,), "out.unit": ()},
                lambda p, x: x * p["body.scale"] * p["body.unit"] * p["out.scale"] * p["out.unit"] * 0.5)
    case.source = "block scaled(n)(x) {\n  scale = parameter(x.shape[2], init = constant(0.5))\n  unit = parameter()\n  return x * scale * unit * n\n}\n" + case.source
    yield case


def table():
    """A parameter whose rows are looked up, that is added as a whole, and that a penalty counts: three parts of one gradient."""
    source = model("Table", "input ids: i64[batch, 2]", "target t: f32[batch, 2, 4]", "target u: f32[batch, 3, 4]",
                   "trunk rows = parameter(3, 4, init = normal(0, 0.5))", "head out = take(rows, ids, axis = 0)", "head whole = rows -> broadcast(batch, -1, -1)",
                   "loss fit = mse(out, t)", "loss near = mse(whole, u)", "minimize fit + 0.5 * near + 0.25 * l2(all)", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        rows = p["rows"]
        out, whole = rows[d["ids"].long()], rows.unsqueeze(0) + torch.zeros(len(d["u"]), 1, 1)
        return Outcome({"out": out, "whole": whole}, {"fit": reduced(mse, out, d["t"]), "near": reduced(mse, whole, d["u"]), "l2_all": (rows * rows).sum()})

    draw = lambda random, n: {"ids": random.integers(n, 2, high=3), "t": random.normal(n, 2, 4), "u": random.normal(n, 3, 4)}
    return Case("table", source, {"rows": (3, 4)}, twin, batches(draw, 2, 5), {"fit": 1.0, "near": 0.5, "l2_all": 0.25},
                lambda tensors: torch.optim.SGD(tensors, lr=0.1), draw_parameter=lambda random, _, shape: random.normal(*shape, scale=0.5))


GROUPS = {"orders": list(orders()), "shapes_changed": list(sizes()), "paddings": list(paddings()), "parts": list(parts()), "free_parameters": [*parameters(), table()]}
