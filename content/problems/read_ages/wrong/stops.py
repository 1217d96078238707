def read_ages(entries):
    ages = []
    for entry in entries:
        try:
            age = int(entry)
        except ValueError:
            break
        if age < 0:
            raise ValueError(f"an age cannot be negative: {age}")
        ages.append(age)
    return ages
