def initials(name):
    for part in name.split():
        return part[0].upper() + "."
    return ""
