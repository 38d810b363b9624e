"""The stages as the tools know them, for the tests of this folder.

pipeline.py agree ARCHITECTURE   mimoc's help, the document's table and mimo-opt's pipelines name the same stages in one order
pipeline.py dumped FOLDER        --dump-stages wrote one numbered file a stage, and nothing else
pipeline.py emitted FOLDER MODEL --emit prints each stage as it was dumped
pipeline.py replay FOLDER        mimo-opt reads each MLIR stage back and makes it again from the stage before it
pipeline.py timed FILE           --timing printed a line a stage and a total that adds up
pipeline.py failing FOLDER MODEL a failure or a crash in any stage leaves a reproducer and nothing else
"""
import pathlib
import re
import subprocess
import sys

# -O0: these tests are about what goes from stage to stage, not about the machine code.
COMPILE = ["mimoc", "-O0"]


def run(*command, status=0):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, errors="replace")
    words = " ".join(map(str, command))
    assert result.returncode == status, f"{words}: exit status {result.returncode}, not {status}\n{result.stderr}"
    return result


def stages():
    """The names in mimoc's help, in order."""
    listed = run("mimoc", "--help").stdout.split("Stages for --emit, in order:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines()]


def dumps(folder):
    """Stage name to dumped file, in order."""
    files = sorted(pathlib.Path(folder).iterdir())
    return {re.fullmatch(r"\d\d-([a-z-]+)\.\w+", file.name)[1]: file for file in files}


def agree(architecture):
    table = re.findall(r"^\| (`.*?`) \| (\w+) \|", pathlib.Path(architecture).read_text(), re.MULTILINE)
    documented = [name for cell, _ in table for name in re.findall(r"`([a-z-]+)`", cell)]
    assert documented == stages(), f"the document has {documented}, mimoc has {stages()}"
    # Stages from MLIR to MLIR are those behind the first module and before LLVM IR.
    inner = documented[documented.index("mimo") + 1 : documented.index("llvm")]
    pipelines = re.findall(r"--mimoc-stage-([a-z-]+)", run("mimo-opt", "--help").stdout)
    assert sorted(pipelines) == sorted(inner), f"mimo-opt has {sorted(pipelines)}, mimoc has {sorted(inner)}"


def dumped(folder):
    numbered = [f"{index:02}-{name}" for index, name in enumerate(stages())]
    found = sorted(file.stem for file in pathlib.Path(folder).iterdir())
    assert found == numbered, f"{found} instead of {numbered}"
    assert all(file.stat().st_size for file in pathlib.Path(folder).iterdir())


def emitted(folder, model):
    for name, file in dumps(folder).items():
        output = pathlib.Path(folder).with_suffix("." + name)
        run(*COMPILE, model, "--emit=" + name, "-o", output)
        assert output.read_bytes() == file.read_bytes(), f"--emit={name} differs from {file}"
        if file.suffix != ".o":
            printed = run(*COMPILE, model, "--emit=" + name).stdout
            assert printed == file.read_text(), f"--emit={name} prints something else than it writes"


def replay(folder):
    before = None
    for name, file in dumps(folder).items():
        if file.suffix != ".mlir":
            continue
        again = run("mimo-opt", file).stdout
        if before:
            made = run("mimo-opt", before, "--mimoc-stage-" + name).stdout
            # Names of values are printed from scratch only when a file is read.
            rewritten = file.with_suffix(".again")
            rewritten.write_text(made)
            assert run("mimo-opt", rewritten).stdout == again, f"{rewritten} is not what mimoc made, {file}"
        before = file


def timed(file):
    lines = pathlib.Path(file).read_text().splitlines()
    assert lines[0].split() == ["stage", "ms", "%"], lines[0]
    rows = [line.split() for line in lines[1:]]
    assert [row[0] for row in rows] == stages() + ["total"], rows
    times = [float(row[1]) for row in rows]
    assert abs(sum(times[:-1]) - times[-1]) < 0.1 * len(times), times
    assert abs(sum(float(row[2]) for row in rows[:-1]) - 100) < 0.1 * len(times), rows


def failing(folder, model):
    folder = pathlib.Path(folder)
    source = pathlib.Path(model).read_text()
    for stage in stages():
        for how in ("", "crash:"):
            result = run(*COMPILE, model, "--fail-in=" + how + stage, "-o", folder / "net.so", status=70)
            assert not result.stdout, result.stdout
            assert f"mimoc: internal failure in stage '{stage}'. This is a bug in mimoc, not in your model." in result.stderr
            # No stack trace, in LLVM's words or a sanitizer's.
            assert not re.search("Stack dump|PLEASE submit|#0 |Sanitizer", result.stderr), result.stderr
            left = [file.name for file in folder.iterdir()]
            assert left == ["net.mimoc-reproducer.mimo"], f"{how}{stage} left {left}"
            reproducer = folder / left[0]
            assert str(reproducer) in result.stderr, result.stderr
            text = reproducer.read_text()
            assert f"# mimoc reproducer: an internal failure in stage '{stage}'" in text and "-O0" in text, text
            if stage != "ast":  # there the failure is pretended before the source is read
                assert text.startswith(source), text
                # The reproducer is a model again.
                run(*COMPILE, reproducer, "--emit=mimo")
            reproducer.unlink()


command, *arguments = sys.argv[1:]
globals()[command](*arguments)
