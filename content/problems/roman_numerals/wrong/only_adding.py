VALUES = [(1000, "M"), (500, "D"), (100, "C"), (50, "L"), (10, "X"), (5, "V"), (1, "I")]


def to_roman(number):
    if not 1 <= number <= 3999:
        raise ValueError("Roman numbers go from 1 to 3999")
    text = ""
    for value, letters in VALUES:
        while number >= value:
            text += letters
            number -= value
    return text
