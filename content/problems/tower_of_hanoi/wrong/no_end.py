def hanoi(discs, start, goal, spare):
    before = hanoi(discs - 1, start, spare, goal)
    after = hanoi(discs - 1, spare, goal, start)
    return before + [(start, goal)] + after
