"""Trains with every system call on the run's folder failing in turn. Arguments: program, model, data, shim, folder to work in,
and how many of the calls to try (spread evenly; all where there are fewer).

However a call fails: the run says which file could not be written or goes on without harm, what is left loads and is a
checkpoint that the undisturbed run has made too, nothing of the temporary files stays, and a run that is resumed from it ends with
the bits of the run that was left alone.
"""
import errno
import os
import pathlib
import shutil
import subprocess
import sys

program, model, data, shim, work, tries = sys.argv[1:]
work, tries = pathlib.Path(work), int(tries)
OPTIONS = ["--data", data, "--epochs", "3", "--batch", "16", "--save-every", "5"]


def train(out, fault=None, more=(), count=None):
    settings = dict(os.environ, LD_PRELOAD=shim, FAULT_FOLDER=str(work))
    for name, value in (("FAULT", fault), ("FAULT_COUNT", count)):
        if value:
            settings[name] = str(value)
    command = [program, "train", model, *OPTIONS, "--out", str(out), *more]
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=60)


def bits(path):
    return path.read_bytes()


def check(fault, whole, made):
    out = work / "faulty"
    shutil.rmtree(out, ignore_errors=True)
    result = train(out, fault)
    assert result.returncode in (0, 1), (fault, result.returncode, result.stdout, result.stderr)
    if result.returncode == 1:
        assert "error: " in result.stderr and str(out) in result.stderr, (fault, result.stderr)
    left = sorted(out.glob("*.safetensors")) if out.exists() else []
    for path in left:
        assert bits(path) in made, (fault, path, "is no checkpoint of the run that was left alone")
    assert not list(out.glob(".*mimo-tmp")), (fault, "left temporary files")
    last = out / "last.safetensors"
    again = train(out, more=["--resume", str(last)] if last.exists() else ["--overwrite"])
    finished = "asks for no more" in again.stderr
    assert again.returncode == 0 or finished, (fault, again.stdout, again.stderr)
    assert bits(last) == whole, (fault, "the resumed run ends with other bits")
    return result.returncode


count = work / "count"
assert train(work / "whole", count=count).returncode == 0
whole, made = bits(work / "whole" / "last.safetensors"), set()
# Every state that the undisturbed run passes through is one that a disturbed one may leave.
for steps in range(0, 100):
    out = work / "states"
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run([program, "train", model, *OPTIONS, "--out", str(out), "--steps", str(steps)], check=True, capture_output=True)
    made |= {bits(path) for path in out.glob("*.safetensors")}
    if bits(out / "last.safetensors") == whole:
        break
made |= {bits(path) for path in (work / "whole").glob("*.safetensors")}

total = int(count.read_text())
places = sorted({total * i // tries for i in range(tries)}) if tries < total else range(total)
stopped = 0
for place in places:
    for error in (errno.ENOSPC, errno.EIO, errno.EINTR):
        stopped += check(f"any:{place}:{error}", whole, made)
size = sum(path.stat().st_size for path in (work / "whole").glob("*"))
for part in range(10):
    stopped += check(f"full:{size * part // 10 + 1}", whole, made)
assert stopped > 0, "no fault stopped a run: the shim changes nothing"
print(f"{len(places)} of {total} calls failed in three ways, ten full disks, {stopped} runs stopped, nothing lost")
