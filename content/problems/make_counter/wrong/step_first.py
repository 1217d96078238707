def make_counter(start, step):
    current = start

    def count():
        nonlocal current
        current += step
        return current

    return count
