"""Faults for the tests of the tests: what a library computes is altered before it is compared."""
import check_graph

KINDS = ("head", "loss", "gradient", "vjp", "parameter", "bits")
PART = 3e-5  # of a number: 500 roundoffs of f32


def altered(block):
    flat = block.reshape(-1)
    flat[:1] += PART * abs(flat).max()
    return block


def plant(kind):
    library = check_graph.Library
    sound = {name: getattr(library, name) for name in ("forward", "backward", "vjp", "step", "tensors")}

    def forward(self, *arguments):
        return {name: altered(value) for name, value in sound["forward"](self, *arguments).items()}

    def forward_with_noise(self, *arguments):
        heads = sound["forward"](self, *arguments)
        self.calls = getattr(self, "calls", 0) + 1
        return {name: value * (1 + self.calls * 2.0 ** -23) for name, value in heads.items()}

    def backward(self, *arguments, **options):
        losses, block = sound["backward"](self, *arguments, **options)
        return (losses, altered(block)) if kind == "gradient" else ({name: value * (1 + PART) for name, value in losses.items()}, block)

    def vjp(self, *arguments):
        block, inputs = sound["vjp"](self, *arguments)
        return altered(block), {name: altered(value) for name, value in inputs.items()}

    def step(self, parameters, *arguments):
        losses = sound["step"](self, parameters, *arguments)
        parameters[:1] += PART
        return losses

    faults = {"head": ("forward", forward), "bits": ("forward", forward_with_noise), "loss": ("backward", backward),
              "gradient": ("backward", backward), "vjp": ("vjp", vjp), "parameter": ("step", step)}
    setattr(library, *faults[kind])
