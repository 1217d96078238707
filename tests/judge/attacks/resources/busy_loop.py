# Loops for ever.
# outcome: time_limit
# limits: wall=0.2
# control: hangs
while True:
    pass
