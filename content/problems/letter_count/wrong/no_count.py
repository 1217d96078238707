def letter_count(text):
    counts = {}
    for letter in text.lower():
        if letter.isalpha():
            counts[letter] = 1
    return counts
