"""data.py FILE: simulated impressions. Hidden vectors of users, items and tags decide which of them are clicked."""
import sys

import numpy as np

ROWS, USERS, ITEMS, TAGS, K = 2000, 50, 40, 30, 4

random = np.random.RandomState(5)
dense = random.normal(size=(ROWS, 5))
user, item = random.randint(0, USERS, ROWS), random.randint(0, ITEMS, ROWS)
tag = random.randint(1, TAGS, (ROWS, 4)) * (np.arange(4) < random.randint(1, 5, (ROWS, 1)))
users, items, tags = (random.normal(size=(n, K)) for n in (USERS, ITEMS, TAGS))
tags[0] = 0
logit = (users[user] * items[item]).sum(1) + (users[user] * tags[tag].sum(1)).sum(1) / 2 + dense[:, 0]
clicked = random.uniform(size=ROWS) < 1 / (1 + np.exp(-logit))
np.savez(sys.argv[1], dense=dense.astype(np.float32), user=user, item=item, tag=tag, clicked=clicked.astype(np.float32)[:, None])
