def group_by_length(words):
    groups = {}
    for word in words:
        groups.setdefault(len(word), []).extend(word)
    return groups
