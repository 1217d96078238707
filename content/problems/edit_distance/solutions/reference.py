def distance(first, second):
    row = list(range(len(second) + 1))
    for a in first:
        above = row
        row = [above[0] + 1]
        for j, b in enumerate(second):
            replaced = above[j] + (a != b)
            row.append(min(replaced, above[j + 1] + 1, row[j] + 1))
    return row[-1]
