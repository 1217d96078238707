def primes(limit):
    crossed = [False] * (limit + 1)
    found = []
    for number in range(2, limit + 1):
        if not crossed[number]:
            found.append(number)
            for multiple in range(2 * number, limit + 1, number):
                crossed[multiple] = True
    return found
