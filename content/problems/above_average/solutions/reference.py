def above_average(marks):
    if not marks:
        return []
    average = sum(marks) / len(marks)
    better = []
    for mark in marks:
        if mark > average:
            better.append(mark)
    return better
