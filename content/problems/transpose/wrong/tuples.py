def transpose(table):
    return list(zip(*table))
