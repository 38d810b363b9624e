"""random_ops.py FOLDER: dropout and randn draw what they should, exactly and as distributions.

Limits of statistics are five standard deviations; the seeds are fixed, so a result never changes.
"""
import math
import pathlib
import re
import subprocess
import sys

import numpy as np

from compare import compile_model

INPUTS = pathlib.Path(__file__).resolve().parent / "Inputs" / "random"
ROWS, COLUMNS, STEPS = 256, 50, 8
SIGMAS = 5
DATA = {"x": np.eye(ROWS), "y": np.zeros((ROWS, COLUMNS))}


class Checks:
    def __init__(self):
        self.made = self.failed = 0

    def __call__(self, text, good):
        self.made += 1
        if not good:
            self.failed += 1
            print(f"failed: {text}")


# ---------------------------------------------------------------------------------------------------------- philox

def philox(counter, key, rounds=10):
    """Philox4x32 (Salmon et al., SC 2011) on arrays of 32-bit words held in 64 bits."""
    low = np.uint64(0xFFFFFFFF)
    counter, key = [np.asarray(word, np.uint64) for word in counter], [np.asarray(word, np.uint64) for word in key]
    for _ in range(rounds):
        product0, product1 = counter[0] * np.uint64(0xD2511F53), counter[2] * np.uint64(0xCD9E8D57)
        counter = [(product1 >> np.uint64(32)) ^ counter[1] ^ key[0], product1 & low,
                   (product0 >> np.uint64(32)) ^ counter[3] ^ key[1], product0 & low]
        key = [(key[0] + np.uint64(0x9E3779B9)) & low, (key[1] + np.uint64(0xBB67AE85)) & low]
    return counter


def check_philox(check):
    """The known answers of the authors' Random123 library."""
    ones = [0xFFFFFFFF] * 4
    check("Philox of zeros", [int(w) for w in philox([0] * 4, [0] * 2)] == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8])
    check("Philox of ones", [int(w) for w in philox(ones, ones[:2])] == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD])


def words(site, seed, step):
    """The random words of every row and column."""
    row, column = np.meshgrid(np.arange(ROWS), np.arange(COLUMNS), indexing="ij")
    counter = [column, row, np.full_like(row, step), np.full_like(row, site & 0xFFFFFFFF)]
    return philox(counter, [seed & 0xFFFFFFFF, (seed >> 32) ^ ((site >> 32) & 0xFFFFFFFF)])


def sites(source, op):
    """Of an op's uses, in the order of the text."""
    text = subprocess.run(["mimoc", str(source), "--emit=mimo"], capture_output=True, text=True, check=True).stdout
    return [int(site) % 2 ** 64 for site in re.findall(rf"mimo\.{op} .*?site = (-?\d+)", text)]


# --------------------------------------------------------------------------------------------------------- dropout

class Random:
    """A model of this folder, in f32 or f64, with weights 0 and biases 1."""

    def __init__(self, name, folder, precision):
        self.model = compile_model(INPUTS / f"{name}.mimo", folder / f"{name}.{precision}.so", precision, [])
        tensors = {row: np.ones(shape) * row.endswith("bias") for row, shape in self.model.shapes().items()}
        self.parameters = self.model.block(tensors)

    def gradient(self, loss, rows=ROWS, **options):
        """What the loss's gradient shows: [row, column], and the loss."""
        data = {name: value[:rows] for name, value in DATA.items()}
        losses, block = self.model.backward(self.parameters, data, rows, self.model.options(**options), loss)
        return self.model.tensors(block)["h.weight"].T[:rows].astype(np.float64), losses[loss]

    def mask(self, loss, p, rows=ROWS, **options):
        gradient, value = self.gradient(loss, rows, random=1, **options)
        return gradient > 0, gradient, value


def fraction_is(share, expected, count):
    return abs(share - expected) <= SIGMAS * np.sqrt(expected * (1 - expected) / count)


def check_masks(check, random, precision):
    roundoff = 2.0 ** (-24 if precision == "f32" else -53)
    for loss, p in (("l_first", 0.3), ("l_most", 0.9), ("l_half", 0.5)):
        kept = np.concatenate([random.mask(loss, p, seed=5, step=step)[0] for step in range(STEPS)])
        check(f"{precision} {loss}: share of what is kept", fraction_is(kept.mean(), 1 - p, kept.size))
        check(f"{precision} {loss}: share in every column", (abs(kept.mean(0) - (1 - p)) < SIGMAS * np.sqrt(p * (1 - p) / len(kept))).all())
        for name, other in (("next row", np.roll(kept, 1, 0)), ("next column", np.roll(kept, 1, 1)), ("next step", np.roll(kept, ROWS, 0))):
            both = (kept & other).mean()
            check(f"{precision} {loss}: independent of the {name}", fraction_is(both, (1 - p) ** 2, kept.size))
        mask, gradient, value = random.mask(loss, p, seed=5, step=0)
        scale = 1 / (1 - p)
        check(f"{precision} {loss}: gradient is 2 s^2 or 0", (abs(gradient[mask] - 2 * scale ** 2) < 8 * roundoff * scale ** 2).all())
        check(f"{precision} {loss}: loss and gradient see one mask", abs(value - mask.sum() * scale ** 2) < mask.size * roundoff * value)
    kept, _, _ = random.mask("l_none", 0, seed=5)
    check(f"{precision}: p = 0 keeps all", kept.all())


def check_keys(check, random, precision):
    mask = lambda loss="l_first", **options: random.mask(loss, 0.3, **options)[0]
    same = lambda a, b: abs((a == b).mean() - (0.7 ** 2 + 0.3 ** 2)) > 0.05
    base = mask(seed=5, step=0)
    check(f"{precision}: the same again", (base == mask(seed=5, step=0)).all())
    check(f"{precision}: another step", not same(base, mask(seed=5, step=1)))
    check(f"{precision}: another seed", not same(base, mask(seed=6, step=0)))
    check(f"{precision}: another seed above 32 bits", not same(base, mask(seed=5 + (1 << 40), step=0)))
    check(f"{precision}: another place", not same(base, mask("l_second", seed=5, step=0)))
    check(f"{precision}: a smaller batch", (base[:17] == mask(rows=17, seed=5, step=0)).all())
    check(f"{precision}: in backward of everything, too", (base == (minimized_gradient(random, seed=5, step=0, random=1) > 0)).all())
    gradient, value = random.gradient("l_first", seed=5, random=0)
    check(f"{precision}: switched off", (gradient == 2).all() and value == ROWS * COLUMNS)


def minimized_gradient(subject, **options):
    _, block = subject.model.backward(subject.parameters, DATA, ROWS, subject.model.options(**options))
    return subject.model.tensors(block)["h.weight"].T


def check_forward(check, random, precision):
    heads = random.model.forward(random.parameters, DATA, ROWS)
    check(f"{precision}: forward is evaluation", all((value == 1).all() for value in heads.values()))
    losses, _ = random.model.evaluate(random.parameters, DATA, ROWS)
    check(f"{precision}: evaluate is evaluation", all(value == ROWS * COLUMNS for value in losses.values()))


def check_dropout(check, folder):
    models = {precision: Random("dropout", folder, precision) for precision in ("f32", "f64")}
    for precision, random in models.items():
        check_masks(check, random, precision)
        check_keys(check, random, precision)
        check_forward(check, random, precision)
    for seed, step in ((5, 0), (5, 3), (2 ** 63 + 12345, 2 ** 31 + 7)):
        masks = [random.mask("l_first", 0.3, seed=seed - (2 ** 64 if seed >= 2 ** 63 else 0), step=step)[0] for random in models.values()]
        check(f"f32 and f64 draw the same, seed {seed}", (masks[0] == masks[1]).all())
        site = sites(INPUTS / "dropout.mimo", "dropout")[0]
        expected = words(site, seed, step)[0] >= np.uint64(int(0.3 * 2 ** 32))
        check(f"the mask is Philox's, seed {seed} step {step}", (masks[1] == expected).all())


def check_dropout_of_channels(check, folder):
    """One draw a row and channel, as dropout draws for [batch, channels]."""
    for precision in ("f32", "f64"):
        random = Random("dropout2d", folder, precision)
        for loss, p, site in zip(("l_first", "l_image"), (0.3, 0.5), sites(INPUTS / "dropout2d.mimo", "dropout2d")):
            mask, gradient, _ = random.mask(loss, p, seed=5, step=3)
            expected = np.repeat(words(site, 5, 3)[0][:, :10] >= np.uint64(int(p * 2 ** 32)), 5, axis=1)
            check(f"{precision} dropout2d {loss}: the mask is Philox's", (mask == expected).all())
            check(f"{precision} dropout2d {loss}: gradient is 2 s^2 or 0", np.allclose(gradient, 2 * expected / (1 - p) ** 2, rtol=1e-6, atol=0))
        heads = random.model.forward(random.parameters, DATA, ROWS)
        check(f"{precision} dropout2d: forward is evaluation", all((value == 1).all() for value in heads.values()))


# ----------------------------------------------------------------------------------------------------------- randn

def check_moments(check, draws, precision):
    count = draws.size
    for order, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        check(f"{precision}: moment {order} of randn", abs((draws ** order).mean() - moment) < SIGMAS * np.sqrt(variance / count))
    check(f"{precision}: largest of randn", 3.5 < abs(draws).max() < 7)
    # Kolmogorov and Smirnov's distance: beyond 2.3 / sqrt(n) with a probability of 5e-5.
    ordered = np.sort(draws.reshape(-1))
    normal = 0.5 * (1 + np.vectorize(math.erf)(ordered / np.sqrt(2)))
    check(f"{precision}: distribution of randn", abs(normal - (np.arange(count) + 0.5) / count).max() < 2.3 / np.sqrt(count))
    for name, other in (("row", np.roll(draws, 1, 0)), ("column", np.roll(draws, 1, 1))):
        check(f"{precision}: randn is independent of the next {name}", abs((draws * other).mean()) < SIGMAS / np.sqrt(count))


def check_randn(check, folder):
    models = {precision: Random("randn", folder, precision) for precision in ("f32", "f64")}
    drawn = {}
    for precision, random in models.items():
        draw = lambda loss="l_out", **options: random.gradient(loss, **options)[0] / 2
        drawn[precision] = np.concatenate([draw(seed=9, step=step, random=1) for step in range(STEPS)])
        check_moments(check, drawn[precision], precision)
        check(f"{precision}: randn off is 0", (draw(seed=9, random=0) == 0).all())
        first, again = draw(seed=9, step=0, random=1), -draw("l_again", seed=9, step=0, random=1)
        check(f"{precision}: two places draw apart", abs((first * again).mean()) < SIGMAS / np.sqrt(first.size))
        heads = random.model.forward(random.parameters, DATA, ROWS)
        check(f"{precision}: randn is 0 in evaluation", all((value == 0).all() for value in heads.values()))
    radius, angle = [words(sites(INPUTS / "randn.mimo", "randn")[0], 9, 0)[i].astype(np.float64) for i in (0, 1)]
    expected = np.sqrt(-2 * np.log((radius + 0.5) / 2 ** 32)) * np.cos(2 * np.pi * angle / 2 ** 32)
    check("randn is Box and Muller's of Philox", abs(drawn["f64"][:ROWS] - expected).max() < 64 * 2.0 ** -53 * abs(expected).max())
    # In f32 the argument of the logarithm is off by up to 2^-24, which near 1 is sqrt(6 * 2^-24) of the radius; so is the
    # angle, which turns by that times 2 pi.
    bound = np.sqrt(6 * 2.0 ** -24) + abs(drawn["f64"]).max() * 16 * np.pi * 2.0 ** -24
    check("f32 and f64 draw the same normal numbers", abs(drawn["f32"] - drawn["f64"]).max() < bound)


def main(folder):
    check = Checks()
    check_philox(check)
    check_dropout(check, folder)
    check_dropout_of_channels(check, folder)
    check_randn(check, folder)
    print(f"{check.made} checks, {check.failed} failed")
    return 1 if check.failed else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
