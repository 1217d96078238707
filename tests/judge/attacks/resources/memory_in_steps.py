# Takes memory until there is no more, and survives the refusals.
# outcome: ok|memory_limit
# limits: memory=134217728
# control: none — it would take all there is
blocks = []
refusals = 0
while refusals < 3:
    try:
        blocks.append(b"x" * (16 << 20))
    except MemoryError:
        refusals += 1
    if len(blocks) * 16 > 512:
        print("LEAK has", len(blocks) * 16, "MiB")
        break
