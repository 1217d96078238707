import csv
import io


def csv_totals(text, column):
    totals = {}
    for row in list(csv.reader(io.StringIO(text)))[1:]:
        totals[row[0]] = totals.get(row[0], 0) + int(row[-1])
    return totals
