"""One graph, compiled and run in other ways: what must agree with the oracle, and what must have the same bits."""
import check_graph
import numpy as np
from check_graph import compiled

MARCHES = {"x86-64-v2": ("sse4_2", "popcnt"), "x86-64-v3": ("avx2", "fma", "bmi2"), "x86-64-v4": ("avx512f", "avx512dq", "avx512vl", "avx512bw")}
CUTS = (1, 3)


def processor_flags():
    try:
        with open("/proc/cpuinfo") as info:
            return next((line.split(":")[1].split() for line in info if line.startswith("flags")), [])
    except OSError:
        return []


def marches():
    flags = set(processor_flags())
    return [name for name, needed in MARCHES.items() if flags.issuperset(needed)]


def heads_of(model, parameters, batch):
    return model.forward(model.block(parameters), batch.data, batch.rows)


def everything(source, folder, parameters, oracle, batch, report):
    ways = [("f32", "-O0"), ("f32", "-O3"), ("f64", "-O0"), ("f64", "-O3")] + [("f32", f"--march={march}") for march in marches()]
    heads = {}
    for number, (precision, option) in enumerate(ways):
        before = len(report.failures)
        with compiled(source, folder / f"{source.stem}.{number}.so", precision, option) as model:
            check_graph.check_batch(model, parameters, batch, report, precision)
            heads[precision, option] = heads_of(model, parameters, batch)
            if option == "-O3" and not model.about["dims"]:
                check_rows(model, parameters, oracle, batch, report)
        report.failures[before:] = [f"{precision} {option}: {text}" for text in report.failures[before:]]
    for precision in ("f32", "f64"):
        for name, value in heads[precision, "-O0"].items():
            report.same_bits(f"{precision}: head {name} with -O0 and -O3", value, heads[precision, "-O3"][name])


def part(data, first, last):
    return {name: value[first:last] for name, value in data.items()}


def check_rows(model, parameters, oracle, batch, report):
    """A row's prediction has the same bits in every batch, unless the model itself looks at other rows."""
    whole = heads_of(model, parameters, batch)
    for cut in CUTS:
        rows = min(cut, batch.rows)
        data = part(batch.data, 0, rows)
        alone = oracle.forward(parameters, data).heads
        given = model.forward(model.block(parameters), data, rows)
        for name, value in given.items():
            full = batch.outcome.heads[name].value
            apart = full.shape[:1] == (batch.rows,) and np.allclose(full[:rows], alone[name].value, rtol=1e-12, atol=0)
            if apart:
                report.same_bits(f"head {name} of {rows} rows and of {batch.rows}", value, whole[name][:rows])
