"""data.py FILE: simulated impressions. A hidden factorization machine decides which of them are clicked."""
import sys

import numpy as np

ROWS, FIELDS, PER_FIELD, K = 2000, 6, 10, 3

random = np.random.RandomState(7)
feature = random.randint(0, PER_FIELD, (ROWS, FIELDS)) + PER_FIELD * np.arange(FIELDS)
weights, factors = random.normal(0, 0.7, FIELDS * PER_FIELD), random.normal(0, 0.7, (FIELDS * PER_FIELD, K))
v = factors[feature]
pairs = 0.5 * (v.sum(1) ** 2 - (v ** 2).sum(1)).sum(1)
logit = weights[feature].sum(1) + pairs
clicked = random.uniform(size=ROWS) < 1 / (1 + np.exp(-logit))
np.savez(sys.argv[1], feature=feature.astype(np.int64), clicked=clicked.astype(np.float32)[:, None])
