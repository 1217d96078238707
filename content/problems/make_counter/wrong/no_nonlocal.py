def make_counter(start, step):
    current = start

    def count():
        number = current
        current += step
        return number

    return count
