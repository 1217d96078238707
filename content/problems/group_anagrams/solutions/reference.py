def group_anagrams(words):
    groups = {}
    for word in set(words):
        letters = tuple(sorted(word.casefold()))
        groups.setdefault(letters, []).append(word)
    return sorted(sorted(group) for group in groups.values() if len(group) > 1)
