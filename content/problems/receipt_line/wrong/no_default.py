def receipt_line(name, price, count, currency, discount):
    cost = price * count * (100 - discount) / 100
    line = f"{name}: {currency} {cost:.2f}"
    if count != 1:
        line = f"{count} x {line}"
    return line
