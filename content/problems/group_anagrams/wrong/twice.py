def group_anagrams(words):
    groups = {}
    for word in words:
        letters = "".join(sorted(word.lower()))
        groups.setdefault(letters, []).append(word)
    return sorted(sorted(group) for group in groups.values() if len(group) > 1)
