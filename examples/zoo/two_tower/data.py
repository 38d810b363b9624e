"""data.py FILE: simulated views. Hidden vectors of users, items and topics decide which item a user takes next."""
import sys

import numpy as np

ROWS, USERS, ITEMS, TOPICS, K = 2000, 40, 30, 12, 4

random = np.random.RandomState(11)
users, topics = random.normal(size=(USERS, K)), random.normal(size=(TOPICS, K))
about = random.randint(1, TOPICS, (ITEMS, 3)) * (np.arange(3) < random.randint(1, 4, (ITEMS, 1)))  # of each item; 0 fills up
items = random.normal(size=(ITEMS, K)) + (topics[about] * (about > 0)[..., None]).sum(1)
liking = users @ items.T
liking[:, 0] = -np.inf  # no item
chance = np.exp(liking - liking.max(1, keepdims=True))
chance /= chance.sum(1, keepdims=True)

user = random.randint(0, USERS, ROWS)
taken = np.array([random.choice(ITEMS, 6, p=chance[u]) for u in user])  # five before, and one now
history = taken[:, :5] * (np.arange(5) < random.randint(0, 6, (ROWS, 1)))
item = taken[:, 5]
np.savez(sys.argv[1], user=user, history=history, item=item, topic=about[item])
