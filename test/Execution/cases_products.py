"""Sums of products: layers on sequences, matmul and einsum of any rank."""
import torch
import torch.nn.functional as F

from bounded import Bounded, aten, bound_of, moving_rule, rule, value_of
from cases_structure import weightless
from twin import Case, Outcome, batches, chain, linear, model, mse, reduced, shapes_of


@rule(aten.bmm.default)
def bmm(a, b):
    x, y = value_of(a), value_of(b)
    error = bound_of(a) @ y.abs() + x.abs() @ bound_of(b)
    return Bounded(x @ y, error + x.shape[2] * (x.abs() @ y.abs()))


moving_rule(aten.unbind.int)


def layers():
    """linear along the last axis, as nn.Linear: sequences, one unit, one feature, and more than three axes where asked for."""
    source = model("Sequences", "input x: f32[batch, 5, 8]", "input w: f32[batch, 3, 1]", "input y: f32[batch, 2, 3, 4]",
                   "target t: f32[batch, 5, 3]",
                   "trunk h = x -> linear(7) -> tanh", "head out = h -> linear(3)", "head one = h -> linear(1)",
                   "head narrow = w -> linear(4)", "head plain = x -> linear(6, bias = false)",
                   "head deep = y -> linear(5, axis = -1) -> tanh -> linear(2, axis = 3)",
                   "loss fit = mse(out, t)", "loss small = mse(one, t[:, :, 0:1])", "minimize fit + 0.5 * small", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        h = chain(p, "h", d["x"], "linear", torch.tanh)
        heads = {"out": linear(p, "out", h), "one": linear(p, "one", h), "narrow": linear(p, "narrow", d["w"]),
                 "plain": linear(p, "plain", d["x"]), "deep": chain(p, "deep", d["y"], "linear", torch.tanh, "linear")}
        return Outcome(heads, {"fit": reduced(mse, heads["out"], d["t"]), "small": reduced(mse, heads["one"], d["t"][:, :, 0:1])})

    parameters = (shapes_of("h.0", 8, 7) | shapes_of("out", 7, 3) | shapes_of("one", 7, 1) | shapes_of("narrow", 1, 4)
                  | shapes_of("plain", 8, 6, bias=False) | shapes_of("deep.0", 4, 5) | shapes_of("deep.2", 5, 2))

    def draw(random, n):
        return {"x": random.normal(n, 5, 8), "w": random.normal(n, 3, 1), "y": random.normal(n, 2, 3, 4), "t": random.normal(n, 5, 3)}

    return Case("layers", source, parameters, twin, batches(draw, 1, 4, 9), {"fit": 1.0, "small": 0.5},
                lambda tensors: torch.optim.SGD(tensors, lr=0.1))


def products():
    yield layers()
    yield weightless("matmul_rank_3", {"a": (5, 7), "b": (7, 3), "c": (9, 7)}, {
        "plain": ("matmul(a, b)", lambda a, b, c: a @ b), "right": ("matmul(a, c, transpose_b = true)", lambda a, b, c: a @ c.mT),
        "left": ("b -> matmul(c, true, true)", lambda a, b, c: b.mT @ c.mT),
        "both": ("matmul(b, a, transpose_a = true, transpose_b = true)", lambda a, b, c: b.mT @ a.mT),
        "gram": ("matmul(a, a, transpose_b = true)", lambda a, b, c: a @ a.mT)})
    yield weightless("matmul_vectors", {"a": (5, 7), "v": (1, 7), "w": (5, 1)}, {
        "column": ("matmul(a, v, transpose_b = true)", lambda a, v, w: a @ v.mT), "row": ("matmul(w, a, transpose_a = true)", lambda a, v, w: w.mT @ a),
        "outer": ("matmul(w, v)", lambda a, v, w: w @ v), "inner": ("matmul(v, v, transpose_b = true)", lambda a, v, w: v @ v.mT)})
    yield weightless("matmul_batch", {"x": (6,), "a": (5, 6)}, {
        "shared": ("matmul(a, matmul(x, x, transpose_a = true))", lambda x, a: a @ (x.T @ x)),
        "vector": ("matmul(a, mean(x, axis = 0))", lambda x, a: a @ x.mean(0)),
        "from_left": ("matmul(sum(a[:, :, 0], axis = 0), a)", lambda x, a: a[:, :, 0].sum(0) @ a),
        "scalar": ("x * matmul(mean(x, axis = 0), sum(x, axis = 0))", lambda x, a: x * (x.mean(0) @ x.sum(0)))}, rows=(1, 2, 17))
    yield weightless("matmul_rank_4", {"a": (3, 4, 5), "b": (3, 5, 6), "c": (1, 5, 2), "d": (3, 1, 5)}, {
        "heads": ("matmul(a, b)", lambda a, b, c, d: a @ b), "stretched": ("matmul(a, c)", lambda a, b, c, d: a @ c),
        "weights": ("matmul(matmul(a, a, transpose_b = true), d - d + 1 + a)", lambda a, b, c, d: (a @ a.mT) @ (d - d + 1 + a)),
        "row": ("matmul(d, b)", lambda a, b, c, d: d @ b)}, rows=(1, 5))
    yield weightless("matmul_tiles", {"a": (33, 17), "b": (17, 40)}, {
        "plain": ("matmul(a, b)", lambda a, b: a @ b), "gram": ("matmul(b, b, transpose_a = true)", lambda a, b: b.mT @ b)}, rows=(2,))
    yield from einsums()


def einsum_case(name, inputs, equations, rows=(1, 3)):
    def head(number, equation, operands):
        names = ", ".join(operands)
        return (f'einsum("{equation}", {names})' if number % 2 else f'{operands[0]} -> einsum({", ".join([*operands[1:], chr(34) + equation + chr(34)])})',
                lambda **data: torch.einsum(equation, *(data[x] for x in operands)))

    return weightless(name, inputs, {f"h{i}": head(i, equation, operands) for i, (equation, *operands) in enumerate(equations)}, rows)


def einsums():
    yield einsum_case("einsum_products", {"a": (5, 7), "b": (7, 3), "v": (7,), "w": (5,)}, [
        ("bij,bjk->bik", "a", "b"), ("bij,bjk->bki", "a", "b"), ("bij,bjk->bk", "a", "b"), ("bij , bj -> bi", "a", "v"),
        ("bij,bi->bj", "a", "w"), ("bi,bj->bij", "v", "w"), ("bi,bi->b", "v", "v"), ("bi,bij->bji", "w", "a"),
        ("bij,bij->bji", "a", "a"), ("bij,bij->b", "a", "a"), ("bji,bik->bjk", "a", "b"), ("bij,bkj->bik", "a", "a")])
    yield einsum_case("einsum_one", {"a": (5, 7), "v": (7,)}, [
        ("bij->bji", "a"), ("bij->bj", "a"), ("bij->b", "a"), ("bij", "a"), ("b...->b...", "a"), ("bi->b", "v")])
    yield einsum_case("einsum_heads", {"q": (6, 2, 5), "k": (7, 2, 5), "w": (6, 10)}, [
        ("bqhd,bkhd->bhqk", "q", "k"), ("bqhd,bkhd->bqkh", "q", "k"), ("bqhd,bkhd->bhk", "q", "k"), ("bqhd,bkhe->bhdk", "q", "k"),
        ("bqhd,bkld->bqkhl", "q", "k"), ("bqhd,bqw->bhdw", "q", "w"), ("bqhd,bqhd->bqh", "q", "q"), ("bqhd,bqhd->bdh", "q", "q")])
    yield einsum_case("einsum_stretched", {"a": (5, 1), "b": (1, 3), "c": (5, 3)}, [
        ("bij,bij->bij", "a", "b"), ("bij,bij->bi", "a", "c"), ("bij,bij->bji", "c", "b"), ("bji,bjk->bik", "c", "a"), ("bij,bkj->bik", "b", "c")])
    yield einsum_case("einsum_ellipsis", {"a": (2, 3, 4), "b": (2, 4, 5), "v": (4,)}, [
        ("...ij,...jk->...ik", "a", "b"), ("b...i,bi->b...", "a", "v"), ("b...,b...->b", "a", "a"), ("...i,...i", "v", "v")])
    yield weightless("einsum_batch", {"x": (6,), "y": (4,)}, {
        "gram": ('einsum("bi,ij->bj", x, einsum("bi,bj->ij", x, y))', lambda x, y: x @ (x.T @ y)),
        "turned": ('matmul(y, einsum("bi,bj->ji", x, y))', lambda x, y: y @ (y.T @ x)),
        "squares": ('x * einsum("bi,bi->i", x, x)', lambda x, y: x * (x * x).sum(0)),
        "number": ('x * einsum("bi,bj->", x, y)', lambda x, y: x * (x.sum(1) * y.sum(1)).sum()),
        "columns": ('x * einsum("bi->i", x) + einsum("bi->", x)', lambda x, y: x * x.sum(0) + x.sum())}, rows=(1, 2, 19))
    yield einsum_case("einsum_several", {"a": (5, 7), "b": (7, 3), "c": (3, 4), "v": (5,)}, [
        ("bij,bjk,bkl->bil", "a", "b", "c"), ("bi,bij,bjk,bkl->bl", "v", "a", "b", "c"), ("bij,bjk,bi->bk", "a", "b", "v")])


def bilinear(p, name, x, y):
    z = torch.einsum("...i,oij,...j->...o", x, p[f"{name}.weight"], y)
    if f"{name}.bias" in p:
        z = z + p[f"{name}.bias"]
    if not isinstance(z, Bounded):
        assert torch.allclose(z, F.bilinear(x, y, p[f"{name}.weight"], p.get(f"{name}.bias")))
    return z


def bilinears():
    source = model("Bilinear", "input x: f32[batch, 5]", "input y: f32[batch, 3]", "input s: f32[batch, 4, 5]", "target t: f32[batch, 2]",
                   "trunk h = x -> linear(4) -> tanh", "head out = h -> bilinear(y, 2)", "head one = h -> bilinear(h, 1)",
                   "head plain = x -> bilinear(y, 7, bias = false)", "head along = s -> bilinear(s * s, 3)",
                   "loss fit = mse(out, t)", "minimize fit", "optimizer sgd(lr = 0.1)")

    def twin(p, d):
        h = chain(p, "h", d["x"], "linear", torch.tanh)
        heads = {"out": bilinear(p, "out", h, d["y"]), "one": bilinear(p, "one", h, h), "plain": bilinear(p, "plain", d["x"], d["y"]),
                 "along": bilinear(p, "along", d["s"], d["s"] * d["s"])}
        return Outcome(heads, {"fit": reduced(mse, heads["out"], d["t"])})

    parameters = shapes_of("h.0", 5, 4) | {"out.weight": (2, 4, 3), "out.bias": (2,), "one.weight": (1, 4, 4), "one.bias": (1,),
                                           "plain.weight": (7, 5, 3), "along.weight": (3, 5, 5), "along.bias": (3,)}

    def draw(random, n):
        return {"x": random.normal(n, 5), "y": random.normal(n, 3), "s": random.normal(n, 4, 5), "t": random.normal(n, 2)}

    return Case("bilinear", source, parameters, twin, batches(draw, 1, 6), {"fit": 1.0}, lambda tensors: torch.optim.SGD(tensors, lr=0.1))


def diagonal(x):
    """Of the last two dimensions."""
    return (x * torch.eye(x.shape[-1])).sum(-1)


def diagonals():
    """A letter twice in one operand; every twin is compared with torch.einsum where its numbers are plain."""
    forms = {
        "diagonal": ("bii->bi", "x", lambda x: diagonal(x)), "trace": ("bii->b", "x", lambda x: diagonal(x).sum(1)),
        "implied": ("bii", "x", lambda x: diagonal(x).sum(1)), "apart": ("biji->bij", "y", lambda y: diagonal(y.permute(0, 2, 1, 3)).transpose(1, 2)),
        "turned": ("biji->bji", "y", lambda y: diagonal(y.permute(0, 2, 1, 3))), "thrice": ("biii->bi", "z", lambda z: diagonal(diagonal(z))),
        "twice": ("bijij->bij", "w", lambda w: diagonal(diagonal(w.permute(0, 1, 3, 2, 4)).permute(0, 3, 1, 2)).transpose(1, 2)),
        "product": ("bii,bi->bi", "xv", lambda x, v: diagonal(x) * v),
        "quadratic": ("bii,bjjj->bij", "xz", lambda x, z: diagonal(x)[:, :, None] * diagonal(diagonal(z))[:, None]),
        "of_three": ("bii,bi,bji->bj", "xvx", lambda x, v, again: ((diagonal(x) * v)[:, None] * again).sum(2)),
        "covered": ("b...ii->b...", "u", lambda u: diagonal(u).sum(2)),
    }

    def twin(_, d):
        heads = {}
        for name, (equation, letters, function) in forms.items():
            heads[name] = function(*(d[letter] for letter in letters))
            check = torch.einsum(equation, *(value_of(d[letter]).detach() for letter in letters))
            assert torch.allclose(value_of(heads[name]).detach(), check), name
        return Outcome(heads)

    shapes = {"x": (5, 5), "y": (3, 4, 3), "z": (4, 4, 4), "w": (4, 2, 4, 2), "v": (5,), "u": (3, 4, 4)}
    source = model("Diagonals", *(f"input {name}: f32[batch, {', '.join(map(str, shape))}]" for name, shape in shapes.items()),
                   *(f'head {name} = einsum("{equation}", {", ".join(letters)})' for name, (equation, letters, _) in forms.items()))
    yield Case("diagonals", source, {}, twin, batches(lambda random, n: {name: random.normal(n, *shape) for name, shape in shapes.items()}, 1, 3))


def vectors():
    yield bilinears()
    yield weightless("dot", {"x": (7,), "y": (7,), "z": (3, 7), "w": (1,)}, {
        "rows": ("dot(x, y)", lambda x, y, z, w: (x * y).sum(-1)), "itself": ("x -> dot(x)", lambda x, y, z, w: (x * x).sum(-1)),
        "inner": ("dot(z, z * z)", lambda x, y, z, w: (z * z * z).sum(-1)), "shared": ("dot(z, mean(y, axis = 0))", lambda x, y, z, w: z @ y.mean(0)),
        "stretched": ("dot(x, w)", lambda x, y, z, w: (x * w).sum(-1))}, rows=(1, 3, 8))
    yield weightless("outer", {"x": (7,), "y": (5,), "z": (3, 7), "u": (3, 2)}, {
        "rows": ("outer(x, y)", lambda x, y, z, u: x[:, :, None] * y[:, None]), "itself": ("y -> outer(y)", lambda x, y, z, u: y[:, :, None] * y[:, None]),
        "inner": ("outer(z, u)", lambda x, y, z, u: z[..., :, None] * u[..., None, :]),
        "shared": ("outer(x, mean(y, axis = 0))", lambda x, y, z, u: x[:, :, None] * y.mean(0))}, rows=(1, 3, 8))


GROUPS = {"products": list(products()), "diagonals": list(diagonals()), "vectors": list(vectors())}
