# Asks for a very long text through a format, a multiplication and a join.
# outcome: ok|memory_limit
for make in (
    lambda: "%600000000d" % 1,
    lambda: f"{1:>600000000}",
    lambda: "ab" * (3 << 28),
    lambda: [0] * (3 << 26),
):
    try:
        print("LEAK", len(make()))
        break
    except (MemoryError, OverflowError, ValueError) as error:
        print("refused:", type(error).__name__)
