def group_anagrams(words):
    groups = {}
    for word in set(words):
        letters = "".join(sorted(word.lower()))
        groups.setdefault(letters, []).append(word)
    return sorted(sorted(group) for group in groups.values())
