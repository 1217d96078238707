def queens(size, taken=()):
    if len(taken) == size:
        return 1
    ways = 0
    for column in range(size):
        if column not in taken:
            ways += queens(size, (*taken, column))
    return ways
