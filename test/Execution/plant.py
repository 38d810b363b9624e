"""plant.py GROUP OUTPUT (--scale NAME --by FACTOR | --rename NAME --to NAME): the group's numbers with one fault."""
import argparse
import pathlib

import tensors

parser = argparse.ArgumentParser()
parser.add_argument("group")
parser.add_argument("output")
parser.add_argument("--scale")
parser.add_argument("--by", type=float)
parser.add_argument("--rename")
parser.add_argument("--to")
arguments = parser.parse_args()
arrays = tensors.load(pathlib.Path(__file__).parent / "Inputs" / f"{arguments.group}.safetensors.gz")
if arguments.scale:
    changed = arrays[arguments.scale].copy()
    changed.flat[-1] += arguments.by * abs(changed).max()
    arrays[arguments.scale] = changed
else:
    arrays[arguments.to] = arrays.pop(arguments.rename)
tensors.save(arguments.output, arrays)
