def receipt_line(name, price, count=1, currency="GHS", *, discount=0):
    cost = price * count - discount
    line = f"{name}: {currency} {cost:.2f}"
    if count != 1:
        line = f"{count} x {line}"
    return line
