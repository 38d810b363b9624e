"""Prints a model whose blocks apply each other as deep as asked for."""
import sys

depth = int(sys.argv[1])
print("block b0 = relu")
for i in range(1, depth):
    print(f"block b{i}(x) {{ return b{i - 1}(((((x))))) }}")
print("model Deep {\n  input x: f32[batch, 3]\n  head h = x -> b%d\n}" % (depth - 1))
