def transpose(table):
    if not table:
        return []
    columns = [[0] * len(table)] * len(table[0])
    for i, row in enumerate(table):
        for j, value in enumerate(row):
            columns[j][i] = value
    return columns
