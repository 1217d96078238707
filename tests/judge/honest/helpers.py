# Functions that call each other, closures, decorators, generators, default and keyword arguments.
# prints:
#   [2, 3, 5, 7, 11, 13]
#   call add
#   7
#   [1, 2, 3]
#   3 6
import functools


def is_prime(n):
    return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))


def primes(limit):
    for n in range(limit):
        if is_prime(n):
            yield n


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        print("call", function.__name__)
        return function(*args, **kwargs)

    return wrapper


@logged
def add(a, b=0, *, c=0):
    return a + b + c


def counter():
    count = 0

    def step():
        nonlocal count
        count += 1
        return count

    return step


print(list(primes(15)))
print(add(1, b=2, c=4))
step = counter()
print([step() for _ in range(3)])
(lambda *a, **k: print(len(a), sum(k.values())))(1, 2, 3, x=1, y=5)
