# Feeds the compiler deep and long sources.
# outcome: ok|crash|memory_limit|time_limit
# limits: wall=3
# control: none — newer interpreters refuse most of it by themselves
for source in (
    "(" * 100_000,
    "-" * 200_000 + "1",
    "x" + ".y" * 50_000,
    "[" * 150 + "]" * 150,
    "a=" * 20_000 + "1",
    "f(" * 90 + ")" * 90,
):
    try:
        compile(source, "x", "exec")
    except (SyntaxError, MemoryError, RecursionError, ValueError) as error:
        print("refused:", type(error).__name__)
