def above_average(marks):
    if not marks:
        return []
    average = sum(marks) / len(marks)
    return [mark for mark in marks if mark >= average]
