def spiral(table):
    if not table:
        return []
    way = list(table[0])
    way += [row[-1] for row in table[1:]]
    if len(table) > 1:
        way += table[-1][-2::-1]
    way += [row[0] for row in table[-2:0:-1]]
    return way
