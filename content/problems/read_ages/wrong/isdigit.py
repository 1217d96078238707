def read_ages(entries):
    return [int(entry) for entry in entries if entry.isdigit()]
