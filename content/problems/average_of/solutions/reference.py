def average_of(*numbers, digits=1):
    if not numbers:
        return None
    return round(sum(numbers) / len(numbers), digits)
