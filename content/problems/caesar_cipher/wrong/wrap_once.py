def encrypt(text, shift):
    result = ""
    for sign in text:
        first = ord("a") if "a" <= sign <= "z" else ord("A")
        if "a" <= sign <= "z" or "A" <= sign <= "Z":
            place = ord(sign) - first + shift
            if place > 25:
                place -= 26
            result += chr(first + place)
        else:
            result += sign
    return result
