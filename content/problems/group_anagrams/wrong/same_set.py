def group_anagrams(words):
    groups = {}
    for word in set(words):
        groups.setdefault(frozenset(word.lower()), []).append(word)
    return sorted(sorted(group) for group in groups.values() if len(group) > 1)
