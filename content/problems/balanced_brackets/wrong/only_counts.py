def first_misfit(text):
    depth = 0
    last = -1
    for index, sign in enumerate(text):
        if sign in "([{":
            depth += 1
            last = index
        elif sign in ")]}":
            depth -= 1
            if depth < 0:
                return index
    return last if depth else -1
