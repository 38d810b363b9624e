"""Stops training runs by signals and continues them. Arguments: program, model, data, folder to work in, number of kills."""
import pathlib
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time

program, model, data, work = sys.argv[1:5]
wanted = int(sys.argv[5]) if len(sys.argv) > 5 else 12
work = pathlib.Path(work)
EPOCHS = 60000  # a second or so


def command(out):
    return [program, "train", model, "--data", data, "--epochs", str(EPOCHS), "--save-every", "5000", "--out", str(out)]


def stop_after(seconds, number, out, arguments):
    log = open(work / "log", "w")
    process = subprocess.Popen(arguments, stdout=log, stderr=subprocess.STDOUT)
    time.sleep(seconds)
    process.send_signal(number)
    return process.wait(), (work / "log").read_text()


def bits(out):
    return (out / "last.safetensors").read_bytes()


subprocess.run(command(work / "whole"), check=True, stdout=subprocess.DEVNULL)
whole = bits(work / "whole")
for name, number in (("interrupted", signal.SIGINT), ("terminated", signal.SIGTERM)):
    out = work / name
    status, text = stop_after(0.3, number, out, command(out))
    line = text.splitlines()[-1]
    assert line.startswith("to continue: "), text[-2000:]
    subprocess.run(shlex.split(line.removeprefix("to continue: ")), check=True, stdout=subprocess.DEVNULL)
    print(f"{name}: exit status {status},", "same bits" if bits(out) == whole else "OTHER BITS")

draw, out, kills = random.Random(1), work / "killed", 0
arguments = command(out)
while kills < wanted:
    status, text = stop_after(draw.uniform(0.01, 0.4), signal.SIGKILL, out, arguments)
    if status == 0:  # it was faster; what it made is right, and the next run starts afresh
        assert bits(out) == whole
        shutil.rmtree(out)
        arguments = command(out)
        continue
    kills += 1
    checkpoints = sorted(out.glob("*.safetensors"), key=lambda file: file.stat().st_mtime)
    for file in checkpoints:
        subprocess.run([program, "info", str(file)], check=True, stdout=subprocess.DEVNULL)
    epochs = [file for file in checkpoints if file.name.startswith("epoch-")]
    if checkpoints:
        arguments = command(out) + ["--resume", str(epochs[-1] if epochs else checkpoints[-1])]
if status != 0:
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
left = [file.name for file in out.iterdir() if file.name.endswith("mimo-tmp")]
print(f"killed {kills} times, all checkpoints whole,", "same bits" if bits(out) == whole and not left else "NO")
