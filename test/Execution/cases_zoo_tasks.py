"""The models of examples/zoo that share parts between tasks: parameters by name, every gradient, five optimizer steps."""
import numpy as np
import torch
import torch.nn.functional as F

from cases_metrics import confusion_matrix, r2_score, scores_of_classes
from cases_models import adam, coarse, example
from cases_objectives import class_focal
from twin import Case, Outcome, accuracy, batches, bce_with_logits, chain, l1, linear, mse, reduced, shapes_of


def case(name, shapes, twin, draw, minimize, optimizer=None, rows=(5,)):
    parameters = {}
    for part, sizes, *bias in shapes:
        parameters |= shapes_of(part, *sizes, bias=not bias)
    return Case(name, example(f"zoo/{name}"), parameters, twin, batches(draw, *rows), minimize, optimizer or adam(lr=1e-3),
                draw_parameter=coarse)


def tower(p, name, x):
    return chain(p, name, x, "linear", torch.relu, "linear")


def bits(random, *shape):
    return random.integers(*shape, high=2, dtype=np.float32)


def vae():
    def twin(p, d):
        encoder = torch.relu(linear(p, "encoder.0", d["x"]))
        mu, logvar = linear(p, "mu", encoder), linear(p, "logvar", encoder)
        decoder = torch.relu(linear(p, "decoder.0", mu))  # without random numbers z is the mean
        logits = linear(p, "logits", decoder)
        kl = -0.5 * (1 + logvar - mu ** 2 - logvar.exp())
        rows = len(d["x"])
        return Outcome({"mu": mu, "logvar": logvar, "logits": logits, "reconstruction": logits.sigmoid()},
                       {"fit": bce_with_logits(logits, d["x"]).sum() / rows, "kl": kl.sum() / rows})
    return case("vae", [("encoder.0", (12, 9)), ("mu", (9, 3)), ("logvar", (9, 3)), ("decoder.0", (3, 9)), ("logits", (9, 12))], twin,
                lambda random, n: {"x": random.uniform(n, 12)}, {"fit": 1.0, "kl": 1.0})


def esmm():
    def twin(p, d):
        x = torch.cat([d["user"], d["item"]], 1)
        rate = lambda head, name: linear(p, f"{head}.0", chain(p, name, x, "linear", torch.relu, "linear", torch.relu)).sigmoid()
        ctr, cvr = rate("ctr", "ctr_tower"), rate("cvr", "cvr_tower")
        bce = lambda q, t: -(t * q.log() + (1 - t) * torch.log1p(-q))
        return Outcome({"ctr": ctr, "cvr": cvr, "ctcvr": ctr * cvr},
                       {"clicks": bce(ctr, d["click"]).mean(), "purchases": bce(ctr * cvr, d["purchase"]).mean()})

    def draw(random, n):
        click = bits(random, n, 1)
        return {"user": random.normal(n, 6), "item": random.normal(n, 7), "click": click, "purchase": click * bits(random, n, 1)}
    towers = [(f"{t}_tower.{i}", s) for t in ("ctr", "cvr") for i, s in ((0, (13, 8)), (2, (8, 4)))]
    return case("esmm", towers + [("ctr.0", (4, 1)), ("cvr.0", (4, 1))], twin, draw, {"clicks": 1.0, "purchases": 1.0})


def mix(gate, *experts):
    return sum(gate[:, i:i + 1] * e for i, e in enumerate(experts))


def mmoe():
    def twin(p, d):
        experts = [torch.relu(linear(p, f"expert{i}.0", d["x"])) for i in range(3)]
        gate = lambda task: linear(p, f"{task}_gate.0", d["x"]).softmax(1)
        heads = {f"{t}_logit": chain(p, f"{t}_logit", mix(gate(t), *experts), "linear", torch.relu, "linear") for t in ("income", "married")}
        return Outcome(heads, {f"{t}_loss": reduced(bce_with_logits, heads[f"{t}_logit"], d[t]) for t in ("income", "married")})
    shapes = [(f"expert{i}.0", (10, 6)) for i in range(3)] + [(f"{t}_gate.0", (10, 3), "no bias") for t in ("income", "married")]
    shapes += [(f"{t}_logit.{i}", s) for t in ("income", "married") for i, s in ((0, (6, 4)), (2, (4, 1)))]
    return case("mmoe", shapes, twin, lambda random, n: {"x": random.normal(n, 10), "income": bits(random, n, 1), "married": bits(random, n, 1)},
                {"income_loss": 1.0, "married_loss": 1.0})


def ple():
    def twin(p, d):
        expert = lambda name, x: torch.relu(linear(p, f"{name}.0", x))
        gate = lambda name, x: linear(p, f"{name}.0", x).softmax(1)
        x = d["x"]
        f, s, c = (expert(f"{n}_expert1", x) for n in ("finish", "share", "common"))
        f1, s1, c1 = mix(gate("finish_gate1", x), f, c), mix(gate("share_gate1", x), s, c), mix(gate("common_gate1", x), f, s, c)
        f, s, c = expert("finish_expert2", f1), expert("share_expert2", s1), expert("common_expert2", c1)
        logit = chain(p, "finish_logit", mix(gate("finish_gate2", f1), f, c), "linear", torch.relu, "linear")
        value = chain(p, "share_value", mix(gate("share_gate2", s1), s, c), "linear", torch.relu, "linear")
        hits = ((logit > 0).double() == d["finished"]).double().mean() if not hasattr(logit, "bound") else \
            ((logit.value > 0).double() == d["finished"].value).double().mean()
        return Outcome({"finish_logit": logit, "share_value": value},
                       {"finish_loss": reduced(bce_with_logits, logit, d["finished"]), "share_loss": reduced(mse, value, d["share"])},
                       {"finish_accuracy": hits, "share_error": reduced(l1, value, d["share"])})
    shapes = [(f"{n}_expert{layer}.0", (9 if layer == 1 else 6, 6)) for layer in (1, 2) for n in ("finish", "share", "common")]
    shapes += [(f"{n}_gate{layer}.0", (9 if layer == 1 else 6, 3 if n == "common" else 2), "no bias")
               for layer, n in ((1, "finish"), (1, "share"), (1, "common"), (2, "finish"), (2, "share"))]
    shapes += [(f"{head}.{i}", s) for head in ("finish_logit", "share_value") for i, s in ((0, (6, 4)), (2, (4, 1)))]
    return case("ple", shapes, twin, lambda random, n: {"x": random.normal(n, 9), "finished": bits(random, n, 1), "share": random.uniform(n, 1)},
                {"finish_loss": 1.0, "share_loss": 1.0})


def shared_bottom():
    def twin(p, d):
        bottom = chain(p, "bottom", d["x"], "linear", torch.relu, "linear", torch.relu)
        grade, passed, rate = (tower(p, n, bottom) for n in ("grade_value", "pass_logit", "visit_rate"))
        found, true = (x.value if hasattr(x, "bound") else x.detach() for x in (passed, d["passed"]))
        found = (found > 0).double()
        total = (found + true).sum()
        return Outcome({"grade_value": grade, "pass_logit": passed, "visit_rate": rate},
                       {"grade_loss": reduced(mse, grade, d["grade"]), "pass_loss": reduced(bce_with_logits, passed, d["passed"]),
                        "visit_loss": F.poisson_nll_loss(rate, d["visits"])},
                       {"pass_f1": 2 * (found * true).sum() / total if total > 0 else torch.tensor(float("nan"))})
    shapes = [("bottom.0", (10, 8)), ("bottom.2", (8, 8))]
    shapes += [(f"{n}.{i}", s) for n in ("grade_value", "pass_logit", "visit_rate") for i, s in ((0, (8, 5)), (2, (5, 1)))]
    return case("shared_bottom", shapes, twin,
                lambda random, n: {"x": random.normal(n, 10), "grade": random.normal(n, 1), "passed": bits(random, n, 1),
                                   "visits": random.integers(n, 1, high=5, dtype=np.float32)},
                {"grade_loss": 1.0, "pass_loss": 1.0, "visit_loss": 0.5})


def sentiment():
    def twin(p, d):
        both = torch.cat([torch.relu(linear(p, "image_fc.0", d["image"])), torch.relu(linear(p, "text_fc.0", d["text"]))], 1)
        fused = torch.relu(linear(p, "fused.0", both))
        logits, strength = linear(p, "sentiment", fused), linear(p, "intensity.0", fused).sigmoid()
        known, seen = d["mood"] >= 0, ~d["strength"].isnan()
        smooth = lambda x, t: F.cross_entropy(x, t, reduction="none", label_smoothing=0.1)
        return Outcome({"sentiment": logits, "intensity": strength, "probability": logits.softmax(1)},
                       {"mood_loss": reduced(smooth, logits, d["mood"], known), "strength_loss": reduced(mse, strength, d["strength"], seen)},
                       {"mood_accuracy": accuracy(logits[known], d["mood"][known]) if known.any() else torch.tensor(float("nan"))})

    def draw(random, n):
        strength = random.uniform(n, 1)
        strength[random.uniform(n) < 0.3] = np.nan
        return {"image": random.normal(n, 10), "text": random.normal(n, 8), "mood": random.integers(n, low=-1, high=3), "strength": strength}
    return case("sentiment", [("image_fc.0", (10, 8)), ("text_fc.0", (8, 8)), ("fused.0", (16, 8)), ("sentiment", (8, 3)), ("intensity.0", (8, 1))],
                twin, draw, {"mood_loss": 1.0, "strength_loss": 1.0}, lambda tensors: torch.optim.AdamW(tensors, lr=1e-3))


def three_inputs():
    def twin(p, d):
        parts = [chain(p, f"{n}_fc", d[n], "linear", torch.relu, "linear", torch.relu) for n in ("image", "text", "audio")]
        both = torch.relu(linear(p, "combined_fc.0", torch.cat(parts, 1)))
        logits, score = linear(p, "classifier", both), linear(p, "regressor", both)
        z = logits.value if hasattr(logits, "bound") else logits.detach()
        place = (z > z.gather(1, d["label"].unsqueeze(1))).sum(1)
        return Outcome({"classifier": logits, "regressor": score},
                       {"classification": class_focal(0.25, 2.0)(logits, d["label"]).mean(), "regression": F.huber_loss(score, d["score"], delta=0.5)},
                       {"accuracy": accuracy(logits, d["label"]), "among_two": (place < 2).double().mean()})
    shapes = [("image_fc.0", (8, 8)), ("image_fc.2", (8, 6)), ("text_fc.0", (7, 6)), ("text_fc.2", (6, 4)), ("audio_fc.0", (6, 6)), ("audio_fc.2", (6, 4)),
              ("combined_fc.0", (14, 8)), ("classifier", (8, 4)), ("regressor", (8, 1))]
    return case("three_inputs", shapes, twin,
                lambda random, n: {"image": random.normal(n, 8), "text": random.normal(n, 7), "audio": random.normal(n, 6),
                                   "label": random.integers(n, high=4), "score": random.normal(n, 1)},
                {"classification": 1.0, "regression": 0.5})


def classifier_regressor():
    weights = torch.tensor([1.0, 2.0, 4.0]).double()

    def twin(p, d):
        body = chain(p, "body", d["x"], "linear", torch.tanh, "linear", torch.tanh)
        logits, mean, logvar = linear(p, "logits", body), linear(p, "mean", body), linear(p, "logvar", body)
        z = logits.value if hasattr(logits, "bound") else logits.detach()
        rare, hot = d["label"] == 2, lambda label: F.one_hot(label, 3).double()
        one, table = torch.ones(len(z), 1), confusion_matrix(z.argmax(1), d["label"], torch.ones(len(z)), 3)
        return Outcome({"logits": logits, "mean": mean, "logvar": logvar, "probability": logits.softmax(1)},
                       {"classification": F.cross_entropy(logits, d["label"], weight=weights), "regression": F.gaussian_nll_loss(mean, d["value"], logvar.exp())},
                       {"accuracy": accuracy(logits, d["label"]), "mistakes": table.diag().sum() / table.sum(), "mistakes.counts": table,
                        "f1": scores_of_classes("f1", hot(z.argmax(1)), hot(d["label"]), one, "macro"),
                        "fit": r2_score(mean, d["value"], torch.ones(len(z), dtype=torch.bool), None),
                        "rare": (z.argmax(1) == 2)[rare].double().mean() if rare.any() else torch.tensor(float("nan"))})
    return case("classifier_regressor", [("body.0", (9, 8)), ("body.2", (8, 8)), ("logits", (8, 3)), ("mean", (8, 1)), ("logvar", (8, 1))], twin,
                lambda random, n: {"x": random.normal(n, 9), "label": random.integers(n, high=3), "value": random.normal(n, 1)},
                {"classification": 1.0, "regression": 1.0}, lambda tensors: torch.optim.SGD(tensors, lr=0.01, momentum=0.9))


def tarnet():
    def twin(p, d):
        rep = chain(p, "rep", d["x"], "linear", F.elu, "linear", F.elu)
        y0, y1 = (chain(p, n, rep, "linear", F.elu, "linear") for n in ("y0", "y1"))
        arm = lambda y, t: reduced(mse, y, d["outcome"], d["treated"] == t, d["w"], "batch_mean")
        squares = lambda n: sum((w * w).sum() for name, w in p.items() if name.startswith(n + ".") and w.dim() > 1)
        return Outcome({"y0": y0, "y1": y1, "effect": y1 - y0},
                       {"control": arm(y0, 0), "treatment": arm(y1, 1), "l2_y0": squares("y0"), "l2_y1": squares("y1")})

    def draw(random, n):
        return {"x": random.normal(n, 8), "treated": random.integers(n, high=2, dtype=np.int32), "outcome": random.normal(n, 1),
                "w": random.uniform(n, low=0.5, high=2)}
    shapes = [("rep.0", (8, 7)), ("rep.2", (7, 7))] + [(f"{n}.{i}", s) for n in ("y0", "y1") for i, s in ((0, (7, 7)), (2, (7, 1)))]
    return case("tarnet", shapes, twin, draw, {"control": 1.0, "treatment": 1.0, "l2_y0": 1e-4, "l2_y1": 1e-4})


GROUPS = {"zoo_tasks": [vae(), esmm(), mmoe(), ple(), shared_bottom(), sentiment(), three_inputs(), classifier_regressor(), tarnet()]}
