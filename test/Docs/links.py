"""links.py ROOT: every relative link of the documents leads somewhere, and every anchor to a heading."""
import pathlib
import re
import sys

SKIPPED = {"build", ".git"}


def anchors(text):
    """The anchors that a renderer makes of the headings: lower case, punctuation dropped, blanks to hyphens."""
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"[`*]", "", heading)
        yield re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def broken(document, root):
    text = document.read_text(encoding="utf-8")
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = document.parent / path if path else document
        if not file.exists():
            yield f"{document.relative_to(root)}: no such file: {target}"
        elif anchor and anchor not in anchors(file.read_text(encoding="utf-8")):
            yield f"{document.relative_to(root)}: no such heading: {target}"


def main(root):
    root = pathlib.Path(root)
    documents = [path for path in sorted(root.rglob("*.md")) if path.relative_to(root).parts[0] not in SKIPPED]
    problems = [problem for document in documents for problem in broken(document, root)]
    print("\n".join(problems))
    return 1 if problems else 0


sys.exit(main(sys.argv[1]))
