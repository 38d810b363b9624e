"""falls.py LOG SHARE: the training loss of the last epoch is below SHARE of the first's."""
import csv
import sys

with open(sys.argv[1]) as log:
    rows = list(csv.DictReader(log))
column = next(name for name in rows[0] if "fit" in name)
first, last = float(rows[0][column]), float(rows[-1][column])
print(f"{column}: {first} to {last}")
sys.exit(0 if last < float(sys.argv[2]) * first else 1)
