def hanoi(discs, start, goal, spare):
    if discs == 0:
        return []
    before = hanoi(discs - 1, start, goal, spare)
    after = hanoi(discs - 1, spare, goal, start)
    return before + [(start, goal)] + after
