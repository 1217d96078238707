def change_due(paid, price, count):
    return price * count - paid
