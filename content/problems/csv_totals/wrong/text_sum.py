import csv
import io


def csv_totals(text, column):
    totals = {}
    for row in csv.DictReader(io.StringIO(text)):
        key = row[column]
        totals[key] = totals.get(key, "") + row["amount"]
    return totals
