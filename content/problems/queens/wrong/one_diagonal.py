def queens(size, taken=()):
    row = len(taken)
    if row == size:
        return 1
    ways = 0
    for column in range(size):
        if all(c != column and c - column != row - r for r, c in enumerate(taken)):
            ways += queens(size, (*taken, column))
    return ways
