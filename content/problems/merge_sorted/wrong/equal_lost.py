def merge(first, second):
    return sorted(set(first) | set(second))
