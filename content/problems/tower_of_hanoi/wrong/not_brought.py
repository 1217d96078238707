def hanoi(discs, start, goal, spare):
    if discs == 0:
        return []
    return hanoi(discs - 1, start, spare, goal) + [(start, goal)]
