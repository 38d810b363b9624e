"""Prints the program that stands in the opening comment of a generated header."""
import sys

with open(sys.argv[1]) as header:
    comment = header.read().split("*/")[0]
lines = [line[3:] for line in comment.split("\n")]
print("\n".join(lines[lines.index(next(line for line in lines if line.startswith("#include"))):]))
