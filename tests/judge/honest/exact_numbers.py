# decimal and fractions.
# prints:
#   0.3333333333
#   3.3 3.35 0.1
#   1/3 5/6 1
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

with localcontext() as context:
    context.prec = 10
    print(Decimal(1) / 3)
print(
    Decimal("1.1") + Decimal("2.2"), Decimal("3.345").quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal("0.1")
)
print(Fraction(1, 3), Fraction(1, 2) + Fraction(1, 3), Fraction("0.25") * 4)
