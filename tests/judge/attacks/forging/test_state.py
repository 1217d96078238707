# Remembers the arguments of earlier tests to answer later ones.
# outcome: wrong_answer|error
# judged: call
# control: none — the naive grader has no secret order
import builtins

COUNT = getattr(builtins, "count", 0)


def answer(x):
    builtins.count = getattr(builtins, "count", 0) + 1
    if builtins.count > 1 or COUNT:
        print("LEAK remembers an earlier test")
    return builtins.count
