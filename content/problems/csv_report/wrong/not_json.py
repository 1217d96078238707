import csv


def write_report(source, target):
    marks = {}
    with open(source, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            try:
                value = float(row["marks"])
            except ValueError:
                continue
            marks.setdefault(row["name"], []).append(value)
    report = {name: round(sum(values) / len(values), 1) for name, values in marks.items()}
    with open(target, "w", encoding="utf-8") as file:
        file.write(str(report))
    return min(report, key=lambda name: (-report[name], name), default=None)
