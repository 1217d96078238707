# Fills a dictionary with keys of one hash, which takes quadratic time.
# outcome: time_limit
# limits: wall=0.2
# control: hangs
step = 2**61 - 1
table = {number * step: None for number in range(1, 100_000)}
