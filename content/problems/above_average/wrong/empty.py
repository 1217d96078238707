def above_average(marks):
    average = sum(marks) / len(marks)
    return [mark for mark in marks if mark > average]
