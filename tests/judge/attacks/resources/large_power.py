# Computes a power with hundreds of millions of digits.
# outcome: time_limit|memory_limit
# limits: wall=0.2
# control: hangs
print(len(str(7 ** (10**9))))
