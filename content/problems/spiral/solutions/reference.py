def spiral(table):
    rows = table
    way = []
    while rows:
        way += rows[0]
        rows = list(zip(*rows[1:]))[::-1]
    return way
