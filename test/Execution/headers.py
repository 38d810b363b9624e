"""headers.py FOLDER GROUP...: writes the header of every model of the groups, and all.c, which includes them twice."""
import pathlib
import subprocess
import sys

INPUTS = pathlib.Path(__file__).resolve().parent / "Inputs"


def main(folder, groups):
    names = []
    for source in (path for group in groups for path in sorted((INPUTS / group).glob("*.mimo"))):
        name = source.stem.replace("@", "_")
        header = folder / f"{name}.h"
        subprocess.run(["mimoc", str(source), "--emit=header", f"--prefix={name}", "-o", str(header)], check=True)
        names.append(header.name)
    text = "".join(f'#include "{name}"\n' for name in names * 2)
    (folder / "all.c").write_text(text + "int main(void) { return 0; }\n")


main(pathlib.Path(sys.argv[1]), sys.argv[2:])
