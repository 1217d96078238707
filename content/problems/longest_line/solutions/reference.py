def longest_line(path):
    best_number, best_line = 0, ""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            line = line.rstrip()
            if best_number == 0 or len(line) > len(best_line):
                best_number, best_line = number, line
    return best_number, best_line
