#!/usr/bin/env python3
"""Writes the data of these tests, which is committed. All of it is simulated: y = 1.5 a - 0.7 b + 0.3."""
import pathlib
import numpy as np

here = pathlib.Path(__file__).parent
draw = np.random.default_rng(0)
x = draw.normal(size=(103, 2))
y = (x @ np.array([1.5, -0.7]) + 0.3)[:, None]
kind = draw.integers(0, 3, 103)
np.savez(here / "line.npz", x=x, y=y, kind=kind)
np.save(here / "x.npy", x)
np.savez(here / "misspelt.npz", X=x, yy=y, kind=kind, other=kind)
np.savez(here / "shape.npz", x=x, y=y[:, 0], kind=kind)
np.savez(here / "rows.npz", x=x, y=y[:100], kind=kind)
np.savez(here / "floats.npz", x=x, y=y, kind=kind.astype(float))
np.savez(here / "nan.npz", x=np.where(np.arange(206).reshape(103, 2) == 77, np.nan, x), y=y, kind=kind)
kind[57] = 9
np.savez(here / "range.npz", x=x, y=y, kind=kind)
