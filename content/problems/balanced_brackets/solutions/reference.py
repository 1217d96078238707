def first_misfit(text):
    partners = {")": "(", "]": "[", "}": "{"}
    opened = []
    for index, sign in enumerate(text):
        if sign in partners.values():
            opened.append((sign, index))
        elif sign in partners:
            if not opened or opened[-1][0] != partners[sign]:
                return index
            opened.pop()
    return opened[-1][1] if opened else -1
