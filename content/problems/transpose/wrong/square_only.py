def transpose(table):
    columns = []
    for column in range(len(table)):
        columns.append([row[column] for row in table])
    return columns
