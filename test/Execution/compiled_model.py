"""A compiled model as NumPy sees it: what include/mimoc/Runtime.h describes, called through ctypes."""
import ctypes
import json

import numpy as np

FOR_ANY = 0
TYPES = {"f32": np.float32, "f64": np.float64, "i32": np.int32, "i64": np.int64}
ALIGNMENT = 64


class Refused(Exception):
    """A status other than OK, with the model's own words."""


def aligned(count, dtype):
    """Zeros on a 64-byte boundary; at least one element, so that there is an address."""
    size = max(1, count) * np.dtype(dtype).itemsize
    raw = np.zeros(size + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start:start + size].view(dtype)[:max(1, count)]


def address(array):
    return ctypes.c_void_p(array.ctypes.data if array is not None else None)


def pointers(arrays):
    return (ctypes.c_void_p * max(1, len(arrays)))(*[a.ctypes.data if a is not None else None for a in arrays])


class CompiledModel:
    """backward, apply and step, their options, gradients and state are those of `phase`: a train block, or the model itself."""

    def __init__(self, path, phase=""):
        self.library = ctypes.CDLL(str(path))
        # The prefix is that of the one exported name that ends in _describe.
        self.prefix = next(name for name in exported(path) if name.endswith("_describe"))[:-len("_describe")]
        describe = self.function("describe", ctypes.c_char_p)
        self.about = json.loads(describe())
        self.dtype = TYPES[self.about["precision"]]
        self.context = aligned(self.about["bytes"]["context"] // 8, np.uint64)
        init = getattr(self.library, self.about["context_init"])
        self.check(init(address(self.context), None))
        self.losses = [row["name"] for row in self.about["losses"]]
        self.metrics = [row["name"] for row in self.about["metrics"]]
        self.size = self.about["parameter_elements"]
        self.kept = self.about["parameters"] + self.about["buffers"]
        self.symbols = {row["symbol"] for row in self.about["functions"]}
        self.train_as(phase)

    def train_as(self, phase):
        self.phase = next(row for row in self.about["phases"] if row["name"] == phase)
        self.of_phase = f"_{phase}" if phase else ""

    def function(self, name, result=ctypes.c_int32):
        found = getattr(self.library, f"{self.prefix}_{name}")
        found.restype = result
        return found

    def has(self, name):
        return f"{self.prefix}_{name}" in self.symbols

    def check(self, status):
        if status != 0:
            raise Refused(self.function("message", ctypes.c_char_p)(address(self.context)).decode())

    def call(self, name, *arguments):
        self.check(self.function(name)(address(self.context), *arguments))

    # ------------------------------------------------------------------------------------------------------- blocks

    def block(self, tensors=None):
        block = aligned(self.size, self.dtype)
        for row in self.kept if tensors is not None else []:
            self.view(block, row)[...] = tensors[row["name"]]
        return block

    def copy(self, block):
        other = aligned(len(block), self.dtype)
        other[...] = block
        return other

    def view(self, block, row):
        return block[row["offset"]:row["offset"] + row["elements"]].reshape(row["shape"])

    def tensors(self, block):
        """Of the parameters."""
        return {row["name"]: self.view(block, row).copy() for row in self.about["parameters"]}

    def buffers(self, block):
        return {row["name"]: self.view(block, row).copy() for row in self.about["buffers"]}

    def nexts(self, gradients, of_model=False):
        """What buffers become, behind the gradients of a gradient block."""
        phase, rows = self.about["phases"][0] if of_model else self.phase, self.about["buffers"]
        behind = phase["gradient_elements"] - (rows[0]["offset"] if rows else 0)
        return {row["name"]: self.view(gradients, row | {"offset": behind + row["offset"]}).copy() for row in rows}

    def passes(self, gradients):
        """How many backward passes stand behind them for each buffer."""
        rows = self.about["buffers"]
        return dict(zip([row["name"] for row in rows], gradients[len(gradients) - len(rows):]))

    def shapes(self):
        return {row["name"]: tuple(row["shape"]) for row in self.kept}

    def trained(self, block, of_model=False):
        """Gradients or a moment, by the names of the parameters that the phase trains, or the model itself."""
        phase = self.about["phases"][0] if of_model else self.phase
        rows = [self.about["parameters"][row["parameter"]] | {"offset": row["offset"]} for row in phase["trained"]]
        return {row["name"]: self.view(block, row).copy() for row in rows}

    def gradient_block(self, of_model=False):
        phase = self.about["phases"][0] if of_model else self.phase
        return aligned(phase["bytes"]["gradients"] // self.dtype().itemsize, self.dtype)

    def moments(self, state):
        moments, start, size = {}, 0, self.phase["gradient_elements"]
        for name in self.phase["optimizer"]["state"]:
            whole = name == "average"
            moments[name] = (self.tensors if whole else self.trained)(state[start:])
            start += self.size if whole else size
        return moments

    def initial_state(self):
        state = aligned(self.phase["bytes"]["state"] // self.dtype().itemsize, self.dtype)
        self.call("init_state" + self.of_phase, address(state))
        return state

    def initial_parameters(self, seed):
        block = self.block()
        self.call("init_parameters", address(block), ctypes.c_uint64(seed))
        return block

    def options(self, seed=None, step=0, random=0, **values):
        rows = self.phase["options"]
        packed = np.zeros(len(rows) + 3, np.float64)
        for i, row in enumerate(rows):
            packed[i] = values.get(row["name"], row["default"])
        packed[len(rows):].view(np.int64)[:] = [self.phase["seed"] if seed is None else seed, step, random]
        return packed

    def arrays(self, rows, data):
        """The caller's arrays in the model's order and types. Row-major, as the ABI wants them."""
        return [np.ascontiguousarray(data[row["name"]], TYPES[row["type"]]) for row in rows]

    def rows(self, data):
        """How many samples there are, and 1 where no tensor has the batch."""
        return self.sizes(data).get("batch", 1)

    def sizes(self, data):
        """The run-time sizes, which the arrays tell."""
        return {row["shape"][0]: len(data[row["name"]]) for row in self.about["inputs"] + self.about["targets"]
                if row["name"] in data and row["shape"] and isinstance(row["shape"][0], str)}

    def handed_in(self, data):
        """The inputs struct: a pointer for each tensor, then the run-time sizes."""
        self.inputs, sizes = self.arrays(self.about["inputs"], data), self.sizes(data)
        fields = [a.ctypes.data for a in self.inputs] + [sizes[dim["name"]] for dim in self.about["dims"]]
        return (ctypes.c_void_p * max(1, len(fields)))(*fields)

    def workspace(self, batch):
        size = self.function("workspace_bytes", ctypes.c_uint64)(ctypes.c_int64(FOR_ANY), ctypes.c_int64(batch))
        # What is left in a workspace must not matter.
        return np.full_like(aligned(size + 64, np.uint8), 0xFF), size

    def room(self, batch):
        space, size = self.workspace(batch)
        start = -space.ctypes.data % ALIGNMENT
        self.held = space
        return ctypes.c_int64(batch), ctypes.c_void_p(space.ctypes.data + start), ctypes.c_uint64(size)

    def head_rooms(self, batch, data):
        sizes = self.sizes(data) | {"batch": batch}
        return {row["name"]: np.full([sizes.get(n, n) for n in row["shape"]], 7, TYPES[row["type"]])
                for row in self.about["heads"]}

    # -------------------------------------------------------------------------------------------------------- calls

    def forward(self, parameters, data, batch):
        inputs, heads = self.handed_in(data), self.head_rooms(batch, data)
        self.call("forward", address(parameters), inputs, pointers(list(heads.values())), *self.room(batch))
        return heads

    def forward_head(self, head, parameters, data, batch):
        inputs, room = self.handed_in(data), self.head_rooms(batch, data)[head]
        self.call(f"forward_{head}", address(parameters), inputs, address(room), *self.room(batch))
        return room

    def evaluate(self, parameters, data, batch):
        """Losses by name, and the states of losses and metrics."""
        inputs, targets = self.handed_in(data), self.arrays(self.about["targets"], data)
        losses, states = aligned(len(self.losses), np.float64), aligned(self.about["bytes"]["states"] // 8, np.float64)
        self.call("evaluate", address(parameters), inputs, pointers(targets), address(losses), address(states),
                  *self.room(batch))
        return dict(zip(self.losses, losses)), states

    def fields(self, states):
        """What a block of states holds, by the name of loss or metric and of the field."""
        found = {}
        for figure in self.about["losses"] + self.about["metrics"]:
            start = figure["state_offset"] // 8
            for field in figure["state"]:
                size = int(np.prod(field["shape"], dtype=np.int64))
                found[f"{figure['name']}.{field['name']}"] = states[start:start + size].reshape(field["shape"])
                start += size
        return found

    def tables(self, states):
        return {name: field for name, field in self.fields(states).items() if field.ndim == 2}

    def figures(self, states):
        names = self.losses + self.metrics
        figures = aligned(len(names), np.float64)
        self.call("metrics_finalise", address(states), address(figures))
        return dict(zip(names, figures))

    def backward(self, parameters, data, batch, options, loss=None, into=None):
        inputs, targets = self.handed_in(data), self.arrays(self.about["targets"], data)
        losses, gradients = aligned(len(self.losses), np.float64), self.gradient_block(of_model=loss is not None) if into is None else into
        if into is None:
            gradients[...] = 7  # overwritten
        name = "backward" + self.of_phase if loss is None else f"backward_{loss}"
        self.call(name, address(parameters), inputs, pointers(targets), address(options), address(losses),
                  address(gradients), ctypes.c_int64(into is not None), *self.room(batch))
        return dict(zip(self.losses, losses)), gradients

    def vjp(self, parameters, data, batch, cotangents, options=None):
        inputs = self.handed_in(data)
        given = self.arrays(self.about["heads"], cotangents)
        gradients = self.gradient_block(of_model=True)
        gradients[...] = 7
        declared = {row["name"]: row for row in self.about["inputs"]}
        wanted = {row["name"]: np.full(np.shape(data[row["name"]]), 7, TYPES[declared[row["name"]]["type"]])
                  for row in self.about["input_gradients"]}
        self.call("vjp", address(parameters), inputs, address(options), pointers(given), address(gradients),
                  pointers(list(wanted.values())), *self.room(batch))
        return gradients, wanted

    def apply(self, parameters, state, gradients, options):
        _, space, size = self.room(1)
        self.call("apply" + self.of_phase, address(parameters), address(state), address(gradients), address(options), space, size)

    def step(self, parameters, state, data, batch, options):
        inputs, targets = self.handed_in(data), self.arrays(self.about["targets"], data)
        losses = aligned(len(self.losses), np.float64)
        self.call("step" + self.of_phase, address(parameters), address(state), inputs, pointers(targets), address(options),
                  address(losses), *self.room(batch))
        return dict(zip(self.losses, losses))


def exported(path):
    """Names of the dynamic symbols that a library defines, read from its file."""
    with open(path, "rb") as file:
        data = file.read()
    number = lambda at, size: int.from_bytes(data[at:at + size], "little")
    sections = number(0x28, 8)
    entries = [sections + 64 * i for i in range(number(0x3C, 2))]
    symbols = next(at for at in entries if number(at + 4, 4) == 11)  # SHT_DYNSYM
    strings = entries[number(symbols + 0x28, 4)]
    text, begin, end = number(strings + 0x18, 8), number(symbols + 0x18, 8), number(symbols + 0x20, 8)
    for at in range(begin, begin + end, 24):
        if number(at + 6, 2) != 0:  # st_shndx: defined here
            start = text + number(at, 4)
            yield data[start:data.index(b"\0", start)].decode()
