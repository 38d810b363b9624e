"""Reads the generic form of MLIR: what `mimo-opt --mlir-print-op-generic` prints.

Attributes become Python values (numbers, strings, booleans, lists, dictionaries); types become `Type`. Attributes are
found by name, so their order does not matter, and an op that nobody here has heard of is read like any other.
"""
import re
from dataclasses import dataclass, field

import numpy as np

TOKEN = re.compile(r"""\s*(?://[^\n]*\n\s*)*(
    "(?:[^"\\]|\\.)*" | [%#^@!][\w.$:-]*\w | [%\w.]*\w+\#\d+ | -?0x[0-9A-Fa-f]+ | -?\d+\.\d*(?:[eE][+-]?\d+)? | -?\d+ |
    [A-Za-z_][\w.$]* | -> | [(){}<>\[\]:,=?*+-] )""", re.VERBOSE)
FLOATS = {"f32": (np.uint32, np.float32), "f64": (np.uint64, np.float64)}


@dataclass
class Type:
    """A tensor; a size of None is known at run time, and `dim` says which it is."""
    shape: tuple
    element: str
    dim: str = ""


@dataclass
class Operation:
    name: str
    operands: list                       # names of values
    results: list
    attributes: dict
    operand_types: list
    result_types: list
    regions: list = field(default_factory=list)

    def __getitem__(self, attribute):
        return self.attributes[attribute]


class Reader:
    def __init__(self, text):
        self.text, self.at, self.next = text, 0, None
        self.advance()

    def advance(self):
        found = TOKEN.match(self.text, self.at)
        if not found and self.text[self.at:].strip():
            raise SyntaxError(f"cannot read {self.text[self.at:self.at + 60]!r}")
        token, self.next = self.next, found.group(1) if found else None
        self.at = found.end() if found else len(self.text)
        return token

    def take(self, token):
        if self.next != token:
            raise SyntaxError(f"expected {token!r}, found {self.next!r} before {self.text[self.at:self.at + 60]!r}")
        return self.advance()

    def accept(self, token):
        return self.next == token and bool(self.advance() or True)

    def listed(self, opening, element, closing):
        self.take(opening)
        found = []
        while self.next != closing:
            found.append(element())
            if not self.accept(","):
                break
        self.take(closing)
        return found

    # ----------------------------------------------------------------------------------------------------- types

    def type(self):
        if self.next == "(":  # a function type
            return self.types(), self.take("->"), self.types()
        name = self.advance()
        if name != "tensor":
            return self.skip_brackets(name)
        text = self.raw("<", ">")
        shape, *encoding = text.replace(" ", "").split(",")
        *sizes, element = shape.split("x")
        dim = (encoding[0].strip('"') if encoding else "batch") if "?" in sizes else ""
        return Type(tuple(None if size == "?" else int(size) for size in sizes), element, dim)

    def types(self):
        return self.listed("(", self.type, ")") if self.next == "(" else [self.type()]

    def skip_brackets(self, name):
        return name + "<" + self.raw("<", ">") + ">" if self.next == "<" else name

    def raw(self, opening, closing):
        """The text between two brackets, which `next` stands at."""
        assert self.next == opening
        start, depth, at = self.at, 1, self.at
        while depth:
            depth += {opening: 1, closing: -1}.get(self.text[at], 0)
            at += 1
        self.at = at
        self.advance()
        return self.text[start:at - 1]

    # ------------------------------------------------------------------------------------------------ attributes

    def attribute(self):
        token = self.next
        if token == "[":
            return self.listed("[", self.attribute, "]")
        if token == "{":
            return self.dictionary()
        self.advance()
        if token.startswith('"'):
            return re.sub(r"\\([0-9A-Fa-f]{2}|.)", unescape, token[1:-1])
        if token in ("true", "false"):
            return token == "true"
        if token in ("array", "dense"):
            return self.numbers(token)
        if re.match(r"-?\d", token):
            return number(token, self.type() if self.accept(":") else "i64")
        if token == "tensor" or token in FLOATS:
            return self.type_after(token)
        return self.skip_brackets(token)  # a symbol or a type: its text

    def type_after(self, token):
        return Type(*parse_tensor(self.raw("<", ">"))) if token == "tensor" else token

    def numbers(self, kind):
        text = self.raw("<", ">")
        if kind == "array":
            element, _, values = text.partition(":")
            return [literal(value.strip(), element.strip()) for value in values.split(",") if value.strip()]
        self.take(":")
        shape, element = parse_tensor(self.type_text())
        values = [literal(value, element) for value in re.findall(r"[^\[\],\s]+", text)]
        return np.resize(np.array(values), shape) if values else np.zeros(shape)

    def type_text(self):
        self.advance()
        return self.raw("<", ">")

    def dictionary(self, opening="{", closing="}"):
        def entry():
            name = self.advance().strip('"')
            return name, self.attribute() if self.accept("=") else True
        return dict(self.listed(opening, entry, closing))

    # ------------------------------------------------------------------------------------------------ operations

    def operation(self):
        results = []
        while self.next.startswith("%"):
            name = self.advance()
            name, _, count = name.partition(":")
            if self.accept(":"):
                count = self.advance()
            results += [f"{name}#{i}" for i in range(int(count))] if count else [name]
            if not self.accept(","):
                break
        if results:
            self.take("=")
        name = self.advance().strip('"')
        operands = self.listed("(", self.operand, ")")
        attributes = {}
        if self.next == "<":
            self.take("<")
            attributes |= self.dictionary()
            self.take(">")
        regions = self.listed("(", self.region, ")") if self.next == "(" else []
        if self.next == "{":
            attributes |= self.dictionary()
        self.take(":")
        operand_types, _, result_types = self.type()
        return Operation(name, operands, results, attributes, operand_types, result_types, regions)

    def operand(self):
        name = self.advance()
        return name + self.advance() if self.next.startswith("#") else name  # %2#1: the second result of %2

    def region(self):
        self.take("{")
        found = []
        while self.next != "}":
            found.append(self.operation())
        self.take("}")
        return found


def unescape(match):
    code = match.group(1)
    return chr(int(code, 16)) if len(code) == 2 else {"n": "\n", "t": "\t"}.get(code, code)


def parse_tensor(text):
    *sizes, element = text.replace(" ", "").split(",")[0].split("x")
    return tuple(None if size == "?" else int(size) for size in sizes), element


def literal(text, element):
    if text in ("true", "false"):
        return text == "true"
    return number(text, element)


def number(text, element):
    if element in FLOATS and text.startswith("0x"):  # the bits of an infinity or of what is no number
        bits, as_float = FLOATS[element]
        return float(np.array([int(text, 16)], bits).view(as_float)[0])
    return float(text) if element in FLOATS else int(text, 0)


def walk(operations):
    for operation in operations:
        yield operation
        for region in operation.regions:
            yield from walk(region)


def read(text):
    """The operations of a module, the nested ones inside the regions of theirs."""
    reader, found = Reader(text), []
    while reader.next is not None:
        found.append(reader.operation())
    return found
