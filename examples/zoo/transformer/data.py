"""data.py FILE: simulated texts. One word of every class stands in each; the class of the first decides."""
import sys

import numpy as np

ROWS, LENGTH, WORDS, CLASSES = 1000, 10, 40, 3

random = np.random.RandomState(7)
text = random.randint(CLASSES + 1, WORDS, (ROWS, LENGTH))
lengths = random.randint(CLASSES, LENGTH + 1, ROWS)
label = np.zeros(ROWS, np.int64)
for row, length in enumerate(lengths):
    order = random.permutation(CLASSES)
    text[row, np.sort(random.permutation(length)[:CLASSES])] = 1 + order
    text[row, length:] = 0  # fills up
    label[row] = order[0]
np.savez(sys.argv[1], text=text, label=label)
