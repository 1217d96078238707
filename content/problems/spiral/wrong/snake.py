def spiral(table):
    way = []
    for number, row in enumerate(table):
        way += row[::-1] if number % 2 else row
    return way
