def is_palindrome(text):
    signs = [sign.casefold() for sign in text if sign.isalnum()]
    return signs == signs[::-1]
