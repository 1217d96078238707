import re
import sys


def expression(tokens):
    value = term(tokens)
    while tokens and tokens[0] in ("+", "-"):
        sign = tokens.pop(0)
        other = term(tokens)
        value = value + other if sign == "+" else value - other
    return value


def term(tokens):
    value = factor(tokens)
    while tokens and tokens[0] in ("*", "/"):
        sign = tokens.pop(0)
        other = factor(tokens)
        value = value * other if sign == "*" else value // other
    return value


def factor(tokens):
    if not tokens:
        raise SyntaxError("something is missing")
    token = tokens.pop(0)
    if token.isdigit():
        return int(token)
    if token == "-":
        return -factor(tokens)
    if token == "(":
        value = expression(tokens)
        if tokens and tokens.pop(0) == ")":
            return value
    raise SyntaxError("this does not belong here")


for line in sys.stdin:
    try:
        print(expression(re.findall(r"\d+|\S", line)))
    except SyntaxError:
        print("error")
    except ZeroDivisionError:
        print("zero")
