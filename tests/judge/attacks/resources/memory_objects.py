# Fills memory with small objects.
# outcome: memory_limit|time_limit
# limits: memory=33554432 wall=3
# control: none — it would take all there is
chain = None
while True:
    chain = [chain, {}]
