"""Makes train.npz and test.npz from scikit-learn's bundled copy of the UCI handwritten digits.

The arrays are stored uncompressed, so that a program without a zip library can read them; git compresses them anyway.
Ran once; the two files are committed, so nothing needs scikit-learn to build, test or train.
    python3 export.py            (numpy and scikit-learn)
"""
import pathlib

import numpy as np
from sklearn.datasets import load_digits

TRAIN_SAMPLES = 1437  # 80 % of 1,797; the other 360 are held out
SEED = 2026


def tensors(images, labels):
    """The two inputs, the class and the regression target of every sample."""
    ink = images.sum(axis=(1, 2), dtype=np.float64)
    columns = np.arange(8) - 3.5  # pixel columns, counted from the middle of the image
    centre = (images.sum(axis=1, dtype=np.float64) * columns).sum(axis=1) / ink
    scaled = (images / 16).astype(np.float32)  # pixels are whole numbers from 0 to 16
    return {
        "left": scaled[:, :, :4].reshape(-1, 32),
        "right": scaled[:, :, 4:].reshape(-1, 32),
        "label": labels.astype(np.int64),
        "centre": centre.astype(np.float32).reshape(-1, 1),
    }


def main():
    digits = load_digits()
    order = np.random.RandomState(SEED).permutation(len(digits.target))
    here = pathlib.Path(__file__).parent
    parts = {"train.npz": order[:TRAIN_SAMPLES], "test.npz": order[TRAIN_SAMPLES:]}
    for name, rows in parts.items():
        np.savez(here / name, **tensors(digits.images[rows], digits.target[rows]))
        print(name, len(rows), "samples, per class", np.bincount(digits.target[rows]))


main()
