def average_of(*numbers, digits=1):
    if not numbers:
        return 0
    return round(sum(numbers) / len(numbers), digits)
