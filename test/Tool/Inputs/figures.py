"""figures.py draw FILE | figures.py check FILE JSON...: data for figures.mimo, and whether `mimo eval --json` says of it what NumPy does."""
import json
import sys

import numpy as np


def draw(path):
    random = np.random.RandomState(2)
    rows = 203
    labels, measured = random.randint(-1, 3, rows), random.standard_normal(rows)
    measured[random.uniform(size=rows) < 0.3] = np.nan
    np.savez(path, x=random.randint(-4, 5, (rows, 3)).astype(np.float32), k=labels, y=measured.astype(np.float32),
             tags=random.randint(0, 2, (rows, 3)).astype(np.float32), keep=random.randint(0, 2, rows).astype(np.int32))


def area(score, positive):
    """Pair by pair."""
    difference = score[positive][:, None] - score[~positive][None, :]
    return ((difference > 0) + 0.5 * (difference == 0)).mean()


def expected(data):
    x, k, y, tags, keep = (data[name] for name in ("x", "k", "y", "tags", "keep"))
    seen, known = k >= 0, ~np.isnan(y)
    table = np.zeros((3, 3))
    np.add.at(table, (k[seen], x[seen].argmax(1)), 1)
    hits, predicted, actual = table.diagonal(), table.sum(0), table.sum(1)
    t, d = y[known].astype(np.float64), (y[known] - x[known, 0]).astype(np.float64)
    metrics = {"table": hits.sum() / table.sum(), "macro": np.mean(2 * hits / (predicted + actual)), "spread": 1 - (d ** 2).sum() / ((t - t.mean()) ** 2).sum(),
               "error": np.sqrt((d ** 2).mean())}
    areas = {f"logits.{i}": area(x[keep != 0, i], tags[keep != 0, i] > 0.5) for i in range(3)} | {"first": area(x[seen, 0], k[seen] > 0.5)}
    return metrics, areas, table.tolist()


def check(path, *reports):
    metrics, areas, table = expected(np.load(path))
    for report in (json.load(open(name)) for name in reports):
        assert report["metrics"].pop("nobody") is None and report["rows"] == 203, report
        assert report["tables"] == {"table": table}, (report["tables"], table)
        assert report["auc"] == areas, (report["auc"], areas)
        for name, value in report["metrics"].items():
            assert abs(value - metrics[name]) <= 1e-6 * abs(metrics[name]), (name, value, metrics[name])
        assert report["metrics"].keys() == metrics.keys()
    print("as NumPy has it")


{"draw": draw, "check": check}[sys.argv[1]](*sys.argv[2:])
