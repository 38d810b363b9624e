"""A peer that is called from Python, once for each pass."""
import time


class Called:
    """Its subclasses have forward, backward and whole_step."""

    def repeat(self, call, count):
        start = time.perf_counter()
        for _ in range(count):
            call()
        return time.perf_counter() - start

    def inference(self, count):
        return self.repeat(self.forward, count)

    def gradients(self, count):
        return self.repeat(self.backward, count)

    def step(self, count):
        return self.repeat(self.whole_step, count)
