"""balancing.py FOLDER: the rules that weigh gradients against the papers' formulas, on gradients that are chosen.

The model's trunk is one linear layer without bias whose output the losses share. Loss k is the sum of the rows' products with
its own target, so its gradient there is its target and nothing else: any K gradients are data. With x the unit matrix the
gradient of the trunk's weights is the weighted sum of the targets.
"""
import itertools
import pathlib
import sys

import numpy as np

import balancing_rules as rules
from compare import compile_model

ROWS, WIDTH = 4, 3
SEEDS = range(8)


def source(rule, count):
    lines = [f"  input x: f32[batch, {ROWS}]"]
    lines += [f"  target g{k}: f32[batch, {WIDTH}]" for k in range(count)]
    lines += [f"  trunk z = x -> linear({WIDTH}, bias = false)"]
    lines += [f"  head h{k} = z * 1.0" for k in range(count)]
    lines += [f"  loss l{k} = h{k} * g{k} reduce sum" for k in range(count)]
    names = ", ".join(f"l{k}" for k in range(count))
    return "model Chosen {\n" + "\n".join(lines) + f"\n  minimize {rule}({names})\n  optimizer sgd(lr = 0.1)\n}}\n"


def whole(values):
    """Few bits, so that f32 holds them and products are exact."""
    return np.round(values * 64) / 64


def examples(count):
    """Gradients [count, n] with a name: random ones, and all that is degenerate."""
    for seed in SEEDS:
        random = np.random.RandomState(1000 * count + seed)
        yield f"random {seed}", whole(random.standard_normal((count, ROWS * WIDTH)))
        conflict = random.standard_normal(ROWS * WIDTH)
        yield f"conflicting {seed}", whole(random.standard_normal((count, ROWS * WIDTH)) + 1.5 * np.outer([(-1) ** k for k in range(count)], conflict))
    random = np.random.RandomState(count)
    base = whole(random.standard_normal((count, ROWS * WIDTH)))
    zero, opposite, parallel, flat = base.copy(), base.copy(), base.copy(), base.copy()
    zero[0] = 0
    opposite[1] = -opposite[0]
    parallel[1] = 2 * parallel[0]
    flat[:, 2:] = 0  # more gradients than dimensions, for count > 2
    yield "one zero", zero
    yield "opposite", opposite
    yield "parallel", parallel
    yield "of low rank", flat
    yield "all equal", np.tile(base[:1], (count, 1))
    yield "all zero", 0 * base
    yield "of different sizes", base * (2.0 ** (8 * np.arange(count) - 12))[:, None].clip(0, 4096)
    yield "two opposite pairs", np.concatenate([base[:1], -base[:1], base[1:2], -2 * base[1:2]] + [base[2:]])[:count]


class Chosen:
    def __init__(self, rule, count, folder, precision):
        path = folder / f"{rule}{count}.mimo"
        path.write_text(source(rule, count))
        self.model = compile_model(path, folder / f"{rule}{count}.{precision}.so", precision, [])
        self.parameters = self.model.block({"z.weight": np.zeros((WIDTH, ROWS))})

    def __call__(self, gradients, **options):
        data = {"x": np.eye(ROWS)} | {f"g{k}": g.reshape(ROWS, WIDTH) for k, g in enumerate(gradients)}
        _, block = self.model.backward(self.parameters, data, ROWS, self.model.options(**options))
        return self.model.tensors(block)["z.weight"].T.reshape(-1).astype(np.float64)


class Checks:
    def __init__(self):
        self.made = self.failed = 0

    def __call__(self, text, good, *details):
        self.made += 1
        if not good:
            self.failed += 1
            print("failed:", text, *details)


def close(actual, expected, gradients, roundoff):
    return np.abs(actual - expected).max() <= 64 * len(gradients) * roundoff * max(np.abs(gradients).max(), 1e-30)


def check_rule(check, rule, count, folder):
    reference = getattr(rules, rule)
    for precision, roundoff in (("f64", 2.0 ** -40), ("f32", 2.0 ** -24)):
        model = Chosen(rule, count, folder, precision)
        for name, gradients in examples(count):
            actual = model(gradients)
            check(f"{rule} of {count} in {precision}, {name}", close(actual, reference(gradients), gradients, roundoff), actual,
                  reference(gradients))
            check(f"{rule} of {count} in {precision}, {name}: the same bits again", (actual == model(gradients)).all())
        for what in (np.nan, np.inf):
            gradients[1, 4] = what
            check(f"{rule} of {count} in {precision} does not hide {what}", not np.isfinite(model(gradients)).all())


def check_references(check):
    """The exact references against descent, which knows no active sets."""
    for count in (2, 3, 4):
        for name, gradients in examples(count):
            scale = np.abs(gradients).max()
            if name == "of different sizes":
                continue  # descent is too slow for its condition
            for exact, descent in ((rules.mgda, rules.mgda_by_descent), (rules.upgrad, rules.upgrad_by_descent)):
                difference = np.abs(exact(gradients) - descent(gradients)).max()
                check(f"{exact.__name__} by descent, {count} gradients, {name}", difference <= 2e-5 * scale, difference)
            if count == 2:
                check(f"upgrad of two is half of pcgrad, {name}",
                      np.abs(rules.upgrad(gradients) - rules.pcgrad(gradients) / 2).max() <= 1e-12 * scale)


def check_random_order(check, folder):
    """With randomness on, pcgrad meets the others in all orders, drawn by seed and step."""
    count = 3
    model = Chosen("pcgrad", count, folder, "f64")
    gradients = whole(np.random.RandomState(5).standard_normal((count, ROWS * WIDTH)))
    gradients = whole((gradients - 1.25 * gradients.mean(0)) * np.array([[1], [2], [1.5]]))  # each conflicts with each
    possible = {}
    for bits in range(2 ** count):
        orders = [[j for j in (range(count) if bits >> i & 1 else reversed(range(count))) if j != i] for i in range(count)]
        possible[bits] = rules.pcgrad(gradients, orders)
    apart = min(np.abs(a - b).max() for a, b in itertools.combinations(possible.values(), 2))
    check("every order gives another result", apart > 0.01, apart)
    seen = np.zeros(2 ** count)
    steps = 400
    for step in range(steps):
        actual = model(gradients, random=1, seed=7, step=step)
        matches = [bits for bits, expected in possible.items() if close(actual, expected, gradients, 2.0 ** -45)]
        check(f"pcgrad at step {step} is of one of the orders", len(matches) == 1, matches)
        seen[matches[:1]] += 1
    check("pcgrad's orders are all equally likely", (np.abs(seen - steps / 8) < 5 * np.sqrt(steps / 8)).all(), seen)
    again = [model(gradients, random=1, seed=7, step=step) for step in (3, 3, 4)]
    check("pcgrad repeats from seed and step", (again[0] == again[1]).all())
    check("another seed", any((model(gradients, random=1, seed=8, step=s) != model(gradients, random=1, seed=7, step=s)).any() for s in range(8)))


def check_random_weights(check, folder):
    """random(..): weights of sum 1 that are drawn anew at every step, log-normal against one another."""
    count, steps = 3, 400
    model = Chosen("random", count, folder, "f64")
    unit = np.eye(ROWS * WIDTH)[:count]
    drawn = np.array([model(unit, random=1, seed=3, step=step)[:count] for step in range(steps)])
    check("drawn weights are shares", (drawn > 0).all() and np.abs(drawn.sum(1) - 1).max() < 1e-12)
    logs = np.log(drawn[:, 0] / drawn[:, 1])
    check("their logarithms differ by a normal number of variance 2", abs(logs.mean()) < 5 * np.sqrt(2 / steps) and abs(logs.var() - 2) < 5 * 2 * np.sqrt(2 / steps))
    check("f32 draws them, too", np.abs(Chosen("random", count, folder, "f32")(unit, random=1, seed=3, step=5)[:count] - drawn[5]).max() < 1e-5)
    check("equal where randomness is off", np.abs(model(unit)[:count] - 1 / count).max() < 1e-15)


def main(folder):
    check = Checks()
    check_references(check)
    for rule in ("pcgrad", "mgda", "upgrad"):
        for count in (2, 3, 5, 8):
            check_rule(check, rule, count, folder)
    check_random_order(check, folder)
    check_random_weights(check, folder)
    print(f"{check.made} checks, {check.failed} failed")
    return 1 if check.failed else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
