"""Reads the JSON of `mimo eval --json` and prints the demo's two figures."""
import json
import sys

with open(sys.argv[1]) as file:
    metrics = json.load(file)["metrics"]
print(f"test accuracy {100 * metrics['accuracy']:.1f} %")
print(f"error of the ink's middle {metrics['error']:.3f} pixels")
