current = None


def make_counter(start, step):
    global current
    current = start

    def count():
        global current
        number = current
        current += step
        return number

    return count
