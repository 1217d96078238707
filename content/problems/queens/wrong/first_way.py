def queens(size, taken=()):
    row = len(taken)
    if row == size:
        return 1
    for column in range(size):
        if all(c != column and abs(c - column) != row - r for r, c in enumerate(taken)):
            if queens(size, (*taken, column)):
                return 1
    return 0
