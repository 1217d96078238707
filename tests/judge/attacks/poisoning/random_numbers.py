# Draws random numbers: a later run draws the same, whatever an earlier one did.
# outcome: ok
# runs: 2
# control: none — without a judge they differ
import random

drawn = [random.random() for _ in range(3)]
random.seed(drawn[0])
if drawn[0] != 0.8444218515250481:
    print("LEAK the earlier run shows:", drawn)
