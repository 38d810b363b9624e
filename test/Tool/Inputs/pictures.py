"""Pictures as files with a table of labels, and the same as arrays: `make FOLDER`. `same A B` compares the tensors of two checkpoints,
`bounded COMMAND...` runs a command and refuses one that takes more than 400 MiB."""
import json
import pathlib
import resource
import struct
import subprocess
import sys

import numpy

sys.path.append(str(pathlib.Path(__file__).parents[2] / "Images"))
import png  # noqa: E402

ROWS = 37


def make(folder):
    folder = pathlib.Path(folder)
    (folder / "files").mkdir(parents=True)
    draw = numpy.random.default_rng(8)
    label = draw.integers(0, 4, ROWS)
    level = label.reshape(-1, 1, 1, 1) * 50
    rgb = (level + draw.integers(0, 100, (ROWS, 3, 8, 8))).astype("u1")
    depth = draw.integers(0, 65536, (ROWS, 1, 8, 8)).astype("u2")
    size, tags = draw.standard_normal(ROWS).astype("f4"), draw.standard_normal((ROWS, 2)).astype("f4")
    label[3], label[20], size[5], tags[7, 1] = -1, -1, numpy.nan, numpy.nan
    lines = ["rgb, depth,label,size,tags.0,tags.1,remark"]
    for i in range(ROWS):
        (folder / "files" / f"rgb{i:02}.png").write_bytes(png.png(rgb[i].transpose(1, 2, 0), png.RGB))
        (folder / "files" / f"depth, {i:02}.png").write_bytes(png.png(depth[i].transpose(1, 2, 0), png.GREY, 16))
        cells = ["" if label[i] < 0 else str(label[i])] + ["" if value != value else repr(float(value)) for value in (size[i], *tags[i])]
        lines.append(f'files/rgb{i:02}.png,"files/depth, {i:02}.png",' + ",".join(cells) + ',"say ""hm"""')
    (folder / "views.csv").write_text("\r\n".join(lines) + "\r\n")
    arrays = dict(label=label, size=size, tags=tags, depth=depth.astype("f4") / numpy.float32(65535))
    numpy.savez(folder / "views.npz", rgb=rgb.astype("f4") / numpy.float32(255), **arrays)
    numpy.savez(folder / "bytes.npz", rgb=rgb, **arrays)


def tensors(path):
    raw = pathlib.Path(path).read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + length])
    header.pop("__metadata__")
    return {name: raw[8 + length + entry["data_offsets"][0]:8 + length + entry["data_offsets"][1]] for name, entry in header.items()}


def large(folder, rows):
    """A table with many rows of a larger picture, which need not be many files."""
    folder = pathlib.Path(folder)
    folder.mkdir()
    picture = numpy.random.default_rng(1).integers(0, 256, (128, 128, 3))
    (folder / "a.png").write_bytes(png.png(picture, png.RGB))
    (folder / "all.csv").write_text("image,label\n" + "a.png,1\n" * rows)


if sys.argv[1] == "make":
    make(sys.argv[2])
elif sys.argv[1] == "large":
    large(sys.argv[2], int(sys.argv[3]))
elif sys.argv[1] == "same":
    sys.exit(0 if tensors(sys.argv[2]) == tensors(sys.argv[3]) else "the tensors differ")
else:
    status = subprocess.run(sys.argv[2:]).returncode
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    sys.exit(status or (f"{most} MiB" if most > 400 else 0))
