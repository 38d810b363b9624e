"""summaries.py DIALECTS: names every op of the .td files below DIALECTS/mimo that has no summary."""
import json
import pathlib
import subprocess
import sys


def include_folder():
    tools = subprocess.run(["llvm-config", "--includedir"], capture_output=True, text=True, check=True)
    return tools.stdout.strip()


def records(path, dialects, includes):
    command = ["llvm-tblgen", "--dump-json", "-I", str(dialects), "-I", includes, str(path)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main(dialects):
    includes, seen, silent = include_folder(), set(), 0
    for path in sorted((dialects / "mimo").rglob("*.td")):
        everything = records(path, dialects, includes)
        for name in everything["!instanceof"].get("Op", []):
            record = everything[name]
            if name in seen or not record.get("opDialect") or record["opDialect"]["def"] != "Mimo_Dialect":
                continue
            seen.add(name)
            if not record["summary"].strip():
                silent += 1
                print(f"{path.relative_to(dialects)}: {name} has no summary")
    return 1 if silent or not seen else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
