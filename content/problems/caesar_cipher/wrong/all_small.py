def encrypt(text, shift):
    result = ""
    for sign in text.lower():
        if "a" <= sign <= "z":
            result += chr((ord(sign) - ord("a") + shift) % 26 + ord("a"))
        else:
            result += sign
    return result
