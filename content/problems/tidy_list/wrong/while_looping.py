def tidy(items):
    removed = 0
    for item in items:
        if items.count(item) > 1:
            items.remove(item)
            removed += 1
    return removed
