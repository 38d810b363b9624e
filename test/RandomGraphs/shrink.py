"""Makes a failing model small: leaves out lines, steps and clauses while it still fails in the same way."""
import re

CLAUSES = (r" -> [^>]+?(?= ->|$| where| weight| reduce)", r" where .*?(?= weight| reduce|$)", r" weight \w+", r" reduce \w+",
           r" [+] [^+]+$", r"(?<== )[^+=]+ [+] (?=.* )")


class Shrinker:
    def __init__(self, text, fails, budget):
        self.lines, self.fails, self.budget = text.splitlines(), fails, budget

    def accept(self, lines):
        if self.budget <= 0 or lines == self.lines:
            return False
        self.budget -= 1
        if not self.fails("\n".join(lines) + "\n"):
            return False
        self.lines = lines
        return True

    def drop_lines(self, size):
        at = len(self.lines) - size
        while at >= 0:
            lines = self.lines[at:at + size]
            if not any(line.startswith(("model", "block", "}")) for line in lines):
                self.accept(self.lines[:at] + self.lines[at + size:])
            at -= size if size > 1 else 1

    def drop_blocks(self):
        for at in reversed([i for i, line in enumerate(self.lines) if line.startswith("block ")]):
            end = self.lines.index("}", at) if self.lines[at].endswith("{") else at
            self.accept(self.lines[:at] + self.lines[end + 1:])

    def drop_clauses(self):
        for at in range(len(self.lines)):
            for pattern in CLAUSES:
                for found in reversed(list(re.finditer(pattern, self.lines[at]))):
                    line = self.lines[at][:found.start()] + self.lines[at][found.end():]
                    self.accept(self.lines[:at] + [line] + self.lines[at + 1:])

    def bypass_values(self):
        """What a value is made of, in its place."""
        for at in reversed(range(len(self.lines))):
            value = re.match(r"\s*(?:\w+ )?(v\d+) = (.*)", self.lines[at]) if at < len(self.lines) else None
            for other in re.findall(r"\b[a-z]+\d+\b", value.group(2)) if value else []:
                rest = [re.sub(rf"\b{value.group(1)}\b", other, line) for line in self.lines[at + 1:]]
                if self.accept(self.lines[:at] + rest):
                    break


def shrink(text, fails, budget=300):
    """`fails` says whether a text still fails; it is asked at most `budget` times."""
    shrinker, before = Shrinker(text, fails, budget), None
    while before != shrinker.lines and shrinker.budget > 0:
        before = shrinker.lines
        for size in (8, 4, 2, 1):
            shrinker.drop_lines(size)
        shrinker.drop_blocks()
        shrinker.drop_clauses()
        shrinker.bypass_values()
    return "\n".join(shrinker.lines) + "\n"
