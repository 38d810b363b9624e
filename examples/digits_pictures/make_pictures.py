"""Writes the digits of ../digits/data as PNG files with tables of labels: make_pictures.py DATA FOLDER. Needs NumPy only."""
import pathlib
import struct
import sys
import zlib

import numpy


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(pixels):
    """The file of a grey picture, an array [height, width] of bytes."""
    height, width = pixels.shape
    lines = b"".join(b"\0" + row.tobytes() for row in pixels)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def main(data, folder):
    for part in ("train", "test"):
        arrays = numpy.load(data / f"{part}.npz")
        halves = [arrays[half].reshape(-1, 8, 4) for half in ("left", "right")]
        digits = numpy.rint(numpy.concatenate(halves, axis=2) * 255).astype("u1")
        (folder / part).mkdir(parents=True, exist_ok=True)
        lines = ["image,label"]
        for i, (digit, label) in enumerate(zip(digits, arrays["label"])):
            (folder / part / f"{i:04}.png").write_bytes(png(digit))
            lines.append(f"{part}/{i:04}.png,{label}")
        (folder / f"{part}.csv").write_text("\n".join(lines) + "\n")


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
