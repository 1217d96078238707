# Recurses without end, with the interpreter's own limit lifted.
# outcome: crash|memory_limit|error|time_limit
# limits: memory=33554432 wall=1
# control: none — it takes all memory there is
import sys

sys.setrecursionlimit(2**31 - 1)


def deeper(n):
    return deeper(n + 1) + 1


deeper(0)
