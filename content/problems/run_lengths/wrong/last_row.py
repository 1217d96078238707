def pack(text):
    packed = ""
    count = 1
    for before, sign in zip(text, text[1:]):
        if sign == before:
            count += 1
        else:
            packed += (str(count) if count > 1 else "") + before
            count = 1
    return packed


def unpack(text):
    unpacked = ""
    number = ""
    for sign in text:
        if sign.isdigit():
            number += sign
        else:
            unpacked += sign * int(number or 1)
            number = ""
    return unpacked
