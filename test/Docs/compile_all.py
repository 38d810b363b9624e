"""compile_all.py FOLDER: every .mimo file of the folder compiles to an object, without a word."""
import pathlib
import subprocess
import sys

failed = 0
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.mimo")):
    result = subprocess.run(["mimoc", str(path), "-o", str(path.with_suffix(".o"))], capture_output=True, text=True)
    said = result.stdout + result.stderr
    if result.returncode or said:
        failed += 1
        print(f"{path.name}: exit status {result.returncode}\n{said}")
sys.exit(1 if failed else 0)
