def portions(items, size):
    if size < 1:
        raise ValueError("a portion must have at least one item")
    portion = []
    for item in items:
        portion.append(item)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion
