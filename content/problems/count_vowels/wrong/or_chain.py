def count_vowels(text):
    count = 0
    for letter in text.lower():
        if letter == "a" or "e" or "i" or "o" or "u":
            count += 1
    return count
