def primes(limit):
    found = []
    for number in range(1, limit + 1):
        if all(number % prime for prime in found if prime > 1):
            found.append(number)
    return found
