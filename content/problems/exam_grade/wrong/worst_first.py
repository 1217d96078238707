def exam_grade(marks):
    if marks < 0 or marks > 100:
        return "invalid"
    if marks >= 50:
        return "D"
    if marks >= 60:
        return "C"
    if marks >= 70:
        return "B"
    if marks >= 80:
        return "A"
    return "F"
