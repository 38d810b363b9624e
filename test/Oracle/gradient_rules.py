"""Rules that weigh gradients, from the papers. The rule sees the losses' cotangents at the values that they share."""
import tape
from rounded import Rounded, compare
from tape import Traced

ZERO, ONE = Rounded(0.0), Rounded(1.0)


def is_negative(number):
    return bool(compare(number, 0.0, lambda a, b: a < b))


def pcgrad(gram):
    """Yu et al., NeurIPS 2020, for randomness that is off: in the order of the call."""
    count = len(gram)
    total = [ZERO] * count
    for i in range(count):
        weights, products = [ONE if m == i else ZERO for m in range(count)], list(gram[i])
        for m in range(count):
            if m != i and is_negative(products[m]):
                part = products[m] / gram[m][m]
                weights[m] = weights[m] - part
                products = [products[p] - part * gram[m][p] for p in range(count)]
        total = [t + w for t, w in zip(total, weights)]
    return total


def mgda(gram):
    """Sener and Koltun, NeurIPS 2018, algorithm 1: the shortest vector between two."""
    (aa, ab), (_, bb) = gram
    if not is_negative(ab - bb):
        return [ZERO, ONE]
    if not is_negative(ab - aa):
        return [ONE, ZERO]
    share = (bb - ab) / (aa - 2.0 * ab + bb)
    return [share, ONE - share]


def upgrad(gram):
    """Quinton and Rey 2024. Of two gradients each is projected as pcgrad does it."""
    return [0.5 * weight for weight in pcgrad(gram)]


RULES = {"pcgrad": pcgrad, "mgda": mgda, "upgrad": upgrad}


def surrogate(name, losses, shared, rng):
    """A value with the gradient that the rule makes: at each shared value it adds (w_k - 1) times what loss k sends there directly."""
    if name != "pcgrad" and len(losses) != 2:
        raise NotImplementedError(f"the oracle has {name} of two losses only")
    if name == "pcgrad" and rng[2] and len(losses) > 2:  # of two there is one order
        raise NotImplementedError("the oracle has pcgrad of more than two losses without randomness only")
    direct = [tape.gradients(loss, 1.0, shared, stops=shared) for loss in losses]
    whole = [tape.gradients(loss, 1.0, shared) for loss in losses]
    inner = lambda a, b: sum(((x * y).sum(range(len(x.shape))) for x, y in zip(a, b)), ZERO)
    weights = RULES[name]([[inner(a, b) for b in whole] for a in whole])
    total = Traced(0.0)
    for loss, weight, cotangents in zip(losses, weights, direct):
        total = total + loss
        for value, cotangent in zip(shared, cotangents):
            total = total + tape.sum_over(value * Traced((weight - ONE) * cotangent), [])
    return total
