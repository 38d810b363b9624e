"""What fails only through one line is shrunk to that line and what it needs."""
import sys

import generator
import shrink


def fails(text):
    """Stands for a compiler that is wrong about mean: names have to be declared, as in a model."""
    lines = [line.strip() for line in text.splitlines()]
    return any(line.startswith("mean") or " mean(" in line for line in lines) and any(line.startswith("input") for line in lines)


def main():
    seed = next(seed for seed in range(1, 1000) if fails(generator.generate(seed)) and generator.generate(seed).count("\n") > 25)
    text = shrink.shrink(generator.generate(seed), fails)
    print(text)
    return 0 if fails(text) and text.count("\n") <= 5 else 1


sys.exit(main())
