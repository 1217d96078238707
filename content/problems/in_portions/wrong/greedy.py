def portions(items, size):
    if size < 1:
        raise ValueError("a portion must have at least one item")
    items = list(items)
    for start in range(0, len(items), size):
        yield items[start:start + size]
