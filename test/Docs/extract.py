"""extract.py DOCUMENT FOLDER LANGUAGE: writes every ```LANGUAGE block of a document to FOLDER/line-<n>.LANGUAGE.

The tests compile what the documents show, so a document cannot fall behind unnoticed.
"""
import pathlib
import re
import sys


def blocks(text, language):
    for found in re.finditer(rf"^```{re.escape(language)}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text.count("\n", 0, found.start()) + 2, found.group(1)


def main(document, folder, language):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    found = list(blocks(pathlib.Path(document).read_text(encoding="utf-8"), language))
    if not found:
        sys.exit(f"{document}: no ```{language} block")
    for line, text in found:
        (folder / f"line-{line}.{language}").write_text(text, encoding="utf-8")


main(*sys.argv[1:])
