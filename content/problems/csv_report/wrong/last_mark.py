import csv
import json


def write_report(source, target):
    report = {}
    with open(source, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            try:
                report[row["name"]] = round(float(row["marks"]), 1)
            except ValueError:
                continue
    with open(target, "w", encoding="utf-8") as file:
        json.dump(report, file)
    return min(report, key=lambda name: (-report[name], name), default=None)
