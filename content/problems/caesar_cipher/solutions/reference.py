def encrypt(text, shift):
    result = ""
    for sign in text:
        if "a" <= sign <= "z":
            result += chr((ord(sign) - ord("a") + shift) % 26 + ord("a"))
        elif "A" <= sign <= "Z":
            result += chr((ord(sign) - ord("A") + shift) % 26 + ord("A"))
        else:
            result += sign
    return result
