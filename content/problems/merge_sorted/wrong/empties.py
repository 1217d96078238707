def merge(first, second):
    merged = []
    while first and second:
        merged.append(first.pop(0) if first[0] < second[0] else second.pop(0))
    return merged + first + second
