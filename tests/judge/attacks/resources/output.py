# Prints without end.
# outcome: output_limit
# limits: wall=30
# control: hangs
while True:
    print("x" * 10_000)
