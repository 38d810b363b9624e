"""Parses each line of the standard input as a list of transforms and prints what is said of it."""
import sys

from mimo_data import MimoData, Refusal

data = MimoData(sys.argv[1])
for line in sys.stdin.read().split("\n"):
    if not line:
        continue
    try:
        data.library.mimo_transforms_free(data.parse(line))
        print(f"{line}: accepted")
    except Refusal as refusal:
        print(f"{line}: {refusal}")
