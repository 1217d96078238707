def primes(limit):
    crossed = set()
    found = []
    for number in range(2, limit):
        if number not in crossed:
            found.append(number)
            crossed.update(range(number * 2, limit, number))
    return found
