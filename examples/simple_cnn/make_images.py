"""Writes the digits of ../digits/data as images of 32 x 32: make_images.py DATA FOLDER. Needs NumPy only.

Each digit has 8 x 8 pixels, of which it is made four times as large: bilinear interpolation between the middles of its pixels. The arrays are
stored uncompressed, so that a program without a zip library can read them.
"""
import pathlib
import sys

import numpy as np

SIDE, SCALE = 8, 4


def interpolation():
    """A matrix [32, 8]: row i has the weights of the pixels around place i."""
    places = np.clip((np.arange(SIDE * SCALE) + 0.5) / SCALE - 0.5, 0, SIDE - 1)
    return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(SIDE)))


def main(data, folder):
    folder.mkdir(parents=True, exist_ok=True)
    larger = interpolation()
    for part in ("train", "test"):
        arrays = np.load(data / f"{part}.npz")
        halves = [arrays[half].reshape(-1, SIDE, SIDE // 2) for half in ("left", "right")]
        images = larger @ np.concatenate(halves, axis=2) @ larger.T
        np.savez(folder / f"{part}.npz", image=images[:, None].astype(np.float32), label=arrays["label"])


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
