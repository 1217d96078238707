# Asks decimal for millions of digits.
# outcome: time_limit|memory_limit|error
# limits: wall=0.2
# control: hangs
import decimal

decimal.getcontext().prec = 50_000_000
decimal.getcontext().Emax = decimal.MAX_EMAX
print(decimal.Decimal(2).sqrt() ** decimal.Decimal("1.5"))
