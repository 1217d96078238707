# Recursion, plain and remembered, deeper than the default limit.
# prints:
#   3628800
#   354224848179261915075
#   20000
#   6
import sys
from functools import lru_cache


def factorial(n):
    return 1 if n == 0 else n * factorial(n - 1)


@lru_cache(maxsize=None)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def permutations(items):
    return [[x, *rest] for i, x in enumerate(items) for rest in permutations(items[:i] + items[i + 1 :])] or [
        []
    ]


print(factorial(10))
print(fibonacci(100))
sys.setrecursionlimit(50_000)
print(depth(20_000))
print(len(permutations([1, 2, 3])))
