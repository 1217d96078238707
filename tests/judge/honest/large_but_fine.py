# Uses a good deal of memory and time, within the limits.
# prints:
#   3000000 2999999
#   78498
#   200000
numbers = list(range(3_000_000))
print(len(numbers), max(numbers))
sieve = bytearray([1]) * 1_000_001
sieve[:2] = b"\0\0"
for n in range(2, 1001):
    if sieve[n]:
        sieve[n * n :: n] = bytes(len(range(n * n, 1_000_001, n)))
print(sum(sieve))
print(len("x" * 200_000))
