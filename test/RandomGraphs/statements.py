"""Statements of random graphs that change shapes in ways of their own: each a function of the graph, with the operators that
it writes. A statement that finds no value of a fitting shape adds nothing."""
from vocabulary import dialect_names

BATCH = "batch"
DIMS = {"nodes": 120, "edges": 240}  # three nodes for a sample, two edges for a node (draw.py)
ALL = []


def statement(*operators):
    def register(function):
        ALL.append((operators, function))
        return function
    return register


def available():
    return [function for operators, function in ALL if dialect_names().issuperset(operators)]


def sequence(shape):
    return len(shape) == 3 and shape[0] == BATCH


def batched(shape):
    return len(shape) >= 2 and shape[0] == BATCH


# ------------------------------------------------------------------------------------------------------------- products

@statement("linear")
def along_last_axis(graph):
    if x := graph.value(sequence):
        units = graph.number(1, 5)
        graph.bind(f"{x} -> linear({units}){graph.steps(graph.number(0, 1))}", (*graph.values[x][:2], units), x, word="branch ")


@statement("matmul")
def matmul(graph):
    x = graph.value(sequence)
    y = x and graph.value(lambda shape: sequence(shape) and shape[2] == graph.values[x][2])
    if not x:
        return
    graph.bind(f"matmul({x}, {y}, transpose_b = true) * 0.25", (BATCH, graph.values[x][1], graph.values[y][1]), x, y)


@statement("matmul")
def matmul_over_batch(graph):
    x, y = graph.matrix(), graph.matrix()
    graph.bind(f"matmul({x}, {y}, transpose_a = true) / 8", (graph.values[x][1], graph.values[y][1]), x, y)


@statement("einsum")
def einsum(graph):
    x, m = graph.value(sequence), graph.matrix()
    if not x:
        return graph.bind(f'einsum("bi,bj->bji", {m}, {m})', (BATCH, graph.values[m][1], graph.values[m][1]), m)
    b, n, k = graph.values[x]
    text, shape = graph.pick([(f'einsum("bij,bkj->bki", {x}, {x})', (b, n, n)), (f'einsum("bij->bji", {x})', (b, k, n)),
                              (f'einsum("bij,bik->bjk", {x}, {x})', (b, k, k)), (f'einsum("bij->bi", {x})', (b, n))])
    graph.bind(text, shape, x)


@statement("attention", "attention_weights")
def attention(graph):
    q = graph.value(sequence)
    k = q and graph.value(lambda shape: sequence(shape) and shape[2] == graph.values[q][2])
    if not q:
        return
    (b, queries, size), keys = graph.values[q], graph.values[k][1]
    options = graph.pick(["", ", causal = true", ", scale = 0.5"])
    if graph.chance(0.3):
        mask = graph.declare("input", "m", "i32", (BATCH, keys))
        options += f", mask = {mask} == 1"
    if graph.chance(0.3):
        return graph.bind(f"attention_weights({q}, {k}{options})", (b, queries, keys), q, k)
    v = graph.value(lambda shape: sequence(shape) and shape[1] == keys)
    graph.bind(f"attention({q}, {k}, {v}{options})", (b, queries, graph.values[v][2]), q, k, v)


# --------------------------------------------------------------------------------------------------------------- images

def image(shape):
    return len(shape) == 4 and shape[0] == BATCH


def window(graph, sizes):
    """A kernel that fits, and the number of its windows: (arguments, sizes of the result)."""
    pad, stride, dilation = (graph.number(0, 1), graph.number(1, 2), graph.number(1, 2))
    kernel = [graph.number(1, min(3, (n + 2 * pad - 1) // dilation + 1)) for n in sizes]
    result = [(n + 2 * pad - dilation * (k - 1) - 1) // stride + 1 for n, k in zip(sizes, kernel)]
    numbers = kernel[0] if len(kernel) == 1 else f"({', '.join(map(str, kernel))})"
    return f"{numbers}, stride = {stride}, pad = {pad}, dilation = {dilation}", result


@statement("conv1d")
def convolve_sequence(graph):
    if x := graph.value(sequence):
        _, channels, length = graph.values[x]
        arguments, sizes = window(graph, [length])
        groups, more = (channels, graph.number(1, 2)) if graph.chance(0.3) else (1, graph.number(1, 4))
        out = groups * more if groups > 1 else more
        graph.bind(f"{x} -> conv1d({out}, {arguments}, groups = {groups})", (BATCH, out, *sizes), x, word="branch ")


@statement("conv2d", "conv_transpose2d")
def convolve_image(graph):
    x = graph.value(image)
    if not x:
        x = graph.value(lambda shape: sequence(shape) and shape[1] > 1)
        return x and graph.bind(f"{x} -> unsqueeze(1)", (BATCH, 1, *graph.values[x][1:]), x)
    _, channels, *shape = graph.values[x]
    if graph.chance(0.3):
        kernel, stride, out = graph.number(1, 2), graph.number(1, 2), graph.number(1, 2)
        sizes = [(n - 1) * stride + kernel for n in shape]
        return graph.bind(f"{x} -> conv_transpose2d({out}, {kernel}, stride = {stride})", (BATCH, out, *sizes), x, word="branch ")
    arguments, sizes = window(graph, shape)
    groups, out = (channels, channels) if graph.chance(0.3) else (1, graph.number(1, 4))
    graph.bind(f"{x} -> conv2d({out}, {arguments}, groups = {groups})", (BATCH, out, *sizes), x, word="branch ")


@statement("avgpool", "maxpool")
def pool(graph):
    x = graph.value(lambda shape: image(shape) or sequence(shape))
    if not x:
        return
    sizes = graph.values[x][2:]
    kernel = graph.number(1, min(3, *sizes, 3))
    stride = graph.number(1, 2)
    counts = [(n - kernel) // stride + 1 for n in sizes]
    graph.bind(f"{x} -> {graph.pick(['maxpool', 'avgpool'])}({kernel}, stride = {stride})", (*graph.values[x][:2], *counts), x)


@statement("adaptive_avgpool", "global_avgpool")
def average(graph):
    x = graph.value(lambda shape: image(shape) or sequence(shape))
    if not x:
        return
    if graph.chance(0.5):
        return graph.bind(f"{x} -> global_avgpool", graph.values[x][:2], x)
    size = graph.number(1, 4)
    graph.bind(f"{x} -> adaptive_avgpool({size})", (*graph.values[x][:2], *[size] * (len(graph.values[x]) - 2)), x)


@statement("groupnorm", "instancenorm")
def normalize_channels(graph):
    x = graph.value(lambda shape: (image(shape) or sequence(shape)) and shape[2] * shape[-1] > 4)
    if not x:
        return
    channels = graph.values[x][1]
    step = graph.pick(["instancenorm(eps = 1e-2)", "instancenorm(affine = true, eps = 1e-2)", "groupnorm(1, eps = 1e-2)", f"groupnorm({channels}, eps = 1e-2)"])
    graph.bind(f"{x} -> {step}", graph.values[x], x, word="branch ")


@statement("upsample")
def resize(graph):
    x = graph.value(lambda shape: (image(shape) or sequence(shape)) and shape[2] * shape[-1] < 30)
    if not x:
        return
    sizes = graph.values[x][2:]
    mode = graph.pick(["", ", mode = bilinear", ", mode = bilinear, align_corners = true"])
    if graph.chance(0.5):
        return graph.bind(f"{x} -> upsample(2{mode})", (*graph.values[x][:2], *[2 * n for n in sizes]), x)
    size = graph.number(1, 7)
    graph.bind(f"{x} -> upsample(size = {size}{mode})", (*graph.values[x][:2], *[size] * len(sizes)), x)


# --------------------------------------------------------------------------------------------------------------- shapes

@statement("transpose", "permute")
def transpose(graph):
    x = graph.value(lambda shape: len(shape) >= 3 and shape[0] == BATCH)
    if not x:
        return
    shape = list(graph.values[x])
    if graph.chance(0.5):
        return graph.bind(f"{x} -> transpose", (*shape[:-2], shape[-1], shape[-2]), x)
    order = [0, *(1 + graph.random.permutation(len(shape) - 1))]
    graph.bind(f"permute({x}, ({', '.join(str(a) for a in order)}))", [shape[a] for a in order], x)


@statement("squeeze", "unsqueeze")
def unsqueeze(graph):
    x = graph.value(lambda shape: batched(shape) and len(shape) < 4)
    axis = graph.number(1, len(graph.values[x]))
    graph.bind(f"{x} -> unsqueeze({axis})", (*graph.values[x][:axis], 1, *graph.values[x][axis:]), x)


@statement("squeeze")
def squeeze(graph):
    x = graph.value(lambda shape: len(shape) >= 3 and 1 in shape)
    x and graph.bind(f"{x} -> squeeze", [n for n in graph.values[x] if n != 1], x)


@statement("tile", "pad", "flip")
def reshape(graph):
    x = graph.value(lambda shape: batched(shape) and max(shape[1:]) > 1)
    if not x:
        return
    sizes = graph.values[x][1:]
    total = 1
    for n in sizes:
        total *= n
    divisor = graph.pick([n for n in range(1, total + 1) if total % n == 0])
    graph.bind(f"{x} -> reshape({divisor}, -1)", (BATCH, divisor, total // divisor), x)


@statement("stack", "split")
def stack(graph):
    x = graph.value(lambda shape: batched(shape) and len(shape) < 4)
    parts = [x] + [graph.value(lambda shape: shape == graph.values[x]) for _ in range(graph.number(1, 2))]
    axis = graph.number(1, len(graph.values[x]))
    shape = graph.values[x]
    graph.bind(f"stack({', '.join(parts)}, axis = {axis})", (*shape[:axis], len(parts), *shape[axis:]), *parts)


@statement("split")
def split(graph):
    x = graph.value(lambda shape: batched(shape) and shape[-1] >= 2)
    if not x:
        return
    *lead, size = graph.values[x]
    first = graph.number(1, size - 1)
    names = [graph.fresh(), f"v{len(graph.values) + 1}"]
    graph.lines.append(f"{', '.join(names)} = split({x}, ({first}, {size - first}), axis = {len(lead)})")
    graph.unused = [name for name in graph.unused if name != x] + names
    graph.values |= {names[0]: (*lead, first), names[1]: (*lead, size - first)}


@statement("tile")
def tile(graph):
    x = graph.value(lambda shape: batched(shape) and shape[-1] <= 8)
    if x:
        *lead, size = graph.values[x]
        repeats = [1] * (len(lead) - 1) + [2]
        graph.bind(f"tile({x}, {repeats[0] if len(repeats) == 1 else '(' + ', '.join(map(str, repeats)) + ')'})", (*lead, 2 * size), x)


@statement("pad")
def pad(graph):
    x = graph.value(batched)
    *lead, size = graph.values[x]
    before, after = graph.number(0, 2), graph.number(1, 2)
    graph.bind(f"pad({x}, {before}, {after}, value = {graph.pick(['0', '0.5'])})", (*lead, size + before + after), x)


# ------------------------------------------------------------------------------------------------------ by index, weights

@statement("embedding")
def embedding(graph):
    count, width = graph.number(2, 9), graph.number(1, 6)
    shape = graph.pick([(BATCH,), (BATCH, 3)])
    ids = graph.declare("input", f"c{count}_", graph.pick(["i32", "i64"]), shape)
    graph.bind(f"{ids} -> embedding({count}, {width})", (*shape, width), word="trunk ")


@statement("embedding_bag")
def embedding_bag(graph):
    count, width = graph.number(2, 9), graph.number(1, 6)
    ids = graph.declare("input", f"c{count}_", "i64", (BATCH, 4))
    options = graph.pick(["", ', mode = sum', ", mode = max", ", mode = max, padding = 0", ", padding = 0", ", sparse = true"])
    graph.bind(f"{ids} -> embedding_bag({count}, {width}{options})", (BATCH, width), word="trunk ")


@statement("take")
def take(graph):
    """Rows of a table that is trained: an embedding by hand."""
    count, width = graph.number(2, 9), graph.number(1, 6)
    table = graph.bind(f"parameter({count}, {width}, init = normal(0, 0.5))", (count, width), word="trunk ")
    shape = graph.pick([(BATCH,), (BATCH, 3)])
    index = graph.declare("input", f"c{count}_", graph.pick(["i32", "i64"]), shape)
    graph.bind(f"take({table}, {index}, axis = 0)", (*shape, width), table)


@statement("gather")
def gather(graph):
    x = graph.value(lambda shape: batched(shape) and len(shape) == 2)
    size = graph.values[x][1]
    index = graph.declare("input", f"c{size}_", "i64", (BATCH, 2))
    graph.bind(f"gather({x}, {index}, axis = 1)", (BATCH, 2), x)


@statement("scatter_add")
def scatter_add(graph):
    x = graph.value(lambda shape: batched(shape) and len(shape) == 2)
    source = graph.value(lambda shape: batched(shape) and len(shape) == 2)
    (_, size), shape = graph.values[x], graph.values[source]
    index = graph.declare("input", f"c{size}_", "i64", shape)
    graph.bind(f"scatter_add({x}, {index}, {source}, axis = 1)", graph.values[x], x, source)


@statement("segment_sum", "segment_mean", "segment_max", "segment_softmax", "degree")
def segments(graph):
    """What the rows of a group have in common, given to each of them."""
    x, count = graph.value(batched), graph.number(1, 5)
    index = graph.declare("input", f"c{count}_", graph.pick(["i32", "i64"]), (BATCH,))
    text = graph.pick([f"segment_softmax({x}, {index}, {count})", f"take(segment_sum({x}, {index}, {count}), {index}, axis = 0)",
                       f"take(segment_mean({x}, {index}, {count}), {index}, axis = 0)",
                       f"take(segment_max({x}, {index}, {count}), {index}, axis = 0)",
                       f"{x} / (1 + {' -> '.join([f'take(degree({index}, {count}), {index}, axis = 0)', 'reshape(' + ', '.join(['1'] * (len(graph.values[x]) - 1)) + ')'])})"])
    graph.bind(text, graph.values[x], x)


@statement("take", "segment_sum", "segment_mean", "segment_max", "segment_softmax", "degree")
def nodes_of_samples(graph):
    """A value of each sample from its nodes, which receive from others along edges, and may know what their sample has."""
    x = graph.declare("input", "x", "f32", ("nodes", graph.number(1, 4)))
    of, edge = graph.declare("input", "g", "i64", ("nodes",), " < batch"), graph.declare("input", "e", graph.pick(["i32", "i64"]), ("edges", 2), " < nodes")
    y, units, own = graph.matrix() if graph.chance(0.5) else None, graph.number(1, 5), f"n{len(graph.declared)}"
    known = f"concat({x}, take({y}, {of}, axis = 0))" if y else x
    graph.lines.append(f"branch {own} = {known} -> linear({units}){graph.steps(1)}")
    sent, to = f"take({own}, {edge}[:, 0], axis = 0)", f"{edge}[:, 1]"
    received = graph.pick([f"segment_sum({sent}, {to}, nodes) * 0.5", f"segment_mean({sent}, {to}, nodes)", f"segment_max({sent}, {to}, nodes)",
                           f"segment_sum({sent} * segment_softmax({sent}, {to}, nodes), {to}, nodes)",
                           f"segment_sum({sent}, {to}, nodes) / unsqueeze(1 + degree({to}, nodes), 1)"])
    pool = graph.pick(["segment_sum", "segment_mean", "segment_max"])
    graph.bind(f"{pool}({own} + {received}, {of}, batch)", (BATCH, units), *([y] if y else []))


@statement("one_hot")
def one_hot(graph):
    count = graph.number(2, 6)
    shape = graph.pick([(BATCH,), (BATCH, 2)])
    ids = graph.declare("input", f"c{count}_", graph.pick(["i32", "i64"]), shape)
    graph.bind(f"{ids} -> one_hot({count})", (*shape, count))


@statement("argmax", "argmin", "one_hot")
def one_hot_of_largest(graph):
    x = graph.value(lambda shape: batched(shape) and shape[-1] > 1)
    if not x:
        return
    *lead, size = graph.values[x]
    graph.bind(f"{x} -> {graph.pick(['argmax', 'argmin'])}(axis = -1) -> one_hot({size})", (*lead, size), x)


@statement("broadcast", "unsqueeze")
def broadcast(graph):
    x = graph.value(lambda shape: len(shape) >= 1 and shape[0] != BATCH)
    if x:  # a parameter, or a mean over the batch
        return graph.bind(f"{x} -> broadcast(batch, {', '.join(['-1'] * len(graph.values[x]))})", (BATCH, *graph.values[x]), x)
    x, count = graph.matrix(), graph.number(2, 4)
    graph.bind(f"{x} -> unsqueeze(1) -> broadcast({count}, -1)", (BATCH, count, graph.values[x][1]), x)


@statement("ne", "select")
def choose_by_number(graph):
    x = graph.value(lambda shape: batched(shape) and len(shape) == 2)
    y = graph.value(lambda shape: shape == graph.values[x])
    flag = graph.declare("input", "m", "i32", (BATCH, 1))
    graph.bind(f"select({flag} != 0, {x}, {y} * 0.5)", graph.values[x], x, y)


@statement("parameter")
def parameter(graph):
    x = graph.value(batched)
    shape = graph.values[x][1:]
    name = graph.bind(f"parameter({', '.join(map(str, shape))}, init = normal(0, 0.5))", shape, word="trunk ")
    graph.bind(f"{x} {graph.pick('+*')} {name}", graph.values[x], x, name)


@statement("dropout")
def dropout(graph):
    x = graph.value(batched)
    graph.bind(f"{x} -> dropout({graph.pick(['0.5', '0.2'])})", graph.values[x], x)


@statement("dropout2d")
def dropout_of_channels(graph):
    if x := graph.value(lambda shape: image(shape) or sequence(shape)):
        graph.bind(f"{x} -> dropout2d({graph.pick(['0.5', '0.2'])})", graph.values[x], x)
