def make_counter(start, step):
    current = start

    def count():
        nonlocal current
        number = current
        current += step
        return number

    return count
