"""Sums up the parameters of the mimo.model on standard input."""
import math
import re
import sys

shapes = re.findall(r'mimo\.param "[^"]+".* : tensor<((?:\d+x)*)f\d+>', sys.stdin.read())
print(sum(math.prod(int(size) for size in shape.split("x")[:-1]) for shape in shapes), "parameters")
