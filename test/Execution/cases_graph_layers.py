"""std:gcn, std:graph_sage and std:gat, from the formulas of their papers; each also against the same in dense matrices or node by node."""
import torch
import torch.nn.functional as F

from bounded import Bounded, value_of
from cases_graphs import BATCHES, SIZES, degree, edges_of, segment_max_of_computed, segment_mean, segment_sum
from twin import Case, Outcome, batches, cross_entropy, linear, mse, model, reduced, shapes_of


def agree(found, expected):
    if not isinstance(found, Bounded):
        assert torch.allclose(found, expected)
    return found


def largest_of(messages, to, n):
    """segment_max where nothing is equal; 0 for a node without messages."""
    received = degree(to, n) > 0
    if len(to) == 0:
        return segment_sum(messages, to, n)
    return torch.where(received.reshape(-1, *[1] * (messages.dim() - 1)), segment_max_of_computed(messages, to, n), 0.0)


# Kipf and Welling 2017: D^-1/2 (A + I) D^-1/2 X W + b

def gcn_conv(p, name, x, edge, weight=None):
    source, to, n = edge[:, 0], edge[:, 1], len(x)
    loops = torch.sqrt((degree(to, n) if weight is None else segment_sum(weight, to, n)) + 1.0)[:, None]
    h = linear(p, f"{name}.lin", x) / loops
    messages = h[source] if weight is None else weight[:, None] * h[source]
    return agree((segment_sum(messages, to, n) + h) / loops + p[f"{name}.bias"], dense_gcn(p, name, x, edge, weight))


def dense_gcn(p, name, x, edge, weight):
    if isinstance(x, Bounded) or any(isinstance(value, Bounded) for value in p.values()):
        return None
    ones = torch.ones(len(edge), dtype=torch.float64) if weight is None else weight
    a = torch.eye(len(x), dtype=torch.float64).index_put((edge[:, 1], edge[:, 0]), ones, accumulate=True)
    root = a.sum(1).rsqrt()
    return (root[:, None] * a * root) @ x @ p[f"{name}.lin.weight"].T + p[f"{name}.bias"]


def gcn():
    source = model("Gcn", *SIZES, "input x: f32[nodes, 4]", "input edge: i64[edges, 2] < nodes", "input weight: f32[edges]", "target label: i64[nodes]",
                   "target y: f32[nodes, 2]", "head logits = x -> gcn(edge, 6, 3, depth = 2, dropout_rate = 0.2)",
                   "head score = x -> weighted_gcn_conv(edge, weight, 2)",
                   "loss kind = cross_entropy(logits, label) where label >= 0", "loss fit = mse(score, y)", "minimize kind + 0.5 * fit",
                   "optimizer sgd(lr = 2e-3, momentum = 0.9)", above='import "std:gcn"\n')
    convs = {"logits.hidden.0.conv": (4, 6), "logits.hidden.1.conv": (6, 6), "logits.out": (6, 3), "score": (4, 2)}
    shapes = {}
    for name, sizes in convs.items():
        shapes |= shapes_of(f"{name}.lin", *sizes, bias=False) | {f"{name}.bias": (sizes[1],)}

    def twin(p, d):
        x, edge = d["x"], d["edge"]
        h = x
        for layer in ("logits.hidden.0.conv", "logits.hidden.1.conv"):
            h = torch.relu(gcn_conv(p, layer, h, edge))
        logits, score = gcn_conv(p, "logits.out", h, edge), gcn_conv(p, "score", x, edge, d["weight"])
        return Outcome({"logits": logits, "score": score},
                       {"kind": reduced(cross_entropy, logits, d["label"], d["label"] >= 0), "fit": reduced(mse, score, d["y"])})

    def draw(random, n):
        m = edges_of(n)
        return {"x": random.normal(n, 4), "edge": random.integers(m, 2, high=n), "weight": random.uniform(m, low=0.1, high=2.0),
                "label": random.integers(n, low=-1, high=3), "y": random.normal(n, 2)}
    return Case("gcn", source, shapes, twin, batches(draw, *BATCHES), {"kind": 1.0, "fit": 0.5}, lambda tensors: torch.optim.SGD(tensors, lr=2e-3, momentum=0.9))


# Hamilton, Ying and Leskovec 2017: W_r x + W_l AGGREGATE(received) + b, rows of length 1 where the algorithm's line 7 is wanted

def sage_conv(p, name, x, received):
    return linear(p, f"{name}.lin_l", received) + linear(p, f"{name}.lin_r", x)


def mean_of(x, edge):
    found = segment_mean(x[edge[:, 0]], edge[:, 1], len(x))
    if isinstance(x, Bounded):
        return found
    rows = [x[edge[edge[:, 1] == node, 0]] for node in range(len(x))]
    return agree(found, torch.stack([part.mean(0) if len(part) else torch.zeros_like(x[0]) for part in rows]))


def unit_rows(y):
    return y / torch.sqrt((y * y).sum(1, keepdim=True))


def graph_sage():
    source = model("Sage", *SIZES, "input x: f32[nodes, 4]", "input edge: i64[edges, 2] < nodes", "target y: f32[nodes, 3]", "target z: f32[nodes, 2]",
                   "head out = x -> graph_sage(edge, 5, 3, depth = 2)", "head pooled = x -> sage_pool_conv(edge, 2, 6, normalize = true)",
                   "loss fit = mse(out, y)", "loss place = mse(pooled, z)", "minimize fit + place", "optimizer sgd(lr = 2e-3, momentum = 0.9)",
                   above='import "std:graph_sage"\n')
    shapes = shapes_of("pooled.lin", 4, 6)
    for name, (inputs, received, units) in {"out.hidden.0.conv": (4, 4, 5), "out.hidden.1.conv": (5, 5, 5), "out.out": (5, 5, 3),
                                            "pooled": (4, 6, 2)}.items():
        shapes |= shapes_of(f"{name}.lin_l", received, units) | shapes_of(f"{name}.lin_r", inputs, units, bias=False)

    def twin(p, d):
        x, edge = d["x"], d["edge"]
        h = x
        for layer in ("out.hidden.0.conv", "out.hidden.1.conv"):
            h = torch.relu(sage_conv(p, layer, h, mean_of(h, edge)))
        out = sage_conv(p, "out.out", h, mean_of(h, edge))
        largest = largest_of(torch.relu(linear(p, "pooled.lin", x))[edge[:, 0]], edge[:, 1], len(x))
        pooled = unit_rows(sage_conv(p, "pooled", x, largest))
        return Outcome({"out": out, "pooled": pooled}, {"fit": reduced(mse, out, d["y"]), "place": reduced(mse, pooled, d["z"])})

    def draw(random, n):
        return {"x": random.normal(n, 4), "edge": random.integers(edges_of(n), 2, high=n), "y": random.normal(n, 3), "z": random.normal(n, 2)}
    return Case("graph_sage", source, shapes, twin, batches(draw, *BATCHES), {"fit": 1.0, "place": 1.0},
                lambda tensors: torch.optim.SGD(tensors, lr=2e-3, momentum=0.9))


# Velickovic et al. 2018: sum of alpha_ij W x_j over what i receives and i itself, alpha_ij = softmax(leaky_relu(a_src W x_j + a_dst W x_i))

def gat_conv(p, name, x, edge, heads, average=False):
    source, to, n = edge[:, 0], edge[:, 1], len(x)
    h = linear(p, f"{name}.lin", x).unflatten(1, (heads, -1))
    of_sender, of_receiver = (h * p[f"{name}.att_src"]).sum(2), (h * p[f"{name}.att_dst"]).sum(2)
    own = F.leaky_relu(of_sender + of_receiver, 0.2)
    along = F.leaky_relu(of_sender[source] + of_receiver[to], 0.2)
    received = largest_of(along, to, n)
    least = value_of(own).detach() if len(to) == 0 else torch.maximum(value_of(received).detach(), value_of(own).detach())
    takes_own = (degree(to, n) == 0)[:, None] | (least == value_of(own).detach())
    largest = torch.where(takes_own, own, received)
    powers, own_power = torch.exp(along - largest[to]), torch.exp(own - largest)
    total = segment_sum(powers, to, n) + own_power
    y = segment_sum(h[source] * (powers / total[to])[:, :, None], to, n) + h * (own_power / total)[:, :, None]
    y = (y.mean(1) if average else y.flatten(1)) + p[f"{name}.bias"]
    if not isinstance(y, Bounded):
        agree(y, node_by_node(p, name, h, of_sender, of_receiver, edge, average))
    return y


def node_by_node(p, name, h, of_sender, of_receiver, edge, average):
    rows = []
    for node in range(len(h)):
        senders = torch.cat([edge[edge[:, 1] == node, 0], torch.tensor([node])])
        alpha = F.leaky_relu(of_sender[senders] + of_receiver[node], 0.2).softmax(0)
        rows.append((alpha[:, :, None] * h[senders]).sum(0))
    y = torch.stack(rows)
    return (y.mean(1) if average else y.flatten(1)) + p[f"{name}.bias"]


def gat():
    source = model("Gat", *SIZES, "input x: f32[nodes, 4]", "input edge: i64[edges, 2] < nodes", "target y: f32[nodes, 3]", "target z: f32[nodes, 2]",
                   "head out = x -> gat(edge, 4, 2, 3)", "head averaged = x -> gat_conv(edge, 2, 3, average = true)",
                   "loss fit = mse(out, y)", "loss place = mse(averaged, z)", "minimize fit + place", "optimizer sgd(lr = 2e-3, momentum = 0.9)",
                   above='import "std:gat"\n')
    shapes = {}
    for name, (inputs, heads, units, width) in {"out.hidden.0.conv": (4, 2, 4, 8), "out.out": (8, 1, 3, 3), "averaged": (4, 3, 2, 2)}.items():
        shapes |= (shapes_of(f"{name}.lin", inputs, heads * units, bias=False)
                   | {f"{name}.att_src": (heads, units), f"{name}.att_dst": (heads, units), f"{name}.bias": (width,)})

    def twin(p, d):
        x, edge = d["x"], d["edge"]
        h = F.elu(gat_conv(p, "out.hidden.0.conv", x, edge, 2))
        out, averaged = gat_conv(p, "out.out", h, edge, 1), gat_conv(p, "averaged", x, edge, 3, average=True)
        return Outcome({"out": out, "averaged": averaged}, {"fit": reduced(mse, out, d["y"]), "place": reduced(mse, averaged, d["z"])})

    def draw(random, n):
        return {"x": random.normal(n, 4), "edge": random.integers(edges_of(n), 2, high=n), "y": random.normal(n, 3), "z": random.normal(n, 2)}
    return Case("gat", source, shapes, twin, batches(draw, *BATCHES), {"fit": 1.0, "place": 1.0}, lambda tensors: torch.optim.SGD(tensors, lr=2e-3, momentum=0.9))


GROUPS = {"graph_layers": [gcn(), graph_sage(), gat()]}
