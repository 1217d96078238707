def is_palindrome(text):
    signs = [sign.lower() for sign in text if sign.isalnum()]
    return not signs or signs[0] == signs[-1]
