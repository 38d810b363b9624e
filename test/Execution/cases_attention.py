"""Attention, as torch.nn.functional.scaled_dot_product_attention computes it."""
import torch
import torch.nn.functional as F

from bounded import Bounded
import cases_products  # the rules of batched products  # noqa: F401
from twin import Case, Outcome, batches, linear, model, mse, reduced, shapes_of


def causal(scores):
    queries, keys = scores.shape[-2:]
    return torch.ones(queries, keys, dtype=torch.bool).tril()


def weights(q, k, allowed=None, added=None, scale=None):
    """softmax of the scores; rows that may see nothing are 0, and so are their gradients."""
    scores = (q @ k.transpose(-2, -1)) * (q.shape[-1] ** -0.5 if scale is None else scale)
    if added is not None:
        scores = scores + added
    if allowed is None:
        return scores.softmax(-1)
    sees = allowed.expand(scores.shape)
    some = sees.any(-1, keepdim=True)
    scores = torch.where(some, torch.where(sees, scores, float("-inf")), 0.0)
    return torch.where(some, scores.softmax(-1), 0.0)


def attention(q, k, v, **options):
    y = weights(q, k, **options) @ v
    if not isinstance(y, Bounded):  # the twin itself is compared with PyTorch's function
        allowed, added = options.get("allowed"), options.get("added")
        mask = allowed if added is None else added
        expected = F.scaled_dot_product_attention(q, k, v, mask, scale=options.get("scale"))
        some = torch.ones_like(y, dtype=torch.bool) if allowed is None else allowed.expand(*y.shape[:-1], k.shape[-2]).any(-1, keepdim=True)
        assert torch.allclose(torch.where(some, expected, 0.0), y)
    return y


def case(name, inputs, heads, rows=(1, 3)):
    """`inputs`: name -> shape below the batch. Those called m... are masks of 0 and 1, one row of which sees nothing."""
    declared = [f"input {x}: {'i32' if x[0] == 'm' else 'f32'}[{', '.join(['batch', *map(str, shape)])}]" for x, shape in inputs.items()]
    source = model("Attention", *declared, *(f"head {head} = {text}" for head, (text, _) in heads.items()))

    def draw(random, n):
        data = {}
        for x, shape in inputs.items():
            data[x] = random.normal(n, *shape)
            if x[0] == "m":
                data[x] = (random.uniform(n, *shape) < 0.6).astype("int32")
                data[x][(0,) if len(shape) == 1 else (0, ..., 0, slice(None))] = 0
        return data

    twin = lambda p, d: Outcome({head: function(**d) for head, (_, function) in heads.items()})
    return Case(name, source, {}, twin, batches(draw, *rows))


def attentions():
    yield case("rank_3", {"q": (5, 4), "k": (7, 4), "v": (7, 3)}, {
        "plain": ("attention(q, k, v)", lambda q, k, v: attention(q, k, v)),
        "scaled": ("q -> attention(k, v, scale = 0.3)", lambda q, k, v: attention(q, k, v, scale=0.3)),
        "past": ("attention(q, k, v, causal = true)", lambda q, k, v: attention(q, k, v, allowed=causal(q @ k.mT))),
        "weights": ("attention_weights(q, k)", lambda q, k, v: weights(q, k)),
        "past_weights": ("attention_weights(k, q, causal = true, scale = 2)", lambda q, k, v: weights(k, q, allowed=causal(k @ q.mT), scale=2.0)),
        "itself": ("attention(k, k, k, causal = true)", lambda q, k, v: attention(k, k, k, allowed=causal(k @ k.mT)))})
    yield case("heads", {"q": (2, 5, 4), "k": (2, 6, 4), "v": (2, 6, 3), "one": (1, 6, 4)}, {
        "plain": ("attention(q, k, v)", lambda q, k, v, one: attention(q, k, v)),
        "past": ("attention(q, k, v, causal = true)", lambda q, k, v, one: attention(q, k, v, allowed=causal(q @ k.mT))),
        "one_key_head": ("attention(q, one, one)", lambda q, k, v, one: attention(q, one, one))})
    yield case("masks", {"q": (5, 4), "k": (6, 4), "v": (6, 3), "mk": (6,), "mq": (5, 6), "m1": (1, 6)}, {
        "keys": ("attention(q, k, v, mk == 1)", lambda q, k, v, mk, mq, m1: attention(q, k, v, allowed=mk[:, None] == 1)),
        "pairs": ("attention(q, k, v, mask = mq == 1)", lambda q, k, v, mk, mq, m1: attention(q, k, v, allowed=mq == 1)),
        "row": ("attention(q, k, v, mask = m1 == 1)", lambda q, k, v, mk, mq, m1: attention(q, k, v, allowed=m1 == 1)),
        "both": ("attention(q, k, v, mask = mk == 1, causal = true)",
                 lambda q, k, v, mk, mq, m1: attention(q, k, v, allowed=(mk[:, None] == 1) & causal(q @ k.mT))),
        "weights": ("attention_weights(q, k, mask = mq == 1)", lambda q, k, v, mk, mq, m1: weights(q, k, allowed=mq == 1))}, rows=(1, 3, 9))
    yield case("masks_of_heads", {"q": (2, 5, 4), "k": (2, 6, 4), "v": (2, 6, 3), "mk": (6,), "mq": (5, 6), "m4": (1, 1, 6), "mh": (2, 5, 1)}, {
        "keys": ("attention(q, k, v, mk == 1)", lambda q, k, v, mk, mq, m4, mh: attention(q, k, v, allowed=mk[:, None, None] == 1)),
        "pairs": ("attention(q, k, v, mq == 1)", lambda q, k, v, mk, mq, m4, mh: attention(q, k, v, allowed=mq[:, None] == 1)),
        "full": ("attention(q, k, v, m4 == 1)", lambda q, k, v, mk, mq, m4, mh: attention(q, k, v, allowed=m4 == 1)),
        "queries": ("attention(q, k, v, mh == 1)", lambda q, k, v, mk, mq, m4, mh: attention(q, k, v, allowed=mh == 1))})
    yield case("added", {"q": (2, 5, 4), "k": (2, 6, 4), "v": (2, 6, 3), "bias": (2, 5, 6), "shared": (6,)}, {
        "pairs": ("attention(q, k, v, bias)", lambda q, k, v, bias, shared: attention(q, k, v, added=bias)),
        "keys": ("attention(q, k, v, mask = shared)", lambda q, k, v, bias, shared: attention(q, k, v, added=shared[:, None, None])),
        "no_batch": ("attention(q, k, v, mask = mean(bias, axis = (0, 1)))", lambda q, k, v, bias, shared: attention(q, k, v, added=bias.mean((0, 1))))})
    yield case("large_scores", {"q": (3, 4), "k": (3, 4), "m": (3,)}, {
        "stable": ("attention(q * 30, k * 30, k)", lambda q, k, m: attention(q * 30, k * 30, k)),
        "masked": ("attention(q * 30, k * 30, k, m == 1)", lambda q, k, m: attention(q * 30, k * 30, k, allowed=m[:, None] == 1))})
    yield trained()


def trained():
    """One head with weights, padded sequences, and a loss."""
    source = model("Attend", "input x: f32[batch, 6, 5]", "input m: i32[batch, 6]", "target t: f32[batch, 6, 3]",
                   "trunk q = x -> linear(4)", "trunk k = x -> linear(4)", "trunk v = x -> linear(4)",
                   "trunk a = attention(q, k, v, m == 1, dropout = 0.0)", "head out = a -> linear(3)",
                   "loss fit = mse(out, t)", "minimize fit", "optimizer adam(lr = 0.01)")

    def twin(p, d):
        q, k, v = (linear(p, name, d["x"]) for name in "qkv")
        out = linear(p, "out", attention(q, k, v, allowed=d["m"][:, None] == 1))
        return Outcome({"out": out}, {"fit": reduced(mse, out, d["t"])})

    def draw(random, n):
        m = (random.uniform(n, 6) < 0.7).astype("int32")
        m[0] = 0
        return {"x": random.normal(n, 6, 5), "m": m, "t": random.normal(n, 6, 3)}

    parameters = shapes_of("q", 5, 4) | shapes_of("k", 5, 4) | shapes_of("v", 5, 4) | shapes_of("out", 4, 3)
    return Case("trained", source, parameters, twin, batches(draw, 1, 5), {"fit": 1.0}, lambda tensors: torch.optim.Adam(tensors, lr=0.01))


GROUPS = {"attention": list(attentions())}
