"""make_data.py: wrote members.csv and ties.csv (from NetworkX's copy of Zachary's network) and train.npz and test.npz (simulated) once.

The tests need neither this file nor NetworkX.
"""
import csv
import pathlib

import networkx as nx
import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent


def karate():
    club = nx.karate_club_graph()
    instructor, president = 0, 33
    officers = {member for member in club if club.nodes[member]["club"] == "Officer"}
    measured = np.random.RandomState(1977).permutation(34) < 17
    with open(FOLDER / "members.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["member", "club", "known", "share", "measured"])
        for member in range(34):
            known = member in (instructor, president)
            share = sum(friend in officers for friend in club[member]) / len(club[member])
            rows.writerow([member, int(member in officers), int(known), f"{share:.6g}", int(measured[member])])
    with open(FOLDER / "ties.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["tie.0", "tie.1"])
        rows.writerows(sorted([*club.edges(), *((b, a) for a, b in club.edges())]))


def ties_of(random, kind):
    """A ring, a star, or two groups in which all know each other, with one tie between them; now and then one more."""
    n = random.randint(6, 12)
    if kind == 0:
        ties = {(i, (i + 1) % n) for i in range(n)}
    elif kind == 1:
        ties = {(0, i) for i in range(1, n)}
    else:
        half = n // 2
        ties = {(i, j) for i in range(n) for j in range(i + 1, n) if (i < half) == (j < half)} | {(0, n - 1)}
    a, b = random.permutation(n)[:2]
    if random.rand() < 0.5 and (a, b) not in ties and (b, a) not in ties:
        ties.add((a, b))
    name = random.permutation(n)
    return n, [(name[a], name[b]) for a, b in sorted(ties)]


def discussions(random, count):
    activity, answer, text, kinds, ratings, nodes, edges = [], [], [], [], [], [0], [0]
    for i in range(count):
        kind = i % 3
        n, ties = ties_of(random, kind)
        words = random.standard_normal(6)
        activity.append(random.standard_normal((n, 2)))
        answer += ties + [(b, a) for a, b in ties]
        text.append(words)
        kinds.append(kind)
        ratings.append([0.6 * words[0] - 0.4 * words[1] * (kind == 2) + 0.1 * (n - 8) + 0.05 * random.standard_normal()])
        nodes.append(nodes[-1] + n)
        edges.append(edges[-1] + 2 * len(ties))
    return {"activity": np.concatenate(activity).astype(np.float32), "answer": np.array(answer, np.int64), "text": np.array(text, np.float32),
            "kind": np.array(kinds, np.int64), "rating": np.array(ratings, np.float32),
            "nodes.offsets": np.array(nodes, np.int64), "edges.offsets": np.array(edges, np.int64)}


karate()
draw = np.random.RandomState(22)
np.savez(FOLDER / "train.npz", **discussions(draw, 210))
np.savez(FOLDER / "test.npz", **discussions(draw, 60))
