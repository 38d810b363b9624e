"""The rules of the source tree that a machine can check: style.py RULE ROOT prints every violation and exits 1.

    op-names         lib/, include/ and tools/ know operators through interfaces: no mimo::XxxOp but the structural ones
    file-length      a file is a chapter: no source of more than 450 lines
    machine-paths    no path of somebody's machine
    include-style    "mimo/...", "mimoc/..." and "mlir/..." say which world a header is from
    library-layout   one arrow = one folder in lib/ = one header in include/mimoc/ = one test folder
    prose            text files: no tabs, no blanks at line ends, a newline at the end
"""
import pathlib
import re
import sys

SOURCE = {".cpp", ".h", ".td", ".c", ".py"}
TEXT = SOURCE | {".md", ".mimo", ".sh", ".cmake"}
MAX_LINES = 450

# Libraries that are no arrow of the pipeline, or have no header: what they hold is called through another library.
WITHOUT_STAGE_TESTS = {"Driver", "Pipeline"}


def files(root, folders, suffixes):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file() and "__pycache__" not in path.parts:
                yield path


def lines_of(path):
    return path.read_text(encoding="utf-8").split("\n")


def ops_of(root, folder):
    defined = re.compile(r"^def Mimo_(\w+Op)\b")
    return {found.group(1) for path in files(root, [folder], {".td"}) for line in lines_of(path)
            if (found := defined.match(line))}


def op_names(root):
    structural = ops_of(root, "dialects/mimo/IR")
    mathematical = ops_of(root, "dialects/mimo/Ops") - structural
    name = re.compile(r"(\w+::)?\b([A-Z]\w*Op)\b")
    for path in files(root, ["lib", "include", "tools"], {".cpp", ".h", ".td"}):
        for number, line in enumerate(lines_of(path), 1):
            for space, op in name.findall(line.split("//")[0]):
                if (space == "mimo::" and op not in structural) or (not space and op in mathematical):
                    yield path, number, f"names mimo::{op}; ask an op interface instead"


def file_length(root):
    everywhere = ["lib", "include", "tools", "dialects", "test", "examples", "scripts", "cmake", "bench"]
    for path in files(root, everywhere, SOURCE):
        length = len(lines_of(path)) - 1
        if length > MAX_LINES:
            yield path, length, f"{length} lines; split it: a file is a chapter of at most {MAX_LINES}"


def machine_paths(root):
    private = re.compile(r"(?<![\w.])/(?:home|root|work|Users|farm|mnt)/\w|/tmp/(?!mimo)[\w.-]+/")
    everywhere = ["lib", "include", "tools", "dialects", "test", "examples", "scripts", "cmake", "bench", "docs"]
    for path in files(root, everywhere, TEXT | {".txt", ".mlir", ".test", ".in"}):
        if path.parent.name == "Style":
            continue  # the rule itself and its planted violation
        for number, line in enumerate(lines_of(path), 1):
            if found := private.search(line):
                yield path, number, f"names the path {found.group()}... of one machine"


def include_style(root):
    quoted = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
    bracketed = re.compile(r"^\s*#\s*include\s+<((?:mlir|llvm|mimo|mimoc|lld)/[^>]+)>")
    worlds = ("mimo/", "mimoc/", "mlir/", "mlir-c/", "llvm/", "llvm-c/", "lld/")
    for path in files(root, ["lib", "include", "tools", "dialects"], {".cpp", ".h"}):
        for number, line in enumerate(lines_of(path), 1):
            if found := bracketed.match(line):
                yield path, number, f'<{found.group(1)}> should be quoted: "{found.group(1)}"'
            found = quoted.match(line)
            if not found or found.group(1).startswith(worlds):
                continue
            name = found.group(1)
            inside = (path.parent / name).exists() or (root / "lib" / name).exists() or name.endswith(".inc")
            if name.startswith("../") or ("/" in name and not inside):
                yield path, number, f'"{name}" does not say which world it is from: mimo/, mimoc/ or mlir/'


def library_layout(root):
    for folder in sorted(path for path in (root / "lib").iterdir() if path.is_dir()):
        name = folder.name
        headers = root / "include" / "mimoc"
        if not (headers / f"{name}.h").exists() and not (headers / name).is_dir():
            yield folder, 0, f"no include/mimoc/{name}.h"
        if not (folder / "CMakeLists.txt").exists():
            yield folder, 0, "no CMakeLists.txt"
        tests = [root / "test" / name, root / "test" / "Unit" / name]
        if name not in WITHOUT_STAGE_TESTS and not any(test.is_dir() for test in tests):
            yield folder, 0, f"no test/{name}/ and no test/Unit/{name}/"


def prose(root):
    everywhere = ["lib", "include", "tools", "dialects", "examples", "scripts", "cmake", "docs"]
    for path in files(root, everywhere, TEXT):
        lines = lines_of(path)
        if lines[-1] != "":
            yield path, len(lines), "no newline at the end"
        for number, line in enumerate(lines, 1):
            if "\t" in line:
                yield path, number, "a tab"
            if line != line.rstrip():
                yield path, number, "blanks at the end of the line"


RULES = {
    "op-names": op_names,
    "file-length": file_length,
    "machine-paths": machine_paths,
    "include-style": include_style,
    "library-layout": library_layout,
    "prose": prose,
}


def main(rule, root):
    root = pathlib.Path(root)
    violations = list(RULES[rule](root))
    for path, number, what in violations:
        print(f"{path.relative_to(root)}:{number}: {what}")
    return 1 if violations else 0


if len(sys.argv) != 3 or sys.argv[1] not in RULES:
    sys.exit(__doc__)
sys.exit(main(*sys.argv[1:]))
