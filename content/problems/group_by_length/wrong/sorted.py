def group_by_length(words):
    groups = {}
    for word in sorted(words):
        groups.setdefault(len(word), []).append(word)
    return groups
