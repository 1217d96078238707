def pack(text):
    packed = ""
    count = 0
    for index, sign in enumerate(text):
        count += 1
        if text[index + 1:index + 2] != sign:
            packed += (str(count) if count > 1 else "") + sign
            count = 0
    return packed


def unpack(text):
    unpacked = ""
    number = 1
    for sign in text:
        if sign.isdigit():
            number = int(sign)
        else:
            unpacked += sign * number
            number = 1
    return unpacked
