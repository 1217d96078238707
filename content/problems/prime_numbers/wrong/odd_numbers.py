def primes(limit):
    return [number for number in range(2, limit + 1) if number == 2 or number % 2]
