"""Rules that weigh losses against one another, from the papers. `@rule("uncertainty")` above a function of (settings, losses,
kept, rng) adds one: losses are those of the objective times their factors, kept what the rule keeps of each; the result is
what is minimised."""
import numpy as np

import tape
from operators_random import normal
from rounded import Rounded, rounded
from tape import Traced

RULES = {}


def rule(name):
    def register(function):
        RULES[name] = function
        return function
    return register


def summed(terms):
    total = Traced(0.0)
    for term in terms:
        total = total + term
    return total


def weights(scores):
    """softmax, through which nothing flows."""
    shifted = scores + -rounded(scores.value.max())
    e = shifted.map(np.exp)
    return e / e.sum([0])


def weighted(losses, w):
    return summed(loss * Traced(w.move(lambda v, k=k: v[k])) for k, loss in enumerate(losses))


@rule("uncertainty")
def uncertainty(settings, losses, kept, rng):
    """Kendall et al., CVPR 2018."""
    return summed(0.5 * tape.exp(-s) * loss + 0.5 * s for loss, s in zip(losses, kept))


@rule("imtl_l")
def imtl_l(settings, losses, kept, rng):
    """Liu et al., ICLR 2021."""
    return summed(tape.exp(s) * loss - s for loss, s in zip(losses, kept))


@rule("geometric")
def geometric(settings, losses, kept, rng):
    """Chennupati et al., CVPRW 2019: a loss that is 0 makes the gradient 0."""
    if any(loss.value == 0 for loss in losses):
        return Traced(0.0)
    return tape.exp(summed(tape.log(loss) for loss in losses) / float(len(losses)))


@rule("tchebycheff")
def tchebycheff(settings, losses, kept, rng):
    """Lin et al., ICML 2024."""
    count, mu = len(losses), settings["mu"]
    share, ideal = settings.get("weights") or [1 / count] * count, settings.get("ideal") or [0.0] * count
    scores = [w * (loss - z) / mu for loss, w, z in zip(losses, share, ideal)]
    top = tape.constant(max(scores, key=lambda score: float(score.value)))
    return mu * (tape.log(summed(tape.exp(score - top) for score in scores)) + top)


@rule("random")
def random(settings, losses, kept, rng):
    """Lin et al., TMLR 2022."""
    return weighted(losses, weights(normal((len(losses),), rng, settings["site"]) if rng[2] else Rounded(np.zeros(len(losses)))))


@rule("dwa")
def dwa(settings, losses, kept, rng):
    """Liu et al., CVPR 2019. Kept are mean, count, the mean of the last period and of the one before; the "gradient" of that is
    what was observed: the loss, once."""
    last, before = ([Rounded(k.value[i], k.data.bound[i]) for k in kept] for i in (2, 3))
    ratios = [l / b if b.value != 0 else Rounded(1.0) for l, b in zip(last, before)]
    stacked = Rounded(np.array([r.value for r in ratios]), np.array([r.bound for r in ratios]))
    value = weighted(losses, float(len(losses)) * weights(stacked / settings["temperature"]))
    observed = lambda loss: Rounded([loss.value, 1, 0, 0], [loss.data.bound, 0, 0, 0])
    return Traced(value.data, (value, lambda g: g), *[(k, lambda g, loss=loss: observed(loss)) for k, loss in zip(kept, losses)])


def dwa_history(period, kept, observation):
    """A running mean; at the end of a period it becomes the last one."""
    part = lambda x, i: Rounded(x.value[i], x.bound[i])
    if observation.value[1] == 0:
        return kept
    count = kept.value[1] + 1
    mean = part(kept, 0) + (part(observation, 0) / observation.value[1] - part(kept, 0)) / count
    parts = [mean, Rounded(count), part(kept, 2), part(kept, 3)]
    if count >= period:
        parts = [Rounded(0.0), Rounded(0.0), mean, part(kept, 2)]
    return Rounded(np.array([p.value for p in parts]), np.array([p.bound for p in parts]))
