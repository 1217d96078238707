def distance(first, second):
    changes = abs(len(first) - len(second))
    for a, b in zip(first, second):
        if a != b:
            changes += 1
    return changes
