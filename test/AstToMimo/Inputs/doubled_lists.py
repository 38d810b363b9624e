"""doubled_lists.py EXPRESSION: fifty lists, each twice as long as the one before; {0} in the expression is the number of that."""
import sys

print("model M {")
print("  input x: f32[batch, 3]")
print("  l0 = [x, x]")
for i in range(1, 50):
    print(f"  l{i} = " + sys.argv[1].format(i - 1))
print("  head h = concat(x, x)")
print("}")
