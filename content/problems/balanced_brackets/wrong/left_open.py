def first_misfit(text):
    partners = {")": "(", "]": "[", "}": "{"}
    opened = []
    for index, sign in enumerate(text):
        if sign in partners.values():
            opened.append(sign)
        elif sign in partners:
            if not opened or opened.pop() != partners[sign]:
                return index
    return -1
