def read_ages(entries):
    ages = []
    for entry in entries:
        try:
            age = int(entry)
            if age < 0:
                raise ValueError(f"an age cannot be negative: {age}")
            ages.append(age)
        except ValueError:
            continue
    return ages
