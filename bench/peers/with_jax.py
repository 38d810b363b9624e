"""JAX: inference, gradients and the whole step are one jitted function each; the step's blocks are donated."""
import os
import pathlib
import time

import numpy as np

os.environ.setdefault("JAX_PLATFORMS", "cpu")
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

import functions_jax as F  # noqa: E402
from workloads import WORKLOADS  # noqa: E402


def adam(p, g, state, t, lr):
    m = {name: 0.9 * state["m"][name] + 0.1 * g[name] for name in g}
    v = {name: 0.999 * state["v"][name] + 0.001 * g[name] * g[name] for name in g}
    moved = {name: p[name] - lr / (1 - 0.9 ** t) * m[name] / (jnp.sqrt(v[name] / (1 - 0.999 ** t)) + 1e-8) for name in g}
    return moved, {"m": m, "v": v}


def sgd(p, g, state, t, lr, momentum=0.0):
    m = {name: momentum * state["m"][name] + g[name] for name in g} if momentum else g
    return {name: p[name] - lr * m[name] for name in g}, {"m": m, "v": state["v"]}


class Peer:
    STEPS = 3

    def __init__(self, threads):
        pass  # XLA's pool is as wide as the processors that the driver leaves to this process

    def load(self, workload, folder):
        self.workload = WORKLOADS[workload]
        with np.load(pathlib.Path(folder) / "parameters.npz") as start:
            self.start = dict(start)
        network, minimize, settings = self.workload.network, self.workload.minimize, self.workload.settings
        rule = {"adam": adam, "sgd": sgd}[self.workload.optimizer]

        def total(trained, still, d, key):
            F.training, F.key, F.nexts = True, key, {}
            losses = network(F, trained | still, d)[1]()
            return sum(coefficient * losses[name] for name, coefficient in minimize.items()), (losses, F.nexts)

        def heads(trained, still, d):
            F.training, F.key = False, None
            return network(F, trained | still, d)[0]

        def step(trained, still, state, d, key, t):
            (_, (losses, nexts)), gradients = jax.value_and_grad(total, has_aux=True)(trained, still, d, key)
            trained, state = rule(trained, gradients, state, t, **settings)
            return trained, still | nexts, state, losses

        self.heads_of, self.step_of = jax.jit(heads), jax.jit(step, donate_argnums=(0, 1, 2))
        self.gradients_of = jax.jit(jax.value_and_grad(total, has_aux=True))
        self.set_up()

    def set_up(self):
        is_still = lambda name: ".running_" in name or "num_batches" in name
        self.trained = {name: jnp.array(value) for name, value in self.start.items() if not is_still(name)}
        self.still = {name: jnp.array(value) for name, value in self.start.items() if is_still(name)}
        zeros = lambda: {name: jnp.zeros_like(value) for name, value in self.trained.items()}
        self.state, self.t, self.key = {"m": zeros(), "v": zeros()}, 0, None

    def take(self, data):
        self.data = {name: jnp.array(value) for name, value in data.items()}

    def whole_step(self):
        self.t += 1
        self.trained, self.still, self.state, losses = self.step_of(self.trained, self.still, self.state, self.data, self.key, float(self.t))
        return losses

    def results(self):
        self.set_up()
        found = {f"head/{name}": value for name, value in self.heads_of(self.trained, self.still, self.data).items()}
        (_, (losses, _)), gradients = self.gradients_of(self.trained, self.still, self.data, None)
        found |= {f"loss/{name}": value for name, value in losses.items()} | {f"gradient/{name}": value for name, value in gradients.items()}
        for _ in range(self.STEPS):
            self.whole_step()
        found |= {f"after/{name}": np.array(value) for name, value in self.trained.items()}
        self.set_up()
        return found

    def repeat(self, call, count):
        self.key = jax.random.key(1)  # dropout is on
        start = time.perf_counter()
        for _ in range(count):
            result = call()
        jax.block_until_ready(result)
        return time.perf_counter() - start

    def inference(self, count):
        return self.repeat(lambda: self.heads_of(self.trained, self.still, self.data), count)

    def gradients(self, count):
        return self.repeat(lambda: self.gradients_of(self.trained, self.still, self.data, self.key), count)

    def step(self, count):
        return self.repeat(self.whole_step, count)
