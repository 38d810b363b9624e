"""The rules that weigh gradients as their papers state them, on K gradients G [K, n] in float64. NumPy only; slow and plain."""
import itertools

import numpy as np


def pcgrad(gradients, orders=None):
    """Yu et al., NeurIPS 2020, algorithm 1. orders[i] lists the others in the order in which gradient i meets them."""
    result = np.zeros(gradients.shape[1])
    for i, gradient in enumerate(gradients):
        left = gradient.copy()
        for j in range(len(gradients)) if orders is None else orders[i]:
            other = gradients[j]
            if j != i and left @ other < 0:
                left = left - (left @ other) / (other @ other) * other
        result += left
    return result


def project_to_simplex(weights):
    """The nearest point with w >= 0 and sum 1 (Duchi et al., ICML 2008)."""
    ordered = np.sort(weights)[::-1]
    excess = (np.cumsum(ordered) - 1) / np.arange(1, len(weights) + 1)
    return np.maximum(weights - excess[np.nonzero(ordered > excess)[0][-1]], 0)


def descend(start, slope, project, largest, steps=4000):
    """Accelerated projected gradient descent (Beck and Teboulle 2009) with restarts, until it stands still; `largest` bounds the
    curvature."""
    x = y = project(start)
    momentum = 1.0
    for _ in range(steps if largest > 0 else 0):
        after = project(y - slope(y) / largest)
        if (y - after) @ (after - x) > 0:
            momentum = 1.0
        if np.abs(after - x).max() <= 1e-14 * np.abs(x).max():
            break
        grown = (1 + np.sqrt(1 + 4 * momentum ** 2)) / 2
        x, y, momentum = after, after + (momentum - 1) / grown * (after - x), grown
    return x


def largest_eigenvalue(gram):
    return np.linalg.eigvalsh(gram)[-1]


def mgda_by_descent(gradients):
    """The point of least norm in the convex hull."""
    gram = gradients @ gradients.T
    count = len(gram)
    return descend(np.full(count, 1 / count), lambda w: gram @ w, project_to_simplex, largest_eigenvalue(gram)) @ gradients


def mgda(gradients):
    """The same exactly: of the affine hulls of all subsets, the nearest points that lie in the hull of the subset."""
    best = None
    for size in range(1, len(gradients) + 1):
        for subset in itertools.combinations(range(len(gradients)), size):
            corner, edges = gradients[subset[0]], gradients[list(subset[1:])] - gradients[subset[0]]
            shares = np.linalg.lstsq(edges.T, -corner, rcond=None)[0] if size > 1 else np.zeros(0)
            if (shares >= -1e-12).all() and shares.sum() <= 1 + 1e-12:
                point = corner + shares @ edges
                if best is None or point @ point < best @ best:
                    best = point
    return best


def upgrad_by_descent(gradients):
    """The mean of the projections onto {d : G d >= 0}: min v^T G G^T v over v >= e_k."""
    gram = gradients @ gradients.T
    total = np.zeros(gradients.shape[1])
    for k in range(len(gram)):
        lowest = np.eye(len(gram))[k]
        v = descend(lowest, lambda v: gram @ v, lambda v: np.maximum(v, lowest), largest_eigenvalue(gram))
        total += v @ gradients
    return total / len(gram)


def upgrad(gradients):
    """The same exactly: of g_k and every subset, g_k without its part in the subset's span, where that is feasible and nearest."""
    total = np.zeros(gradients.shape[1])
    for gradient in gradients:
        best = gradient
        length = None
        for size in range(0, len(gradients) + 1):
            for subset in itertools.combinations(range(len(gradients)), size):
                chosen = gradients[list(subset)]
                u = np.linalg.lstsq(chosen.T, -gradient, rcond=None)[0] if size else np.zeros(0)
                if (u >= -1e-12).all():
                    point = gradient + u @ chosen
                    if length is None or point @ point < length:
                        best, length = point, point @ point
        total += best
    return total / len(gradients)
