def sum_of_evens(first, last):
    total = 0
    for number in range(first, last):
        if number % 2 == 0:
            total += number
    return total
