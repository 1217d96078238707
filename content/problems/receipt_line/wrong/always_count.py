def receipt_line(name, price, count=1, currency="GHS", *, discount=0):
    cost = price * count * (100 - discount) / 100
    return f"{count} x {name}: {currency} {cost:.2f}"
