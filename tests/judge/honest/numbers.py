# Whole numbers without bound, floats, rounding, complex numbers, math, statistics.
# prints:
#   1267650600228229401496703205376
#   0.30000000000000004 2.67 -4 2
#   (1+2j) 2.23606797749979
#   3.14159 12 1.4142135623730951 True
#   2.5 2 1.118033988749895
import math
import statistics

print(2**100)
print(0.1 + 0.2, round(2.675, 2), -7 // 2, -7 % 3)
print(1 + 2j, abs(1 + 2j))
print(f"{math.pi:.5f}", math.gcd(24, 36), math.sqrt(2), math.isclose(0.1 + 0.2, 0.3))
print(statistics.mean([1, 2, 3, 4]), statistics.median_low([1, 2, 3, 4]), statistics.pstdev([1, 2, 3, 4]))
