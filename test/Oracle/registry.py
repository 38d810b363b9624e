"""The operators that the oracle knows: `@operator("tanh")` above a function of (op, *operands) adds one.

An operand is a `Traced` where it has a floating-point type and a plain NumPy array where it holds integers or booleans; so
is the result. `op["axis"]` is an attribute, `op.result_types[0]` a type.
"""
OPERATORS = {}
WITH_MODE = set()  # those that do something else in training: they take `training`, too


def operator(*names, mode=False):
    def register(function):
        WITH_MODE.update(names if mode else ())
        for name in names:
            assert name not in OPERATORS, name
            OPERATORS[name] = function
        return function
    return register


def simple(name, function):
    """An operator without attributes."""
    operator(name)(lambda op, *operands: function(*operands))
