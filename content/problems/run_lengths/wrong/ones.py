def pack(text):
    packed = ""
    count = 0
    for index, sign in enumerate(text):
        count += 1
        if text[index + 1:index + 2] != sign:
            packed += str(count) + sign
            count = 0
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
