"""many_heads.py COUNT: a model with so many heads on one trunk, each with a loss of its own."""
import sys

count = int(sys.argv[1])
print("model Heads {\n  input x: f32[batch, 8]\n  trunk h = x -> linear(16) -> relu")
for i in range(count):
    print(f"  target y{i}: f32[batch, 2]\n  head h{i} = h -> linear(2)\n  loss l{i} = mse(h{i}, y{i})")
print(f"  minimize {' + '.join(f'l{i}' for i in range(count))}\n  optimizer adam(lr = 1e-3)\n}}")
