"""Kinds of PNG and JPEG files, values exactly; and files that are refused: what is wrong, and that nothing large is allocated."""
import os
import pathlib
import resource
import struct
import sys
import tempfile
import zlib

import numpy
import png
from mimo_data import BROKEN, NOT_READABLE, TOO_LARGE, UNSUPPORTED, Limits, MimoData, Refusal

data = MimoData(sys.argv[1])
inputs = pathlib.Path(__file__).with_name("Inputs")
draw = numpy.random.default_rng(3).integers


def same(what, found, expected):
    expected = numpy.asarray(expected, "<f4")
    assert found.shape == expected.shape, (what, found.shape, expected.shape)
    assert (found == expected).all(), what


def planes(samples, depth):
    return (samples.transpose(2, 0, 1).astype("<f4") / numpy.float32(2 ** depth - 1)).astype("<f4")


def check_png():
    for colours, channels in ((png.GREY, 1), (png.RGB, 3), (png.GREY_ALPHA, 2), (png.RGBA, 4)):
        for depth in (8, 16) if colours else (1, 2, 4, 8, 16):
            for interlaced in (False, True):
                samples = draw(0, 2 ** depth, (11, 13, channels))
                # libpng makes 8 bits of fewer by repeating them, which is exact
                same((colours, depth), data.decode(png.png(samples, colours, depth, interlaced)), planes(samples, depth))
    palette, indices = draw(0, 256, (16, 3)), draw(0, 16, (5, 7, 1))
    colours = png.chunk(b"PLTE", palette.astype("u1").tobytes())
    same("palette", data.decode(png.png(indices, png.PALETTE, 4, chunks=colours)), planes(palette[indices[..., 0]], 8))
    clear = colours + png.chunk(b"tRNS", bytes([0, 128]))
    alpha = numpy.array([0, 128] + [255] * 14)[indices]
    same("palette with alpha", data.decode(png.png(indices, png.PALETTE, 4, chunks=clear)),
         planes(numpy.concatenate([palette[indices[..., 0]], alpha], 2), 8))
    samples = draw(0, 4, (6, 5, 1))
    same("transparent grey", data.decode(png.png(samples * 85, png.GREY, chunks=png.chunk(b"tRNS", struct.pack(">H", 85)))),
         planes(numpy.concatenate([samples * 85, numpy.where(samples == 1, 0, 255)], 2), 8))


def upright(picture, orientation):
    """EXIF: where the first row and the first column of the stored picture are."""
    turned = picture.transpose(0, 2, 1) if orientation >= 5 else picture
    across = orientation in (2, 3, 6, 7)
    down = orientation in (3, 4, 7, 8)
    return turned[:, ::-1 if down else 1, ::-1 if across else 1]


def check_orientation():
    samples = draw(0, 256, (4, 6, 3))
    stored = (inputs / "rgb.jpg").read_bytes()
    plain = data.decode(stored)
    for orientation in range(1, 9):
        for big in (False, True):
            tiff = png.exif(orientation, big)
            expected = upright(planes(samples, 8), orientation)
            same(("png", orientation), data.decode(png.png(samples, png.RGB, chunks=png.chunk(b"eXIf", tiff))), expected)
            same(("late", orientation), data.decode(png.png(samples, png.RGB, after=png.chunk(b"eXIf", tiff))), expected)
            segment = b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff
            same(("jpeg", orientation), data.decode(stored[:2] + segment + stored[2:]), upright(plain, orientation))
    damaged = b"\xff\xe1" + struct.pack(">H", 18) + b"Exif\0\0" + png.exif(6)[:10]
    same("damaged EXIF", data.decode(stored[:2] + damaged + stored[2:]), plain)


def check_jpeg():
    y, x = numpy.mgrid[:17, :24]
    ramps = numpy.stack([x / 23, y / 16, (x + y) / 39])
    for name, channels in (("rgb", 3), ("subsampled", 3), ("progressive", 3), ("grey", 1)):
        picture = data.read(str(inputs / f"{name}.jpg"))
        assert picture.shape == (channels, 17, 24)
        assert abs(picture - ramps[:channels]).max() < (0.03 if name in ("rgb", "grey") else 0.05), name


def refused(status, call, *arguments):
    try:
        call(*arguments)
    except Refusal as refusal:
        assert refusal.status == status, refusal
        return str(refusal)
    raise AssertionError(f"accepted: {arguments}"[:200])


def check_damage():
    """Every cut, and many a changed byte: refused or read, never more than that."""
    whole = {"png": png.png(draw(0, 256, (9, 8, 3)), png.RGB), "interlaced": png.png(draw(0, 256, (9, 8, 3)), png.RGB, 8, True)}
    whole |= {name: (inputs / f"{name}.jpg").read_bytes() for name in ("rgb", "subsampled", "progressive", "grey")}
    for name, raw in whole.items():
        for length in range(len(raw) - (0 if "png" in name or name == "interlaced" else 2)):
            refused(BROKEN, data.decode, raw[:length])
        for _ in range(1500):
            changed = bytearray(raw)
            changed[draw(0, len(raw))] = draw(0, 256)
            try:
                data.decode(bytes(changed), Limits(0, 1 << 22))
            except Refusal:
                pass


def check_refusals(folder):
    print(refused(BROKEN, data.decode, b""))
    print(refused(BROKEN, data.decode, b"GIF89a..."))
    print(refused(UNSUPPORTED, data.read, str(inputs / "cmyk.jpg")))
    print(refused(NOT_READABLE, data.read, f"{folder}/no.png").replace(folder, "FOLDER"))
    print(refused(NOT_READABLE, data.read, folder).replace(folder, "FOLDER"))
    os.mkfifo(f"{folder}/pipe.png")
    print(refused(NOT_READABLE, data.read, f"{folder}/pipe.png").replace(folder, "FOLDER"))
    small = draw(0, 256, (4, 4, 1))
    for size, text in (((60000, 60000), TOO_LARGE), ((8000, 8000), BROKEN), ((5, 4), BROKEN)):
        print(refused(text, data.decode, png.png(small, png.GREY, size=size)))
    flipped = bytearray(png.png(small, png.GREY))
    flipped[-20] ^= 1
    print(refused(BROKEN, data.decode, bytes(flipped)))
    jpeg = bytearray((inputs / "grey.jpg").read_bytes())
    frame = jpeg.index(b"\xff\xc0") + 5
    jpeg[frame:frame + 4] = b"\xff\xff\xff\xff"
    print(refused(BROKEN, data.decode, bytes(jpeg)))
    jpeg[frame:frame + 4] = b"\xf0\x00\xf0\x00"
    print(refused(TOO_LARGE, data.decode, bytes(jpeg)))
    print(refused(TOO_LARGE, data.decode, png.png(small, png.GREY), Limits(40, 0)))
    print(refused(TOO_LARGE, data.decode, png.png(small, png.GREY), Limits(0, 15)))
    assert data.decode(png.png(small, png.GREY), Limits(0, 16)).shape == (1, 4, 4)
    text = png.chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1 << 26)))  # a text that would fill the memory is passed over
    assert data.decode(png.png(small, png.GREY, chunks=text)).shape == (1, 4, 4)


check_png()
check_orientation()
check_jpeg()
check_damage()
with tempfile.TemporaryDirectory() as temporary:
    check_refusals(temporary)
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
assert most < 300, f"{most} MiB"
print("all decoders agree")
