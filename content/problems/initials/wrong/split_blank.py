def initials(name):
    letters = ""
    for part in name.split(" "):
        letters += part[0].upper() + "."
    return letters
