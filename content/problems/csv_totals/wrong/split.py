def csv_totals(text, column):
    header, *lines = text.splitlines()
    names = header.split(",")
    totals = {}
    for line in lines:
        row = dict(zip(names, line.split(",")))
        key = row[column]
        totals[key] = totals.get(key, 0) + int(row["amount"])
    return totals
