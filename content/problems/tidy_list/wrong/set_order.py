def tidy(items):
    kept = sorted(set(items))
    removed = len(items) - len(kept)
    items[:] = kept
    return removed
