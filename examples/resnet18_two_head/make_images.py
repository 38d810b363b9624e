"""Draws pictures of shapes with colour and depth: make_images.py FOLDER [TRAIN [TEST [COLOURS]]]. Needs NumPy only.

SIMULATED. Each picture shows one of five shapes, turned by -60 to 60 degrees, of any size, place and colour, in front of a wall of other
colours that is farther away and leans. In a quarter of them the shape has the colours of the wall and only the depth tells it apart; in
another quarter it is painted on the wall, and only the colours do. Writes

    FOLDER/<part>/rgb0000.png     colours, 8 bits
    FOLDER/<part>/depth0000.png   distance, 16 bits, 0 near to 65535 far
    FOLDER/<part>.csv             rgb, depth, label (the place in SHAPES), angle (radians)

for the parts `train`, in which a third of the labels and, independently, a third of the angles are missing (their cells are empty), `test`, in
which none is, and `colours`, for colours.mimo: other pictures, whose colours all show the shape, without depth and angles.
"""
import pathlib
import struct
import sys
import zlib

import numpy as np

SIDE, FINER = 64, 3  # pixels; samples along each side of a pixel
MISSING = 1 / 3
SEED = 2026

# Whether a place belongs to the shape: u to the right, v up, both about -1 to 1.
SHAPES = {
    "triangle": lambda u, v: (np.abs(u) <= 0.4 * (1 - v)) & (v >= -1),
    "bar": lambda u, v: (np.abs(u) <= 0.3) & (np.abs(v) <= 1),
    "half disc": lambda u, v: (u * u + v * v <= 1) & (v >= 0),
    "T": lambda u, v: ((np.abs(v - 0.7) <= 0.3) & (np.abs(u) <= 0.9)) | ((np.abs(u) <= 0.28) & (np.abs(v) <= 1)),
    "L": lambda u, v: ((np.abs(u + 0.5) <= 0.28) & (np.abs(v) <= 1)) | ((np.abs(v + 0.72) <= 0.28) & (np.abs(u) <= 0.78)),
}


def coverage(shape, angle, size, middle):
    """The share of each pixel that the shape covers, [SIDE, SIDE]."""
    places = (np.arange(SIDE * FINER) + 0.5) / FINER / SIDE
    x, y = places[None, :] - middle[0], middle[1] - places[:, None]
    u, v = (np.cos(angle) * x + np.sin(angle) * y) / size, (np.cos(angle) * y - np.sin(angle) * x) / size
    return SHAPES[shape](u, v).reshape(SIDE, FINER, SIDE, FINER).mean((1, 3))


def lean(random, low, high):
    """Values from low to high on a plane that leans somewhere, [SIDE, SIDE, 1]."""
    direction = random.uniform(0, 2 * np.pi)
    places = np.arange(SIDE) / SIDE - 0.5
    plane = np.cos(direction) * places[None, :] + np.sin(direction) * places[:, None] + 0.5
    return (low + (high - low) * np.clip(plane, 0, 1))[..., None]


def draw(random, shape, angle, hidden=0.25):
    """Colours [SIDE, SIDE, 3] and depth [SIDE, SIDE, 1], both in [0, 1]. `hidden` is how often the one or the other does not show the shape."""
    cover = coverage(shape, angle, random.uniform(0.25, 0.36), random.uniform(0.38, 0.62, 2))[..., None]
    wall, other = random.uniform(0.1, 0.9, (2, 3))
    background = wall + (other - wall) * lean(random, 0, 1)
    kind, middle = random.uniform(), (wall + other) / 2
    colour = background if kind < hidden else middle + np.where(middle < 0.5, 1, -1) * random.uniform(0.2, 0.5, 3)
    rgb = background * (1 - cover) + colour * cover + 0.03 * random.standard_normal((SIDE, SIDE, 3))
    far = lean(random, 0.6, 0.85)
    nearer = 0 if kind > 1 - hidden else random.uniform(0.1, 0.4)
    depth = far - nearer * cover + 0.01 * random.standard_normal((SIDE, SIDE, 1))
    return np.clip(rgb, 0, 1), np.clip(depth, 0, 1)


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(pixels):
    """The file of a picture of whole numbers, [height, width, channels]: 8 bits for three channels, 16 for one."""
    height, width, channels = pixels.shape
    kind = (8, 2) if channels == 3 else (16, 0)
    lines = b"".join(b"\0" + row.astype("u1" if channels == 3 else ">u2").tobytes() for row in pixels)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, *kind, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def write(folder, part, count, missing, deep=True):
    random = np.random.RandomState([SEED, len(part)])  # another stream for each part
    (folder / part).mkdir(parents=True, exist_ok=True)
    table = ["rgb,depth,label,angle" if deep else "rgb,label"]
    for i in range(count):
        label, angle = random.randint(len(SHAPES)), random.uniform(-np.pi / 3, np.pi / 3)
        pictures = dict(zip(("rgb", "depth"), draw(random, list(SHAPES)[label], angle, 0.25 if deep else 0)))
        names = {kind: f"{part}/{kind}{i:04}.png" for kind in (pictures if deep else ["rgb"])}
        for kind, name in names.items():
            (folder / name).write_bytes(png(np.rint(pictures[kind] * (255 if kind == "rgb" else 65535))))
        answers = [str(label), f"{angle:.5f}"] if deep else [str(label)]
        table.append(",".join([*names.values(), *("" if random.uniform() < missing else answer for answer in answers)]))
    (folder / f"{part}.csv").write_text("\n".join(table) + "\n")


def main(folder, train=1200, test=300, colours=2000):
    write(pathlib.Path(folder), "train", int(train), MISSING)
    write(pathlib.Path(folder), "test", int(test), 0)
    write(pathlib.Path(folder), "colours", int(colours), 0, deep=False)


main(*sys.argv[1:])
