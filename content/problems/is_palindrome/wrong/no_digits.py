def is_palindrome(text):
    signs = [sign.lower() for sign in text if sign.isalpha()]
    return signs == signs[::-1]
