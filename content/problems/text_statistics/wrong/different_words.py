def file_statistics(*paths, top=3):
    counts = {}
    missing = set()
    files = 0
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read().lower()
        except FileNotFoundError:
            missing.add(path)
            continue
        files += 1
        for word in "".join(sign if sign.isalpha() else " " for sign in text).split():
            counts[word] = counts.get(word, 0) + 1
    common = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {
        "files": files,
        "missing": sorted(missing),
        "words": len(counts),
        "common": common[:top],
    }
