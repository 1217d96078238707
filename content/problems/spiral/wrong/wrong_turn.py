def spiral(table):
    rows = table
    way = []
    while rows:
        way += rows[0]
        rows = [column[::-1] for column in zip(*rows[1:])]
    return way
