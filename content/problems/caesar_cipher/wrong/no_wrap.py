def encrypt(text, shift):
    result = ""
    for sign in text:
        if sign.isalpha():
            result += chr(ord(sign) + shift)
        else:
            result += sign
    return result
