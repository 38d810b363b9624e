"""Losses that are balanced: the formulas of the papers."""
import torch

from bounded import F32_ROUNDOFF, Ambiguous, Bounded, value_of
from twin import Batch, Case, Outcome, batches, chain, cross_entropy, linear, model, mse, reduced, shapes_of, smooth_l1

LINES = ("input x: f32[batch, 5]", "target y: f32[batch, 2]", "target v: f32[batch, 1]", "target label: i64[batch] < 3",
         "trunk body = x -> linear(6) -> tanh -> linear(4) -> tanh",
         "head first = body -> linear(2)", "head second = body -> linear(3) -> tanh -> linear(1)", "head third = body -> linear(3)",
         "loss a = mse(first, y)", "loss b = smooth_l1(second, v) where label > 0", "loss c = cross_entropy(third, label)")
SHAPES = (shapes_of("body.0", 5, 6) | shapes_of("body.2", 6, 4) | shapes_of("first", 4, 2) | shapes_of("second.0", 4, 3)
          | shapes_of("second.2", 3, 1) | shapes_of("third", 4, 3))


def network(p, d):
    body = chain(p, "body", d["x"], "linear", torch.tanh, "linear", torch.tanh)
    first, third = linear(p, "first", body), linear(p, "third", body)
    second = chain(p, "second", body, "linear", torch.tanh, "linear")
    outcome = Outcome({"first": first, "second": second, "third": third},
                      {"a": reduced(mse, first, d["y"]), "b": reduced(smooth_l1(1.0), second, d["v"], d["label"] > 0),
                       "c": reduced(cross_entropy, third, d["label"])})
    outcome.shared = {"body": body}
    return outcome


def draw(labels=(0, 3)):
    return lambda random, rows: {"x": random.normal(rows, 5), "y": random.normal(rows, 2), "v": random.normal(rows, 1),
                                 "label": random.integers(rows, low=labels[0], high=labels[1])}


def sgd(tensors):
    return torch.optim.SGD(tensors, lr=0.1)


def derivatives(value, parameters):
    found = torch.autograd.grad(value, list(parameters.values()), retain_graph=True, allow_unused=True)
    return {name: torch.zeros_like(p) if g is None else g for (name, p), g in zip(parameters.items(), found)}


def balanced(name, minimize, objective, kept=None, optimizer=sgd, settings="sgd(lr = 0.1)", with_empty=True, add=None):
    """`objective(losses, kept)` is what is minimised; `kept` a shape for every loss that is balanced."""
    source = model(name.title().replace("_", ""), *LINES, f"minimize {minimize}", f"optimizer {settings}")
    parameters = SHAPES | ({f"minimize.{loss}": shape for loss, shape in kept.items()} if kept else {})

    def gradients(outcome, p):
        scales = {loss: p[f"minimize.{loss}"] for loss in kept or {}}
        found = derivatives(objective(outcome.losses, scales), p)
        return found | (add(outcome.losses) if add else {})

    def twin(p, d):
        outcome = network(p, d)
        if "l2" in minimize:
            outcome.losses["l2_all"] = sum((w * w).sum() for name, w in p.items() if name.endswith("weight"))
        return outcome

    data = batches(draw(), 1, 7, 32) + ([Batch("empty", 4, draw((0, 1)))] if with_empty else [])
    return Case(name, source, parameters, twin, data, {"balanced": 1.0}, optimizer, vjp=False, full_gradients=False,
                gradients=gradients, draw_parameter=start)


def start(random, name, shape):
    if not name.startswith("minimize."):
        return random.weights(shape)
    if shape == ():
        return random.normal(1, scale=0.5).reshape(())
    return abs(random.normal(*shape)) + (1, 1, 1, 1)


# ---------------------------------------------------------------------------------------------------- scales that learn

def uncertainty():
    def objective(losses, s):
        total = sum(0.5 * torch.exp(-s[name]) * factor * losses[name] + 0.5 * s[name] for name, factor in (("a", 1.0), ("b", 0.5)))
        return total + 0.25 * losses["c"] + 1e-2 * losses["l2_all"]

    # Scales do not decay.
    adamw = lambda tensors: torch.optim.AdamW([{"params": tensors[:-2]}, {"params": tensors[-2:], "weight_decay": 0.0}], lr=1e-2,
                                              weight_decay=0.1)
    return balanced("uncertainty", "uncertainty(a, 0.5 * b) + 0.25 * c + 1e-2 * l2(all)", objective, {"a": (), "b": ()}, adamw,
                    "adamw(lr = 1e-2, weight_decay = 0.1)")


def imtl():
    def objective(losses, s):
        return sum(torch.exp(s[name]) * losses[name] - s[name] for name in "abc")

    return balanced("imtl", "imtl_l(a, b, c)", objective, {name: () for name in "abc"},
                    lambda tensors: torch.optim.SGD(tensors, lr=0.05, momentum=0.9), "sgd(lr = 0.05, momentum = 0.9)")


# ------------------------------------------------------------------------------------------------------------------ dwa

class WithHistories:
    """SGD for the network; what dwa keeps of a loss is (mean so far, steps, mean of the last period, of the one before)."""

    def __init__(self, tensors, count, period):
        self.sgd, self.histories, self.period = sgd(tensors[:-count]), tensors[-count:], period
        self.state = self.sgd.state

    def step(self):
        self.sgd.step()
        with torch.no_grad():
            for history in self.histories:
                observed = history.grad
                steps = history[1] + 1
                mean = history[0] + (observed[0] / observed[1] - history[0]) / steps
                zero = torch.zeros(())
                over = bool((steps >= self.period).item()) if not hasattr(steps, "value") else bool(steps.value >= self.period)
                history.copy_(torch.stack([zero, zero, mean, history[2]]) if over
                              else torch.stack([mean, steps, history[2], history[3]]))


def dwa_case(name, begin, period, names="abc", temperature=2.0):
    def weights(kept):
        ratios = torch.stack([torch.ones(()) if not kept[n].detach()[3:4].abs().sum() > 0 else kept[n][2] / kept[n][3] for n in names])
        shares = torch.exp(ratios / temperature)
        return (len(names) * shares / shares.sum()).detach()

    def objective(losses, kept):
        w = weights(kept)
        return sum(w[i] * losses[n] for i, n in enumerate(names))

    def observed(losses):
        one, zero = torch.ones(()), torch.zeros(())
        return {f"minimize.{n}": torch.stack([losses[n].detach(), one, zero, zero]) for n in names}

    case = balanced(name, f"dwa({', '.join(names)}, temperature = {temperature}, period = {period})", objective,
                    {n: (4,) for n in names}, lambda tensors: WithHistories(tensors, len(names), period), add=observed)
    case.draw_parameter = lambda random, name, shape: begin(random) if name.startswith("minimize.") else random.weights(shape)
    return case


# ------------------------------------------------------------------------------------------------------ without a state

def geometric():
    def objective(losses, _):
        return torch.exp(sum(torch.log(losses[name]) for name in "abc") / 3)

    return balanced("geometric", "geometric(a, b, c)", objective, with_empty=False)


def geometric_of_nothing():
    """Of `b` nothing is selected: it is 0, and so is every gradient."""
    case = balanced("geometric_of_nothing", "geometric(a, b, c)", lambda losses, _: 0.0 * losses["a"])
    case.batches = [Batch("empty", 4, draw((0, 1)))]
    return case


def tchebycheff(name, minimize, mu, weights, ideal):
    def objective(losses, _):
        exponents = [w * (losses[n] - z) / mu for n, w, z in zip("abc", weights, ideal)]
        return mu * torch.log(sum(torch.exp(y) for y in exponents))

    return balanced(name, minimize, objective)


def equal_weights():
    """Drawn weights are equal where randomness is off; test/Execution/balancing.py draws."""
    return balanced("random_off", "random(a, b, c)", lambda losses, _: (losses["a"] + losses["b"] + losses["c"]) / 3)


def two_rules():
    def objective(losses, s):
        return (0.5 * torch.exp(-s["a"]) * losses["a"] + 0.5 * s["a"] + 0.5 * torch.exp(-s["b"]) * losses["b"] + 0.5 * s["b"]
                + 2.0 * losses["c"])

    return balanced("beside_a_loss", "2 * c + uncertainty(a, b)", objective, {"a": (), "b": ()})


# ------------------------------------------------------------------------------------------------------------ gradients

def is_negative(number):
    value = value_of(number).item()
    if isinstance(number, Bounded) and 0 < abs(value) <= 2 * number.bound.item() * F32_ROUNDOFF:
        raise Ambiguous("the sign of an inner product")
    return value < 0


def pcgrad(gram):
    """The weights of the gradients, for orders as they are written: what of each gradient is in each of the projected ones, summed."""
    mixes = []
    for i in range(len(gram)):
        mix = {i: torch.ones(())}
        for m in (m for m in range(len(gram)) if m != i):
            along = sum(share * gram[k][m] for k, share in mix.items())
            if is_negative(along):
                mix[m] = -along / gram[m][m]
        mixes.append(mix)
    return [sum(mix[k] for mix in mixes if k in mix) for k in range(len(gram))]


def mgda_of_two(gram):
    """The nearest point to the origin on the line through both gradients, kept between them."""
    (aa, ab), (_, bb) = gram
    share = (bb - ab) / (aa - ab + (bb - ab))
    if is_negative(share):
        share = torch.zeros(())
    if is_negative(1 - share):
        share = torch.ones(())
    return [share, 1 - share]


def upgrad_of_two(gram):
    """Half of each gradient, and as much of it again as takes the other one's component against it away."""
    (aa, ab), (_, bb) = gram
    if not is_negative(ab):
        return [torch.full((), 0.5)] * 2
    return [0.5 - 0.5 * ab / aa, 0.5 - 0.5 * ab / bb]


def gradient_rule(name, rule, weights_of, terms, where, rest="", beside=lambda losses: None, lines=LINES, shapes=SHAPES, run=network):
    """`terms` are losses and factors; `where` names the values in the outcome at which gradients are compared, each with the
    parameters that lie behind it."""
    call = ", ".join(loss if factor == 1 else f"{factor} * {loss}" for loss, factor in terms.items())
    source = model(name.title().replace("_", ""), *lines, f"minimize {rule}({call}){rest}", "optimizer sgd(lr = 0.1)")

    def inner(x, y):
        return (x * y).sum()

    def gradients(outcome, p):
        scaled = [factor * outcome.losses[loss] for loss, factor in terms.items()]
        shared = [outcome.shared[value] for value in where]
        found = [torch.autograd.grad(loss, shared, retain_graph=True, allow_unused=True) for loss in scaled]
        gram = [[sum(inner(x, y) for x, y in zip(a, b) if x is not None and y is not None) + torch.zeros(()) for b in found] for a in found]
        weights = weights_of(gram)
        alone = [derivatives(loss, p) for loss in scaled]
        fixed = beside(outcome.losses)
        result = derivatives(fixed, p) if fixed is not None else {n: torch.zeros_like(value_of(t)) for n, t in p.items()}
        for parameter in p:
            behind = any(parameter.startswith(prefix) for prefix in where.values())
            for weight, gradient in zip(weights, alone):
                result[parameter] = result[parameter] + (weight * gradient[parameter] if behind else gradient[parameter])
        return result

    def twin(p, d):
        outcome = run(p, d)
        if "l2" in rest:
            outcome.losses["l2_all"] = sum((w * w).sum() for n, w in p.items() if n.endswith("weight"))
        return outcome

    data = batches(draw(), 1, 7, 32) + [Batch("empty", 4, draw((0, 1)))]
    return Case(name, source, shapes, twin, data, {"balanced": 1.0}, sgd, vjp=False, full_gradients=False, gradients=gradients)


NESTED = LINES[:4] + ("trunk deep = x -> linear(6) -> tanh", "trunk near = deep -> linear(4)", "head first = near -> linear(2)",
                      "head second = near -> linear(1)", "head third = deep -> linear(3)") + LINES[-3:]
NESTED_SHAPES = (shapes_of("deep.0", 5, 6) | shapes_of("near", 6, 4) | shapes_of("first", 4, 2) | shapes_of("second", 4, 1)
                 | shapes_of("third", 6, 3))


def nested_network(p, d):
    deep = chain(p, "deep", d["x"], "linear", torch.tanh)
    near = linear(p, "near", deep)
    first, second, third = linear(p, "first", near), linear(p, "second", near), linear(p, "third", deep)
    outcome = Outcome({"first": first, "second": second, "third": third},
                      {"a": reduced(mse, first, d["y"]), "b": reduced(smooth_l1(1.0), second, d["v"], d["label"] > 0),
                       "c": reduced(cross_entropy, third, d["label"])})
    outcome.shared = {"deep": deep, "near": near}
    return outcome


def gradient_rules():
    body = {"body": "body."}
    yield gradient_rule("pcgrad_two", "pcgrad", pcgrad, {"a": 1, "b": 0.5}, body, " + 0.25 * c + 1e-2 * l2(all)",
                        lambda losses: 0.25 * losses["c"] + 1e-2 * losses["l2_all"])
    yield gradient_rule("pcgrad_three", "pcgrad", pcgrad, {"c": 1, "a": 1, "b": 1}, body)
    yield gradient_rule("mgda_two", "mgda", mgda_of_two, {"a": 1, "b": 2}, body)
    yield gradient_rule("upgrad_two", "upgrad", upgrad_of_two, {"a": 1, "b": 1}, body, " + c", lambda losses: losses["c"])
    yield gradient_rule("pcgrad_nested", "pcgrad", pcgrad, {"a": 1, "b": 1, "c": 1}, {"deep": "deep.", "near": "near."},
                        lines=NESTED, shapes=NESTED_SHAPES, run=nested_network)


GROUPS = {
    "balancing_gradients": list(gradient_rules()),
    "balancing": [
        uncertainty(), imtl(),
        dwa_case("dwa_start", lambda random: 0 * random.normal(4), 2),
        dwa_case("dwa_later", lambda random: abs(random.normal(4)) * (1, 0, 1, 1) + (0, 1, 0.25, 0.25), 3, temperature=1.0),
        geometric(), geometric_of_nothing(),
        tchebycheff("tchebycheff", "tchebycheff(a, b, c)", 1.0, (1 / 3,) * 3, (0, 0, 0)),
        tchebycheff("tchebycheff_sharp", "tchebycheff(a, b, c, mu = 0.5, weights = (0.5, 1, 1.5), ideal = (0.25, 0, 0.5))", 0.5,
                    (0.5, 1, 1.5), (0.25, 0, 0.5)),
        equal_weights(), two_rules(),
    ],
}
