# Answers with values that are costly to compare: many members of one hash, long unordered lists.
# outcome: wrong_answer|output_limit
# judged: call
# control: none — nothing to achieve


def answer(x):
    step = 2**61 - 1
    if x == 1:
        return {number * step for number in range(1, 300)}
    if x == 2:
        return [[number] for number in range(9_000)]
    if x == 3:
        return {str(number): number for number in range(9_000)}
    return ["a" * 30] * 15_000
