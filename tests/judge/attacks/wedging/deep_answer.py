# Answers with values that are too deep, too many, too large, or contain themselves.
# outcome: wrong_answer|output_limit|error
# judged: call
# control: none — nothing to achieve
import decimal


def answer(x):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    cyclic = {}
    cyclic["self"] = cyclic
    values = [
        deep,
        cyclic,
        list(range(100_000)),
        "x" * 10_000_000,
        1 << 20_000_000,
        decimal.Decimal("1e999999"),
        b"x" * 5_000_000,
    ]
    return values[x if isinstance(x, int) else 0]
