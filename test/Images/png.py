"""Writes PNG files of every kind, so that the tests need no library for it."""
import struct
import zlib

import numpy

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]  # row, column, steps


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def scanlines(pixels, depth):
    """Rows of samples [height, width, channels], each with filter type 0."""
    lines = b""
    for row in pixels:
        samples = row.reshape(-1)
        if depth == 16:
            raw = samples.astype(">u2").tobytes()
        elif depth == 8:
            raw = samples.astype("u1").tobytes()
        else:
            bits = "".join(format(int(sample), f"0{depth}b") for sample in samples)
            bits += "0" * (-len(bits) % 8)
            raw = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
        lines += b"\0" + raw
    return lines


def png(pixels, colours, depth=8, interlaced=False, chunks=b"", after=b"", size=None):
    """The file of whole-numbered samples [height, width, channels]; `chunks` go before the pixels and `after` behind them."""
    height, width = size or pixels.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, int(interlaced))
    data = scanlines(pixels, depth)
    if interlaced:
        passes = [pixels[row::down, column::across] for row, column, down, across in ADAM7]
        data = b"".join(scanlines(part, depth) for part in passes if part.size)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunks + chunk(b"IDAT", zlib.compress(data)) + after
            + chunk(b"IEND", b""))


def save(path, image):
    """A picture [channels, height, width] with values in [0, 1] as a file of 8 bits."""
    pixels = numpy.rint(numpy.asarray(image) * 255).astype("u1").transpose(1, 2, 0)
    with open(path, "wb") as file:
        file.write(png(pixels, {1: GREY, 2: GREY_ALPHA, 3: RGB, 4: RGBA}[pixels.shape[2]]))


def exif(orientation, big=False):
    """A TIFF structure with nothing but the orientation."""
    order = ">" if big else "<"
    return (b"MM" if big else b"II") + struct.pack(order + "HIHHHIHHI", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)
