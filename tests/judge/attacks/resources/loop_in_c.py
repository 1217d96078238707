# Spends its time inside one call of C code, which no Python-level timer interrupts.
# outcome: time_limit
# limits: wall=0.2
# control: hangs
import re

re.match(r"(a|a)*(a|aa)+$", "a" * 40 + "b")
