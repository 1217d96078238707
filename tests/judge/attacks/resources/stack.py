# Uses more of the C stack than allowed.
# outcome: crash|error
# limits: stack=1048576
import sys

sys.setrecursionlimit(10**6)
nested = []
for _ in range(12_000):
    nested = [nested]
repr(nested)
print("LEAK", 12_000, "levels of C stack")
