"""The transformer of examples/zoo, layer by layer as nn.TransformerEncoder computes it, and what else std:attention and std:mlp hold."""
import pathlib

import torch
import torch.nn.functional as F

from bounded import Bounded
from cases_attention import attention
from twin import Case, Outcome, accuracy, batches, cross_entropy, linear, mse, reduced, shapes_of

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "zoo" / "transformer" / "model.mimo"
WORDS, LENGTH, WIDTH, HEADS, HIDDEN, CLASSES = 40, 10, 16, 2, 32, 3


def layernorm(p, name, x):
    d = x - x.mean(-1, keepdim=True)
    return d / ((d * d).mean(-1, keepdim=True) + 1e-5).sqrt() * p[f"{name}.weight"] + p[f"{name}.bias"]


def heads_of(x):
    return x.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)


def encoder(p, name, x, seen):
    qkv = linear(p, f"{name}.self_attn.in_proj", x)
    q, k, v = (heads_of(qkv[..., i * WIDTH:(i + 1) * WIDTH]) for i in range(3))
    y = attention(q, k, v, allowed=seen[:, None, None])
    a = layernorm(p, f"{name}.norm1", x + linear(p, f"{name}.self_attn.out_proj", y.transpose(1, 2).flatten(2)))
    return layernorm(p, f"{name}.norm2", a + linear(p, f"{name}.linear2", torch.relu(linear(p, f"{name}.linear1", a))))


def like_pytorch(p, name, x, seen):
    """What nn.TransformerEncoderLayer gives with these parameters."""
    layer = torch.nn.TransformerEncoderLayer(WIDTH, HEADS, HIDDEN, dropout=0.0, batch_first=True)
    own = {key: p[f"{name}.{key.replace('in_proj_', 'in_proj.')}"] for key, _ in layer.named_parameters()}
    return torch.func.functional_call(layer, own, (x,), {"src_key_padding_mask": ~seen})


def twin(p, d):
    text, seen = d["text"], d["text"] != 0
    x = F.embedding(text, p["token.weight"]) + p["position"]
    for layer in ("encoded.0", "encoded.1"):
        y = encoder(p, layer, x, seen)
        if not isinstance(y, Bounded):
            assert torch.allclose(y, like_pytorch(p, layer, x, seen))
        x = y
    pooled = (x * seen[:, :, None].double()).sum(1) / seen.double().sum(1, keepdim=True)
    logits = linear(p, "logits", pooled)
    return Outcome({"logits": logits}, {"fit": reduced(cross_entropy, logits, d["label"])}, {"accuracy": accuracy(logits, d["label"])})


def layer_shapes(name):
    return (shapes_of(f"{name}.self_attn.in_proj", WIDTH, 3 * WIDTH) | shapes_of(f"{name}.self_attn.out_proj", WIDTH, WIDTH)
            | shapes_of(f"{name}.linear1", WIDTH, HIDDEN) | shapes_of(f"{name}.linear2", HIDDEN, WIDTH)
            | {f"{name}.{norm}.{leaf}": (WIDTH,) for norm in ("norm1", "norm2") for leaf in ("weight", "bias")})


def draw_parameter(random, name, shape):
    if "norm" in name and name.endswith("weight"):
        return 1 + random.normal(*shape, scale=0.1)
    return random.normal(*shape, scale=0.5) if name in ("token.weight", "position") else random.weights(shape)


def draw(random, n):
    lengths = random.integers(n, 1, low=1, high=LENGTH + 1)
    text = random.integers(n, LENGTH, low=1, high=WORDS)
    for row in range(n):
        text[row, lengths[row, 0]:] = 0
    return {"text": text, "label": random.integers(n, high=CLASSES)}


def transformer():
    parameters = ({"token.weight": (WORDS, WIDTH), "position": (LENGTH, WIDTH)} | layer_shapes("encoded.0") | layer_shapes("encoded.1")
                  | shapes_of("logits", WIDTH, CLASSES))
    return Case("transformer", SOURCE.read_text(), parameters, twin, batches(draw, 1, 6), {"fit": 1.0},
                lambda tensors: torch.optim.Adam(tensors, lr=5e-3), draw_parameter=draw_parameter)


PRENORM = """import "std:attention"
import "std:mlp"

model Prenorm {
  input x: f32[batch, 5, 8]
  input m: i32[batch, 5]
  target y: f32[batch, 2]
  trunk e = x -> prenorm_encoder_layer(m == 1, 8, 2, 12, causal = true)
  head h = e -> flatten -> mlp(6, 2, depth = 2)
  loss fit = mse(h, y)
  minimize fit
}
"""


def split_heads(x):
    return x.unflatten(-1, (2, 4)).transpose(1, 2)


def prenorm_twin(p, d):
    x, seen = d["x"], d["m"] == 1
    allowed = seen[:, None, None] & torch.ones(5, 5, dtype=torch.bool).tril()
    qkv = linear(p, "e.self_attn.in_proj", layernorm(p, "e.norm1", x))
    q, k, v = (split_heads(qkv[..., i * 8:(i + 1) * 8]) for i in range(3))
    a = x + linear(p, "e.self_attn.out_proj", attention(q, k, v, allowed=allowed).transpose(1, 2).flatten(2))
    e = a + linear(p, "e.linear2", F.gelu(linear(p, "e.linear1", layernorm(p, "e.norm2", a))))
    if not isinstance(e, Bounded):
        layer = torch.nn.TransformerEncoderLayer(8, 2, 12, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        own = {key: p[f"e.{key.replace('in_proj_', 'in_proj.')}"] for key, _ in layer.named_parameters()}
        hidden = {"src_mask": ~torch.ones(5, 5, dtype=torch.bool).tril(), "src_key_padding_mask": ~seen}
        assert torch.allclose(e, torch.func.functional_call(layer, own, (x,), hidden))
    h = e.flatten(1)
    for name in ("h.1.hidden.0.0", "h.1.hidden.1.0"):
        h = torch.relu(linear(p, name, h))
    h = linear(p, "h.1.out", h)
    return Outcome({"h": h}, {"fit": reduced(mse, h, d["y"])})


def prenorm():
    shapes = (shapes_of("e.self_attn.in_proj", 8, 24) | shapes_of("e.self_attn.out_proj", 8, 8) | shapes_of("e.linear1", 8, 12)
              | shapes_of("e.linear2", 12, 8) | {f"e.{norm}.{leaf}": (8,) for norm in ("norm1", "norm2") for leaf in ("weight", "bias")}
              | shapes_of("h.1.hidden.0.0", 40, 6) | shapes_of("h.1.hidden.1.0", 6, 6) | shapes_of("h.1.out", 6, 2))

    def draw_rows(random, n):
        seen = (random.uniform(n, 5) < 0.7).astype("int32")
        seen[:, 0] = 1  # every query sees something
        return {"x": random.normal(n, 5, 8), "m": seen, "y": random.normal(n, 2)}
    return Case("prenorm", PRENORM, shapes, prenorm_twin, batches(draw_rows, 1, 4), {"fit": 1.0}, draw_parameter=draw_parameter)


GROUPS = {"transformer": [transformer(), prenorm()]}
